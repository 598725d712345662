import type { Credential } from './config.ts';
import type { Path } from './path.ts';
import type { Problem } from './problem.ts';
import type { Provider } from './provider-table.ts';
import { describeSecret, type SecretRef, type Secrets, shownName, toSecretRef } from './secret-ref.ts';
import type { WrittenTarget } from './target-schema.ts';
import { simulatorUrl, type TargetUrl } from './target-url.ts';

export interface CredentialInput {
  readonly written: WrittenTarget;
  /** Undefined for the simulator. */
  readonly provider: Provider | undefined;
  readonly base: Path;
  readonly url: TargetUrl | undefined;
  readonly secrets: Secrets;
  readonly simulateMissingKeys: boolean;
}

export interface ResolvedCredential {
  readonly credential: Credential | undefined;
  readonly available: boolean;
  readonly simulated: boolean;
  readonly problems: readonly Problem[];
}

/** Finds the key of one target. A missing key takes the target out of use, it does not make the document invalid. */
export function resolveCredential(input: CredentialInput): ResolvedCredential {
  const { written, provider, base } = input;
  const problems: Problem[] = [];
  if (written.api_key !== undefined && written.secret_key_ref !== undefined) {
    const message = 'contradicts secret_key_ref: a target has one key';
    problems.push({ code: 'E018', path: [...base, 'api_key'], message, suggestion: 'remove api_key' });
  }
  if (provider === undefined) return { credential: undefined, available: true, simulated: true, problems };
  const ref = secretOf(written, provider);
  if (written.api_key !== undefined) return literal(input, written.api_key, problems);
  if (ref === undefined) return { credential: undefined, available: true, simulated: false, problems };
  const { value, why } = usable(input.secrets(ref), ref);
  const credential = { ...headerOf(written), value, source: describeSecret(ref) };
  if (why === undefined) {
    return { credential, available: true, simulated: false, problems: [...problems, ...unencrypted(input)] };
  }
  const notice = input.simulateMissingKeys ? simulatedNotice(input, why) : unavailableNotice(input, why);
  const simulated = input.simulateMissingKeys;
  return { credential, available: simulated, simulated, problems: [...problems, notice] };
}

function secretOf(written: WrittenTarget, provider: Provider): SecretRef | undefined {
  if (written.secret_key_ref !== undefined) return toSecretRef(written.secret_key_ref);
  return provider.keyVariable === undefined ? undefined : { kind: 'env', name: provider.keyVariable };
}

function headerOf(written: WrittenTarget): { readonly header: string; readonly prefix: string } {
  return { header: written.api_key_header.toLowerCase(), prefix: written.api_key_prefix };
}

function literal(input: CredentialInput, key: string, problems: readonly Problem[]): ResolvedCredential {
  const path = [...input.base, 'api_key'];
  const message = 'the key is written into the file: whoever reads the file can read it';
  const advice: Problem = { code: 'W103', path, message, suggestion: 'use secret_key_ref: {env: NAME}' };
  if (!fitsHeader(key)) {
    const refused: Problem = {
      code: 'E004',
      path,
      message: 'holds a character that cannot be sent in a header',
    };
    return {
      credential: undefined,
      available: false,
      simulated: false,
      problems: [...problems, advice, refused],
    };
  }
  const credential = { ...headerOf(input.written), value: key, source: 'api_key' };
  const all = [...problems, advice, ...unencrypted(input)];
  return { credential, available: true, simulated: false, problems: all };
}

/** Files end with a line break their authors did not mean; anything else that no header can carry is refused here. */
function usable(
  raw: string | undefined,
  ref: SecretRef,
): { readonly value: string | undefined; readonly why: string | undefined } {
  const value = raw?.replace(/[\r\n]{1,2}$/, '');
  if (value === undefined) return { value: undefined, why: `${subject(ref)} ${absence[ref.kind]}` };
  if (value.trim() === '') return { value: undefined, why: `${subject(ref)} is empty` };
  if (fitsHeader(value)) return { value, why: undefined };
  return { value: undefined, why: `${subject(ref)} holds a character that cannot be sent in a header` };
}

function fitsHeader(value: string): boolean {
  return /^[\x20-\x7e]+$/.test(value) && value.trim() === value;
}

function subject(ref: SecretRef): string {
  return ref.kind === 'env' ? shownName(ref) : describeSecret(ref);
}

const absence = {
  env: 'is not set',
  file: 'cannot be read',
  store: 'is not in the secrets directory',
} as const satisfies Record<SecretRef['kind'], string>;

function simulatedNotice({ written, base }: CredentialInput, why: string): Problem {
  const message = `${why}: target "${written.id}" is answered by the built-in simulator`;
  return { code: 'W102', path: secretPath(written, base), message };
}

function unavailableNotice({ written, base }: CredentialInput, why: string): Problem {
  const message = `${why}: target "${written.id}" is unavailable`;
  return { code: 'W101', path: secretPath(written, base), message };
}

function secretPath(written: WrittenTarget, base: Path): Path {
  return written.secret_key_ref === undefined ? base : [...base, 'secret_key_ref'];
}

/** A key on plain HTTP beyond this machine can be read on the way. */
function unencrypted({ url, base, written }: CredentialInput): readonly Problem[] {
  if (url === undefined || url.baseUrl === simulatorUrl || !url.origin.startsWith('http:')) return [];
  const host = new URL(url.origin).hostname;
  if (host === 'localhost' || host.startsWith('127.') || host === '[::1]') return [];
  const message = `the key of target "${written.id}" travels unencrypted to ${host}`;
  return [{ code: 'W109', path: [...base, 'base_url'], message, suggestion: 'use https://' }];
}
