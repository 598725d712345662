import type { Credential } from './config.ts';
import type { Path } from './path.ts';
import type { Problem } from './problem.ts';
import type { Provider } from './provider-table.ts';
import {
  describeSecret,
  fitsHeader,
  readSecret,
  type SecretRef,
  type Secrets,
  toSecretRef,
} from './secret-ref.ts';
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
  const { value, why } = readSecret(ref, input.secrets);
  const credential = { ...headerOf(written), value, source: describeSecret(ref) };
  if (why === undefined) {
    return { credential, available: true, simulated: false, problems: [...problems, ...unencrypted(input)] };
  }
  const simulated = input.simulateMissingKeys;
  const notice = lackingNotice(input, secretPath(written, base), why);
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
  const message = 'the key is written into the file: everyone who can read the file can read it';
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

/** What becomes of a target without a secret of its own. */
export function lackingNotice(
  { written, simulateMissingKeys }: Pick<CredentialInput, 'written' | 'simulateMissingKeys'>,
  path: Path,
  why: string,
): Problem {
  const target = `${why}: target "${written.id}"`;
  return simulateMissingKeys
    ? { code: 'W102', path, message: `${target} is answered by the built-in simulator` }
    : { code: 'W101', path, message: `${target} is unavailable` };
}

function secretPath(written: WrittenTarget, base: Path): Path {
  return written.secret_key_ref === undefined ? base : [...base, 'secret_key_ref'];
}

/** A key on plain HTTP beyond this machine can be read on the way. */
export function unencrypted({
  url,
  base,
  written,
}: Pick<CredentialInput, 'url' | 'base' | 'written'>): readonly Problem[] {
  if (url === undefined || url.baseUrl === simulatorUrl || !url.origin.startsWith('http:')) return [];
  const host = new URL(url.origin).hostname;
  if (host === 'localhost' || host.startsWith('127.') || host === '[::1]') return [];
  const message = `the key of target "${written.id}" travels unencrypted to ${host}`;
  return [{ code: 'W109', path: [...base, 'base_url'], message, suggestion: 'use https://' }];
}
