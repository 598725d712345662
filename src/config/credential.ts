import type { Credential, TargetHeader, TargetUrl } from './config.ts';
import { carriesCredential } from './crossing-schema.ts';
import { looksSecret } from './excerpt.ts';
import type { SettingPath } from './path.ts';
import type { Problem } from './problem.ts';
import type { Provider } from './provider-table.ts';
import { describeSecret, fitsHeader, readSecret, type Secrets, toSecretRef } from './secret-ref.ts';
import type { WrittenTarget } from './target-schema.ts';
import { simulatorUrl } from './target-url.ts';

/** A target while it is put together. */
export interface Draft {
  readonly written: WrittenTarget;
  /** Undefined for the simulator. */
  readonly provider: Provider | undefined;
  readonly base: SettingPath;
  readonly url: TargetUrl | undefined;
  readonly secrets: Secrets;
  readonly simulateMissingKeys: boolean;
  /** Whatever is found wrong is added here. */
  readonly problems: Problem[];
}

/** Finds the key of one target. A missing key takes the target out of use, it does not make the document invalid. */
export function resolveCredential(draft: Draft): Credential | undefined {
  const { written, provider, base, problems } = draft;
  const { api_key: key, secret_key_ref: named } = written;
  if (key !== undefined && named !== undefined) {
    const message = 'contradicts secret_key_ref: a target has one key';
    problems.push({ code: 'E018', path: [...base, 'api_key'], message, suggestion: 'remove api_key' });
  }
  if (provider === undefined) return undefined;
  if (key !== undefined) return literal(draft, key);
  const ref = toSecretRef(named ?? { env: provider.keyVariable });
  if (ref === undefined) return undefined;
  const { value, why } = readSecret(ref, draft.secrets);
  if (why === undefined) warnUnencrypted(draft);
  else noteLacking(draft, named === undefined ? base : [...base, 'secret_key_ref'], why);
  return credentialOf(written, value, describeSecret(ref));
}

function credentialOf(written: WrittenTarget, value: string | undefined, source: string): Credential {
  return {
    header: written.api_key_header.toLowerCase(),
    prefix: written.api_key_prefix,
    value,
    source,
  };
}

function literal(draft: Draft, key: string): Credential | undefined {
  const path = [...draft.base, 'api_key'];
  const message = 'the key is written into the file: everyone who can read the file can read it';
  draft.problems.push({ code: 'W103', path, message, suggestion: 'use secret_key_ref: {env: NAME}' });
  if (!fitsHeader(key)) {
    const unfit = 'holds a character that cannot be sent in a header';
    draft.problems.push({ code: 'E004', path, message: unfit });
    return undefined;
  }
  warnUnencrypted(draft);
  return credentialOf(draft.written, key, 'api_key');
}

/** The headers that a target sends of its own, beside its key. */
export function resolveHeaders(draft: Draft, credential: Credential | undefined): readonly TargetHeader[] {
  const { base, written, problems } = draft;
  const headers: TargetHeader[] = [];
  /** The first secret that is not to be had, and why. */
  let lacking: { readonly path: SettingPath; readonly why: string } | undefined;
  for (const [header, value] of Object.entries(written.headers)) {
    const name = header.toLowerCase();
    const path = [...base, 'headers', header];
    if (typeof value === 'string') {
      const isSecret = carriesCredential(name) || looksSecret(value);
      headers.push({ name, value, isSecret, source: undefined });
      const message = 'looks like a key, and everyone who can read the file can read it';
      const suggestion = 'write where it is: {env: NAME}';
      if (isSecret) problems.push({ code: 'W103', path, message, suggestion });
      continue;
    }
    const ref = toSecretRef('secret_key_ref' in value ? value.secret_key_ref : value);
    if (ref === undefined) continue;
    const found = readSecret(ref, draft.secrets);
    headers.push({ name, value: found.value, isSecret: true, source: describeSecret(ref) });
    if (found.why !== undefined) lacking ??= { path, why: found.why };
  }
  if (lacking !== undefined) noteLacking(draft, lacking.path, lacking.why);
  checkKey(draft, credential, headers);
  return headers;
}

function checkKey(draft: Draft, key: Credential | undefined, headers: readonly TargetHeader[]): void {
  if (key === undefined && headers.some(({ isSecret }) => isSecret)) warnUnencrypted(draft);
  if (!headers.some(({ name }) => name === key?.header)) return;
  const message = `contradicts the key of this target, which is sent in ${key?.header}`;
  const suggestion = 'send the key in one way';
  draft.problems.push({ code: 'E018', path: [...draft.base, 'headers'], message, suggestion });
}

/** What becomes of a target without a secret of its own. */
function noteLacking(
  { written, simulateMissingKeys, problems }: Draft,
  path: SettingPath,
  why: string,
): void {
  const target = `${why}: target "${written.id}"`;
  problems.push(
    simulateMissingKeys
      ? { code: 'W102', path, message: `${target} is answered by the built-in simulator` }
      : { code: 'W101', path, message: `${target} is unavailable` },
  );
}

/** A key on plain HTTP beyond this machine can be read on the way. */
function warnUnencrypted({ url, base, written, problems }: Draft): void {
  if (url === undefined || url.baseUrl === simulatorUrl || !url.origin.startsWith('http:')) return;
  const host = new URL(url.origin).hostname;
  if (host === 'localhost' || host.startsWith('127.') || host === '[::1]') return;
  const message = `the key of target "${written.id}" travels unencrypted to ${host}`;
  problems.push({ code: 'W109', path: [...base, 'base_url'], message, suggestion: 'use https://' });
}
