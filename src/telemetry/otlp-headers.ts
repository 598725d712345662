import { type OtelEnv, readPairs } from './otel-env.ts';

const namePattern = /^[!#$%&'*+.^_`|~\dA-Za-z-]+$/;
const valuePattern = /^[\t\u0020-\u007E\u0080-\u00FF]*$/;

// What says how the body is to be read is not for the environment to decide.
const ours = new Set(['content-type', 'content-length', 'content-encoding', 'host', 'transfer-encoding']);

/**
 * The headers of an export: those for all signals, then those for traces. They are credentials, as a rule: what is wrong
 * with one is said without quoting any of it.
 */
export function readHeaders(env: OtelEnv): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_TRACES_HEADERS']) {
    const pairs = readLoosely(env.text(name) ?? '');
    for (const [key, value] of pairs.found) headers[key] = value;
    if (pairs.bad > 0)
      env.warnings.push(`${name}: ${pairs.bad} of its headers cannot be sent and are left out`);
  }
  return headers;
}

// One by one: a value may hold an equals sign (base64 does), and a bad header must not take the others with it.
function readLoosely(text: string): { readonly found: ReadonlyMap<string, string>; readonly bad: number } {
  const found = new Map<string, string>();
  let bad = 0;
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [key, value] = pairOf(part);
    if (!namePattern.test(key) || !valuePattern.test(value) || ours.has(key)) bad += 1;
    else found.set(key, value);
  }
  return { found, bad };
}

function pairOf(part: string): readonly [string, string] {
  const at = part.indexOf('=');
  if (at === -1) return ['', ''];
  const escaped = part.slice(at + 1).replaceAll('=', '%3D');
  const [pair] = readPairs(`${part.slice(0, at)}=${escaped}`) ?? [];
  return pair === undefined ? ['', ''] : [pair[0].toLowerCase(), pair[1]];
}
