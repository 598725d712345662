import type { IncomingHttpHeaders } from 'node:http';
import type { TargetSpec } from '../config/config.ts';

/**
 * Headers of the app's calls that reach every provider: what clients say to providers, and no credentials, cookies or
 * addresses. docs/http.md lists them.
 */
const everyHeader = [
  'accept',
  'user-agent',
  'idempotency-key',
  'openai-beta',
  'openai-organization',
  'openai-project',
  'x-client-request-id',
  'anthropic-beta',
  'anthropic-version',
  'http-referer',
  'x-title',
  'x-openrouter-title',
  'x-openrouter-categories',
  // By these providers find the machine that remembers the conversation.
  'x-session-affinity',
  'x-session-id',
  'session-id',
  'session_id',
  'x-multi-turn-session-id',
  'x-conversation-id',
  'x-grok-conv-id',
] as const;

/** Query parameters that reach every provider. */
const everyParameter = ['api-version', 'beta'] as const;

/** What of a call reaches a target, by name. */
export interface Crossing {
  /** In lower case. */
  readonly headers: readonly string[];
  readonly parameters: ReadonlySet<string>;
}

/** What the target sends of its own is not taken from the app. `own`: names and values in turn. */
export function crossingOf(spec: TargetSpec, own: readonly string[]): Crossing {
  const sent = new Set(own.filter((_, at) => at % 2 === 0));
  const headers = [...new Set([...everyHeader, ...spec.forwardHeaders])].filter((name) => !sent.has(name));
  return { headers, parameters: new Set([...everyParameter, ...spec.forwardQuery]) };
}

/** Names and values in turn: what crosses from the app to a provider. Where it stands in a trace is added to it. */
export function crossingHeaders(
  headers: IncomingHttpHeaders,
  names: readonly string[],
  requestId: string,
): string[] {
  const crossing = ['x-request-id', requestId];
  const ofConnection = headers.connection?.toLowerCase().split(/[\t ,]+/) ?? [];
  for (const name of names) {
    const value = headers[name];
    if (typeof value === 'string' && !ofConnection.includes(name)) crossing.push(name, value);
  }
  return crossing;
}

/** The parameters of these names as a query of their own, written anew; empty where there are none. */
export function crossingQuery(url: string, names: ReadonlySet<string>): string {
  const at = url.indexOf('?');
  if (at === -1) return '';
  const crossing = [...new URLSearchParams(url.slice(at + 1))]
    .filter(([name]) => names.has(name))
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return crossing.length === 0 ? '' : `?${crossing.join('&')}`;
}
