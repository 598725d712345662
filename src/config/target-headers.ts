import type { Credential, TargetHeader } from './config.ts';
import { type Draft, noteLacking, warnUnencrypted } from './credential.ts';
import { carriesCredential } from './crossing-schema.ts';
import { looksSecret } from './excerpt.ts';
import type { SettingPath } from './path.ts';
import { describeSecret, readSecret, toSecretRef } from './secret-ref.ts';

interface Resolved {
  readonly headers: readonly TargetHeader[];
  readonly isLacking: boolean;
}

/** The headers that a target sends of its own, beside its key. */
export function resolveHeaders(draft: Draft, credential: Credential | undefined): Resolved {
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
  return { headers, isLacking: lacking !== undefined };
}

function checkKey(draft: Draft, key: Credential | undefined, headers: readonly TargetHeader[]): void {
  if (key === undefined && headers.some(({ isSecret }) => isSecret)) warnUnencrypted(draft);
  if (!headers.some(({ name }) => name === key?.header)) return;
  const message = `contradicts the key of this target, which is sent in ${key?.header}`;
  const suggestion = 'send the key in one way';
  draft.problems.push({ code: 'E018', path: [...draft.base, 'headers'], message, suggestion });
}
