import { type JsonNode, type JsonObject, member, stringValue } from '../json/scan.ts';

const numberKeys = ['status', 'http_status', 'status_code', 'statusCode', 'code', 'http_code', 'error_code'];
const wordKeys = ['code', 'type', 'status', 'error_code', 'error_type'];

/**
 * Words in the names that providers give to errors, without case and signs, and the HTTP status each stands for. The first
 * that is found counts: `invalid_api_key` is about the key.
 */
const namedStatuses: readonly (readonly [word: string, status: number])[] = [
  ['overloadederror', 529],
  ['overload', 503],
  ['unavailable', 503],
  ['ratelimit', 429],
  ['throttl', 429],
  ['quota', 429],
  ['toomany', 429],
  ['exhausted', 429],
  ['apikey', 401],
  ['authentication', 401],
  ['unauthenticated', 401],
  ['unauthorized', 401],
  ['billing', 402],
  ['payment', 402],
  ['balance', 402],
  ['permission', 403],
  ['forbidden', 403],
  ['accessdenied', 403],
  ['image', 400],
  ['notfound', 404],
  ['toolarge', 413],
  ['timeout', 504],
  ['timedout', 504],
  ['deadline', 504],
  ['unprocessable', 422],
  ['server', 500],
  ['internal', 500],
  ['context', 400],
  ['invalid', 400],
  ['validation', 400],
  ['badrequest', 400],
  ['maxlength', 400],
  ['toolong', 400],
  ['unsupported', 400],
  ['precondition', 400],
  ['contentfilter', 400],
  ['policy', 400],
];

// A name, not a sentence: what a sentence says of servers and limits is no status.
const longestName = 64;

/** The HTTP status that an error stands for: its number, else what its name says, else 502. `places` are looked at in turn. */
export function errorStatus(text: string, places: readonly JsonNode[]): number {
  const words = [...membersOf(places, wordKeys), ...places];
  return (
    firstOf(membersOf(places, numberKeys), (node) => httpStatus(text, node)) ??
    firstOf(words, (node) => namedStatus(text, node)) ??
    502
  );
}

function membersOf(places: readonly JsonNode[], keys: readonly string[]): readonly JsonNode[] {
  return places.flatMap((place) =>
    place.kind === 'object' ? keys.flatMap((key) => member(place, key) ?? []) : [],
  );
}

function firstOf(
  nodes: readonly JsonNode[],
  read: (node: JsonNode) => number | undefined,
): number | undefined {
  return nodes.map(read).find((status) => status !== undefined);
}

function httpStatus(text: string, node: JsonNode): number | undefined {
  const written = node.kind === 'number' ? text.slice(node.start, node.end) : nameOf(text, node);
  if (written === undefined || !/^[45]\d\d$/.test(written.trim())) return undefined;
  return Number(written);
}

function namedStatus(text: string, node: JsonNode): number | undefined {
  const name = nameOf(text, node)
    ?.toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  return name === undefined ? undefined : namedStatuses.find(([word]) => name.includes(word))?.[1];
}

function nameOf(text: string, node: JsonNode): string | undefined {
  if (node.kind !== 'string') return undefined;
  const name = stringValue(text, node).trim();
  return name.length > longestName || /\s/.test(name) ? undefined : name;
}

/** The member of this name, where it is an object. */
export function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const node = member(object, key);
  return node?.kind === 'object' ? node : undefined;
}
