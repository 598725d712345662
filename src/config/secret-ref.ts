import { join } from 'node:path';
import { looksSecret } from './excerpt.ts';
import { isMapping, valueAt } from './path.ts';
import { decodeText, readYaml } from './yaml-document.ts';

const kinds = ['file', 'store', 'env'] as const;

/** Where a secret is: the path of a file, the name of a file in the secrets directory, or that of a variable. */
export interface SecretRef {
  readonly kind: (typeof kinds)[number];
  readonly name: string;
}

/** Gives the value of a secret, or undefined where it is not set. */
export type Secrets = (ref: SecretRef) => string | undefined;

/** `env TOGETHER_API_KEY`: says where a secret is, never what it is. */
export function describeSecret(ref: SecretRef): string {
  return `${ref.kind} ${shownName(ref)}`;
}

/** The name of a secret, unless the secret itself was written in its place. */
function shownName({ name }: SecretRef): string {
  return looksSecret(name) ? '**** (which looks like the key itself)' : name;
}

/** A reference as written in the document; undefined where it names nothing. */
export function toSecretRef(written: Readonly<Record<string, unknown>>): SecretRef | undefined {
  for (const kind of kinds) {
    const name = written[kind];
    if (typeof name === 'string') return { kind, name };
  }
  return undefined;
}

type FoundSecret =
  | { readonly value: string; readonly why: undefined }
  | { readonly value: undefined; readonly why: string };

/** Files end with a line break their authors did not mean; anything else that no header can carry is refused here. */
export function readSecret(ref: SecretRef, secrets: Secrets): FoundSecret {
  const value = secrets(ref)?.replace(/[\r\n]{1,2}$/, '');
  if (value === undefined) return { value, why: `${subject(ref)} ${absence[ref.kind]}` };
  if (value.trim() === '') return { value: undefined, why: `${subject(ref)} is empty` };
  if (fitsHeader(value)) return { value, why: undefined };
  return { value: undefined, why: `${subject(ref)} holds a character that cannot be sent in a header` };
}

export function fitsHeader(value: string): boolean {
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

/**
 * The secrets of a document that are files, so that they can be watched. Takes any text: what cannot be read names none,
 * and a document that is otherwise invalid still names its files.
 */
export function secretFiles(content: string | Uint8Array): readonly SecretRef[] {
  const { value } = readYaml(decodeText(content));
  const targets = valueAt(value, ['providers', 'targets']);
  const found = (Array.isArray(targets) ? targets : []).flatMap((target: unknown) => filesOf(target));
  return [...new Map(found.map((ref) => [JSON.stringify(ref), ref])).values()];
}

function filesOf(target: unknown): readonly SecretRef[] {
  const headers = valueAt(target, ['headers']);
  const values = isMapping(headers) ? Object.values(headers) : [];
  const written = values.map((value) => valueAt(value, ['secret_key_ref']) ?? value);
  return [valueAt(target, ['secret_key_ref']), ...written].flatMap((each) => {
    const ref = isMapping(each) ? toSecretRef(each) : undefined;
    return ref === undefined || ref.kind === 'env' ? [] : [ref];
  });
}

/** Where secrets come from: the environment as it was at start, and the directory that `store` names files in. */
export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string | undefined;
}

/** The files that a configuration takes secrets from, to be watched with it. */
export function secretPaths(content: Uint8Array, places: SecretPlaces): readonly string[] {
  return secretFiles(content).flatMap((ref) => pathOf(ref, places) ?? []);
}

/** Looks secrets up in the environment and in what was read of the files, as one version. */
export function secretsFrom(
  files: ReadonlyMap<string, Uint8Array | undefined>,
  places: SecretPlaces,
): Secrets {
  return (ref) => {
    if (ref.kind === 'env') return places.env[ref.name];
    const path = pathOf(ref, places);
    const bytes = path === undefined ? undefined : files.get(path);
    // Editors and `echo` end files with a line break that is no part of the key.
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes).trim();
  };
}

function pathOf({ kind, name }: SecretRef, { directory }: SecretPlaces): string | undefined {
  if (kind === 'file') return name;
  return kind === 'store' && directory !== undefined ? join(directory, name) : undefined;
}
