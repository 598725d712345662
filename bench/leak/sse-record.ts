import { isRecord, parseJson } from './fields.ts';

/** What a client saw of an event stream. Written apart from the gateway's own parser: a shared error would not show. */
export interface SseRecord {
  readonly documents: readonly unknown[];
  readonly hasDone: boolean;
  /** An `error` member, an event named so, or a failed response. */
  readonly hasError: boolean;
  /** Some choice or response says that it came to its end. */
  readonly hasFinish: boolean;
  readonly isFiltered: boolean;
}

export function readSse(text: string): SseRecord {
  const documents: unknown[] = [];
  let hasDone = false;
  let hasError = false;
  for (const block of text.split(/\r\n\r\n|\n\n|\r\r/)) {
    const lines = block.split(/\r\n|\n|\r/);
    const data = valuesOf(lines, 'data').join('\n');
    if (valuesOf(lines, 'event').includes('error')) hasError = true;
    if (data.trim() === '[DONE]') hasDone = true;
    else if (data !== '') documents.push(parseJson(data) ?? data);
  }
  return {
    documents,
    hasDone,
    hasError: hasError || documents.some(saysError),
    ...endOf(documents),
  };
}

function valuesOf(lines: readonly string[], name: string): string[] {
  return lines
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => line.slice(name.length + 1).replace(/^ /, ''));
}

function saysError(document: unknown): boolean {
  if (!isRecord(document)) return false;
  const { error, type } = document;
  return (error !== undefined && error !== null) || type === 'error' || type === 'response.failed';
}

function endOf(documents: readonly unknown[]): { hasFinish: boolean; isFiltered: boolean } {
  const reasons = documents.flatMap(finishReasons);
  return { hasFinish: reasons.length > 0, isFiltered: reasons.includes('content_filter') };
}

/** The finish reasons in an event or a body. */
export function finishReasons(document: unknown): readonly string[] {
  if (!isRecord(document)) return [];
  if (document['type'] === 'response.completed' || document['type'] === 'response.incomplete')
    return [document['type']];
  const choices: readonly unknown[] = Array.isArray(document['choices']) ? document['choices'] : [];
  return choices.flatMap((choice) => {
    const reason = isRecord(choice) ? choice['finish_reason'] : undefined;
    return typeof reason === 'string' && reason !== '' ? [reason] : [];
  });
}
