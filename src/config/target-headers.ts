import type { TargetHeader } from './config.ts';
import { carriesCredential } from './crossing-schema.ts';
import { looksSecret } from './excerpt.ts';
import type { Path } from './path.ts';
import type { Problem } from './problem.ts';
import { describeSecret, readSecret, type Secrets, toSecretRef, type WrittenHeader } from './secret-ref.ts';

export interface ResolvedHeaders {
  readonly headers: readonly TargetHeader[];
  /** The first secret that is not to be had, and why. */
  readonly lacking: { readonly path: Path; readonly why: string } | undefined;
  readonly problems: readonly Problem[];
}

/** The headers that a target sends of its own. */
export function resolveHeaders(
  written: Readonly<Record<string, WrittenHeader>>,
  base: Path,
  secrets: Secrets,
): ResolvedHeaders {
  const headers: TargetHeader[] = [];
  const problems: Problem[] = [];
  let lacking: ResolvedHeaders['lacking'];
  for (const [header, value] of Object.entries(written)) {
    const name = header.toLowerCase();
    const path = [...base, header];
    if (typeof value === 'string') {
      const isSecret = carriesCredential(name) || looksSecret(value);
      headers.push({ name, value, isSecret, source: undefined });
      if (isSecret) problems.push(writtenOut(path));
      continue;
    }
    const ref = toSecretRef('secret_key_ref' in value ? value.secret_key_ref : value);
    if (ref === undefined) continue;
    const found = readSecret(ref, secrets);
    headers.push({ name, value: found.value, isSecret: true, source: describeSecret(ref) });
    if (found.why !== undefined) lacking ??= { path, why: found.why };
  }
  return { headers, lacking, problems };
}

function writtenOut(path: Path): Problem {
  const message = 'looks like a key, and everyone who can read the file can read it';
  return { code: 'W103', path, message, suggestion: 'write where it is: {env: NAME}' };
}
