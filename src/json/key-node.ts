import type { JsonMember, JsonString } from './scan.ts';

/** Where the key of a member stands. Few are asked for, and a node for each would be a fifth of what a key costs. */
export function keyNode({ key, keyStart, keyEnd }: JsonMember): JsonString {
  // An escape is always longer than what it stands for.
  const escaped = keyEnd - keyStart - 2 !== key.length;
  return { kind: 'string', start: keyStart, end: keyEnd, escaped };
}
