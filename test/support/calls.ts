import type { Call } from '../../src/dialect/call.ts';
import { dialectAt } from '../../src/dialect/dialects.ts';
import type { Dialect } from '../../src/dialect/dialect.ts';
import { formatBodyPath } from '../../src/dialect/path.ts';
import { readCall } from './driven.ts';

export type Family = 'chat/completions' | 'completions' | 'embeddings' | 'responses';

const json = { depth: 128, nodes: 250_000 };

export function dialectOf(family: Family): Dialect {
  const dialect = dialectAt(`/v1/${family}`);
  if (dialect === undefined) throw new Error(`no dialect at ${family}`);
  return dialect;
}

/** A call as the gateway reads it: from its very bytes, or from a value. */
export function callOf(family: Family, body: unknown, judgeUnknown = true): Call {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readCall(dialectOf(family), Buffer.from(text), { json, judgeUnknown });
}

/** Every judged text as `role path: text`. */
export function sitesOf(call: Call): readonly string[] {
  return call.texts.sites.map(({ role, path, text }) => `${role} ${formatBodyPath(path)}: ${text}`);
}
