import { readFileSync } from 'node:fs';
import { load, type LoadResult, onlyLooking } from '../config/load.ts';
import type { SecretRef } from '../config/secret-ref.ts';
import { policyKinds } from '../policy/kinds.ts';
import type { CommandIo } from './io.ts';

/** Loads a configuration file to look at it. A string says why it cannot be read. */
export function loadConfigFile(file: string, env: CommandIo['env']): LoadResult | string {
  const content = read(file);
  if (typeof content === 'string') return content;
  return load({
    content,
    kinds: policyKinds,
    secrets: (ref) => findSecret(ref, env),
    options: onlyLooking,
  });
}

/** The bytes, or why there are none. */
function read(file: string): Uint8Array | string {
  try {
    return readFileSync(file);
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // the reason is all anyone needs
  }
}

/** The secrets directory is known where the gateway runs, not here: a `store` secret is never found. */
function findSecret(ref: SecretRef, env: CommandIo['env']): string | undefined {
  if (ref.kind === 'env') return env[ref.name];
  const found = ref.kind === 'file' ? read(ref.path) : '';
  return typeof found === 'string' ? undefined : new TextDecoder().decode(found);
}
