import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Child, freePort, type Launch, untilReady, type ReadySign } from '../child.ts';
import { homeOf, type InstalledPeerName, isInstalled, titleOf } from '../installed-peers.ts';
import type { Door } from './client.ts';

/** A gateway that is started here, with the configuration kept beside this file. */
export interface StartedSubject {
  readonly title: string;
  readonly child: Child;
  readonly door: Door;
}

/** Peers with a guard of their own that needs nothing beside it. */
export const guardedPeers = ['litellm', 'portkey', 'nemo'] as const satisfies readonly InstalledPeerName[];
export type SubjectName = 'kt-sidecar' | (typeof guardedPeers)[number];

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly origin: string;
}

interface Plan extends Omit<Launch, 'core'> {
  readonly sign: ReadySign;
  readonly headers?: Readonly<Record<string, string>>;
}

const configurations = join(import.meta.dirname, 'peers');
const kt = join(import.meta.dirname, '../../dist/kt.js');

export async function startSubject(
  name: SubjectName,
  { folder, origin }: Omit<Place, 'port'>,
): Promise<StartedSubject> {
  const port = await freePort();
  const { sign, headers = {}, ...launch } = await plan(name, { folder, port, origin });
  const child = new Child({ ...launch, core: 'gateway' });
  try {
    await untilReady(child, port, sign);
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
  const door = { url: `http://127.0.0.1:${port}/v1`, headers, model: 'leak-model' };
  return { title: launch.name, child, door };
}

export function availablePeers(): readonly (typeof guardedPeers)[number][] {
  return guardedPeers.filter(isInstalled);
}

export function missingPeers(): readonly string[] {
  return guardedPeers
    .filter((name) => !isInstalled(name))
    .map((name) => `${titleOf(name)} is not installed: npm run bench:peers -- install ${name}`);
}

async function plan(name: SubjectName, place: Place): Promise<Plan> {
  const listen = String(place.port);
  switch (name) {
    case 'kt-sidecar': {
      const file = await configure('kt-sidecar.yaml', place);
      const ports = ['--listen', `127.0.0.1:${listen}`, '--admin-listen', '127.0.0.1:0'];
      const command = [process.execPath, kt, 'gateway', 'run', '--policy-config', file, ...ports];
      return { name: 'kt-sidecar', command, sign: { path: '/v1/models' } };
    }
    case 'litellm': {
      const file = await configure('litellm.yaml', place);
      const command = [join(homeOf('litellm'), 'venv/bin/litellm'), '--config', file];
      return {
        name: titleOf('litellm'),
        command: [...command, '--host', '127.0.0.1', '--port', listen, '--num_workers', '1'],
        sign: { path: '/health/liveliness', patienceMs: 300_000 },
        environment: {
          LITELLM_LOCAL_MODEL_COST_MAP: 'True', // else it fetches its prices at every start
          LITELLM_MODE: 'PRODUCTION',
          LITELLM_LOG: 'ERROR',
          LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true',
        },
      };
    }
    case 'portkey': {
      const script = join(homeOf('portkey'), 'node_modules/@portkey-ai/gateway/build/start-server.js');
      return {
        name: titleOf('portkey'),
        command: [process.execPath, script, '--headless', `--port=${listen}`],
        sign: { path: '/' },
        environment: { NODE_ENV: 'production' },
        headers: { 'x-portkey-config': JSON.stringify(JSON.parse(configuration('portkey.json', place))) },
      };
    }
    case 'nemo': {
      const file = await configure('nemo/config.yml', place);
      const home = join(file, '../..');
      const command = [join(homeOf('nemo'), 'venv/bin/nemoguardrails'), 'server', '--config', home];
      return {
        name: titleOf('nemo'),
        command: [...command, '--default-config-id', 'nemo', '--disable-chat-ui', '--port', listen],
        sign: { path: '/', patienceMs: 120_000 },
        environment: { NEMO_GUARDRAILS_NO_USAGE_STATS: '1' },
      };
    }
  }
}

function configuration(file: string, { origin }: Place): string {
  return readFileSync(join(configurations, file), 'utf8').replaceAll('UPSTREAM_ORIGIN', origin);
}

async function configure(file: string, place: Place): Promise<string> {
  const path = join(place.folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, configuration(file, place));
  return path;
}
