import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../upstream/answer.ts';
import { secretsOf } from '../upstream/target.ts';

type Whole = Extract<Answer, { kind: 'whole' }>;

// What is shorter is no secret, and might be part of any word.
const shortestKey = 8;
const mask = '[masked]';

/**
 * An error of a provider without the keys it was sent: some quote the credential they refuse, and the app must not learn
 * what the gateway holds for it. Everything else of the answer, and every answer that is no error, stays byte for byte.
 */
export function withoutOwnKey(answer: Whole): Whole {
  if (answer.status < 300) return answer;
  const keys = secretsOf(answer.target.spec).filter((key) => key.length >= shortestKey);
  if (keys.length === 0) return answer;
  const spellings = longestFirst(keys.flatMap((key) => spellingsOf(key)));
  const isQuoted = spellings.some((each) => answer.body.includes(each));
  const body = isQuoted
    ? Buffer.from(masked(answer.body.toString('latin1'), spellings), 'latin1')
    : answer.body;
  return { ...answer, headers: maskedHeaders(answer.headers, spellings), body };
}

function spellingsOf(key: string): readonly string[] {
  const inJson = JSON.stringify(key).slice(1, -1);
  return [inJson.replaceAll('/', String.raw`\/`), inJson, key];
}

/** One may be part of another. */
function longestFirst(spellings: readonly string[]): readonly string[] {
  return [...new Set(spellings)].toSorted((one, other) => other.length - one.length);
}

function masked(text: string, spellings: readonly string[]): string {
  return spellings.reduce((left, each) => left.replaceAll(each, () => mask), text);
}

function maskedHeaders(headers: IncomingHttpHeaders, spellings: readonly string[]): IncomingHttpHeaders {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? masked(value, spellings) : value?.map((one) => masked(one, spellings)),
  ]);
  return Object.fromEntries(entries);
}
