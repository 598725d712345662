import { type JsonNode, type JsonObject, member, stringValue } from '../json/scan.ts';

const documentTypes: ReadonlySet<string> = new Set([
  'output_text',
  'response.output_text.delta',
  'response.output_text.done',
]);

/** The strings of an answer that are the JSON its call asked for: the content of a message, and output text. */
export class JsonDocuments {
  readonly #text: string;
  readonly #nodes = new Set<JsonNode>();

  constructor(text: string) {
    this.#text = text;
  }

  /** Looks at an object before its strings are read; `key` is where it stands. */
  note(node: JsonObject, key: string | number): void {
    if (key === 'message' || key === 'delta') this.#add(member(node, 'content'));
    const type = member(node, 'type');
    if (type?.kind !== 'string' || !documentTypes.has(stringValue(this.#text, type))) return;
    this.#add(member(node, 'text'));
    this.#add(member(node, 'delta'));
  }

  has(node: JsonNode): boolean {
    return this.#nodes.has(node);
  }

  #add(node: JsonNode | undefined): void {
    if (node?.kind === 'string') this.#nodes.add(node);
  }
}

const jsonFormats: ReadonlySet<string> = new Set(['json_object', 'json_schema']);

/** Whether a call asks for an answer that is JSON: `response_format`, `text.format`, or `guided_json`. */
export function asksForJson(text: string, root: JsonObject): boolean {
  const settings = member(root, 'text');
  const formats = [
    member(root, 'response_format'),
    settings?.kind === 'object' ? member(settings, 'format') : undefined,
  ];
  if (formats.some((format) => isJsonFormat(text, format))) return true;
  const guided = member(root, 'guided_json')?.kind;
  return guided === 'object' || guided === 'string';
}

function isJsonFormat(text: string, format: JsonNode | undefined): boolean {
  const type = format?.kind === 'object' ? member(format, 'type') : undefined;
  return type?.kind === 'string' && jsonFormats.has(stringValue(text, type));
}
