import type { IncomingHttpHeaders } from 'node:http';
import { isStreamType, streamType } from '../sse/beginning.ts';

/** The only headers of a provider that reach the app, besides those that begin with a prefix below. */
const answerAllowList: ReadonlySet<string> = new Set([
  'content-type',
  'content-language',
  'retry-after',
  'retry-after-ms',
  'x-request-id',
  'x-should-retry',
  'cf-ray',
  'server-timing',
]);

const answerPrefixes = ['x-ratelimit-', 'openai-', 'x-together-', 'x-groq-', 'x-amzn-'];

/** Names and values in turn: what crosses from the provider to the app. */
export function answerHeaders(headers: IncomingHttpHeaders): string[] {
  const crossing: string[] = [];
  for (const name in headers) {
    if (!answerAllowList.has(name) && !answerPrefixes.some((prefix) => name.startsWith(prefix))) continue;
    const value = headers[name];
    if (typeof value === 'string') crossing.push(name, value);
    else for (const one of value ?? []) crossing.push(name, one);
  }
  return crossing;
}

const idPattern = /^[\w.:-]{1,128}$/;

/** The same for a stream. It may have come under any content type; clients must know what they read. */
export function streamHeaders(headers: IncomingHttpHeaders): string[] {
  return answerHeaders(
    isStreamType(headers['content-type']) ? headers : { ...headers, 'content-type': streamType },
  );
}

/** The id of an exchange: the client's own where it is harmless to repeat, else a new one. */
export function requestIdOf(headers: IncomingHttpHeaders, fresh: () => string): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && idPattern.test(given) ? given : fresh();
}
