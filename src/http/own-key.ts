import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../upstream/send.ts';

type Whole = Extract<Answer, { kind: 'whole' }>;

// What is shorter is no secret, and might be part of any word.
const shortestKey = 8;
const mask = '[masked]';

/**
 * An error of a provider without the key it was sent: some quote the credential they refuse, and the app must not learn
 * what the gateway holds for it. Everything else of the answer, and every answer that is no error, stays byte for byte.
 */
export function withoutOwnKey(answer: Whole): Whole {
  const key = answer.target.spec.credential?.value;
  if (answer.status < 300 || key === undefined || key.length < shortestKey) return answer;
  const inJson = JSON.stringify(key).slice(1, -1);
  // From the longest spelling to the shortest: one may be part of another.
  const spellings = [...new Set([inJson.replaceAll('/', String.raw`\/`), inJson, key])];
  const isQuoted = spellings.some((each) => answer.body.includes(each));
  const body = isQuoted
    ? Buffer.from(masked(answer.body.toString('latin1'), spellings), 'latin1')
    : answer.body;
  return { ...answer, headers: maskedHeaders(answer.headers, key), body };
}

function masked(text: string, spellings: readonly string[]): string {
  return spellings.reduce((left, each) => left.replaceAll(each, () => mask), text);
}

function maskedHeaders(headers: IncomingHttpHeaders, key: string): IncomingHttpHeaders {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.replaceAll(key, mask) : value?.map((one) => one.replaceAll(key, mask)),
  ]);
  return Object.fromEntries(entries);
}
