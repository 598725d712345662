import { looksSecret } from './excerpt.ts';
import { isMapping } from './path.ts';
import { decodeText } from './yaml-text.ts';
import { readYaml } from './yaml-document.ts';

/** Where a secret is. `store`: a file of that name in the secrets directory. */
export type SecretRef =
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'store'; readonly name: string };

/** Gives the value of a secret, or undefined where it is not set. */
export type Secrets = (ref: SecretRef) => string | undefined;

/** `env TOGETHER_API_KEY`: says where a secret is, never what it is. */
export function describeSecret(ref: SecretRef): string {
  return `${ref.kind} ${shownName(ref)}`;
}

/** The name of a secret, unless the secret itself was written in its place. */
export function shownName(ref: SecretRef): string {
  const name = ref.kind === 'file' ? ref.path : ref.name;
  return looksSecret(name) ? '**** (which looks like the key itself)' : name;
}

export interface WrittenSecretRef {
  readonly env?: string | undefined;
  readonly file?: string | undefined;
  readonly store?: string | undefined;
}

/** A reference as written in the document; undefined where it names nothing. */
export function toSecretRef(written: WrittenSecretRef): SecretRef | undefined {
  if (written.env !== undefined) return { kind: 'env', name: written.env };
  if (written.file !== undefined) return { kind: 'file', path: written.file };
  if (written.store !== undefined) return { kind: 'store', name: written.store };
  return undefined;
}

/**
 * The secrets of a document that are files, so that they can be watched. Takes any text: what cannot be read names none,
 * and a document that is otherwise invalid still names its files.
 */
export function secretFiles(content: string | Uint8Array): readonly SecretRef[] {
  const decoded = decodeText(content);
  const { value } = readYaml(decoded.text);
  const providers = isMapping(value) ? value['providers'] : undefined;
  const targets = isMapping(providers) ? providers['targets'] : undefined;
  const found = (Array.isArray(targets) ? targets : []).flatMap((target: unknown) => fileOf(target));
  return [...new Map(found.map((ref) => [JSON.stringify(ref), ref])).values()];
}

function fileOf(target: unknown): readonly SecretRef[] {
  const written = isMapping(target) ? target['secret_key_ref'] : undefined;
  if (!isMapping(written)) return [];
  const { file, store } = written;
  if (typeof file === 'string') return [{ kind: 'file', path: file }];
  return typeof store === 'string' ? [{ kind: 'store', name: store }] : [];
}
