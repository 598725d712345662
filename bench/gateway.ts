import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainOf, gatewayConfig, type GatewayVariant } from './gateway-config.ts';

const kt = join(import.meta.dirname, '../dist/kt.js');

export interface GatewayPlace {
  readonly folder: string;
  readonly port: number;
  readonly origin: string;
}

/** What the script's first line sets, which the installed `kt` runs with. */
export const gatewayEnvironment = { MALLOC_ARENA_MAX: '1' } as const;

/** `kt gateway run`, as users start it. */
export async function gatewayCommand(
  variant: GatewayVariant,
  place: GatewayPlace,
): Promise<readonly string[]> {
  const file = join(place.folder, `${variant}.yaml`);
  await writeFile(file, gatewayConfig(chainOf(variant), place.origin));
  const listen = ['--listen', `127.0.0.1:${place.port}`, '--admin-listen', '127.0.0.1:0'];
  // The flag is the one in the script's first line, which the installed `kt` runs with.
  return [
    process.execPath,
    '--max-semi-space-size=4',
    kt,
    'gateway',
    'run',
    '--policy-config',
    file,
    ...listen,
  ];
}
