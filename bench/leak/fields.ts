/** Every text of an answer or a call by where it stands; pieces of a stream joined as a client joins them. */
export type Fields = ReadonlyMap<string, string>;

/** Reads parsed JSON documents: the events of a stream in their order, or one body. */
export function readFields(documents: readonly unknown[]): Fields {
  const fields = new Map<string, string>();
  const add = (path: string, text: string): void => void fields.set(path, (fields.get(path) ?? '') + text);
  for (const document of documents) walk(document, prefixOf(document), add);
  return fields;
}

function walk(value: unknown, path: string, add: (path: string, text: string) => void): void {
  if (typeof value === 'string') add(path, value);
  else if (Array.isArray(value))
    value.forEach((item, at) => walk(item, `${path}[${indexOf(item, at)}]`, add));
  else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      walk(item, path === '' || path.endsWith('|') ? `${path}${key}` : `${path}.${key}`, add);
      if (!/^\w{1,40}$/.test(key)) add(`${path} key`, key); // a secret may stand in a key as well
    }
  }
}

/** Events that name themselves are told apart: one repeats what another said in pieces. */
function prefixOf(document: unknown): string {
  if (!isRecord(document) || typeof document['type'] !== 'string') return '';
  const place = ['output_index', 'content_index'].map((key) => numberOr(document[key], ''));
  return `${document['type']} ${place.join('.')}|`;
}

/** Pieces of a stream say themselves which choice or call they belong to. */
function indexOf(item: unknown, at: number): number | string {
  return isRecord(item) ? numberOr(item['index'], at) : at;
}

function numberOr(value: unknown, otherwise: number | string): number | string {
  return typeof value === 'number' ? value : otherwise;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // an error page, a cut body: whoever asks looks at the raw text as well
  }
}
