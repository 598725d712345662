import { join } from 'node:path';
import { secretFiles, type SecretRef, type Secrets } from './secret-ref.ts';

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

function pathOf(ref: SecretRef, { directory }: SecretPlaces): string | undefined {
  if (ref.kind === 'file') return ref.path;
  return ref.kind === 'store' && directory !== undefined ? join(directory, ref.name) : undefined;
}
