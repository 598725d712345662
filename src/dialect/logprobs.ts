import type { JsonNode } from '../json/scan.ts';
import type { Splice } from '../json/splice.ts';

/** Empties `logprobs` values: they spell the original text token by token. */
export function blanking(logprobs: readonly JsonNode[]): Splice[] {
  return logprobs
    .filter((node) => !isEmpty(node))
    .map(({ kind, start, end }) => ({ start, end, replacement: kind === 'array' ? '[]' : 'null' }));
}

function isEmpty(node: JsonNode): boolean {
  return (
    (node.kind === 'array' && node.items.length === 0) ||
    (node.kind === 'object' && node.members.length === 0)
  );
}
