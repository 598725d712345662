import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Child, ReadySign } from './child.ts';
import { homeOf, type MeasuredPeerName, manifests } from './installed-peers.ts';
import type { Door } from './load-order.ts';

/** How a peer is started, recognised as ready, and asked. */
export interface InstalledLaunch {
  readonly command: readonly string[];
  /** Undefined: it takes what port it likes, and prints its URL. */
  readonly port: number | undefined;
  readonly sign: ReadySign;
  readonly door?: Door;
  readonly environment?: Readonly<Record<string, string>>;
}

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly origin: string;
}

const model = 'bench-model';

/** Each as its documentation starts it as a plain proxy to one provider, with nothing stored and nothing reported. */
export async function launchInstalled(name: MeasuredPeerName, place: Place): Promise<InstalledLaunch> {
  const home = join(place.folder, `${name}-${place.port}`);
  await mkdir(home, { recursive: true });
  switch (name) {
    case 'portkey':
      return portkey(place);
    case 'tensorzero':
      return tensorzero(home, place.origin);
    case 'litellm':
      return litellm(home, place);
  }
}

function portkey({ port, origin }: Place): InstalledLaunch {
  const script = join(homeOf('portkey'), 'node_modules/@portkey-ai/gateway/build/start-server.js');
  return {
    command: [process.execPath, script, '--headless', `--port=${port}`],
    port,
    sign: { path: '/' },
    environment: { NODE_ENV: 'production' },
    door: {
      path: '/v1/chat/completions',
      model,
      headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${origin}/v1` },
    },
  };
}

async function tensorzero(home: string, origin: string): Promise<InstalledLaunch> {
  const file = join(home, 'tensorzero.toml');
  await writeFile(
    file,
    `[gateway.observability]
enabled = false
[models.${model}]
routing = ["upstream"]
[models.${model}.providers.upstream]
type = "openai"
api_base = "${origin}/v1/"
model_name = "${model}"
api_key_location = "none"
`,
  );
  return {
    command: [join(homeOf('tensorzero'), 'venv/bin/python'), join(manifests, 'tensorzero-serve.py'), file],
    port: undefined,
    sign: { path: '/', status: 404 }, // it has no path for this; what it does not know it answers so
    door: { path: '/openai/v1/chat/completions', model: `tensorzero::model_name::${model}`, headers: {} },
  };
}

async function litellm(home: string, { port, origin }: Place): Promise<InstalledLaunch> {
  const file = join(home, 'config.yaml');
  await writeFile(
    file,
    `model_list:
  - model_name: ${model}
    litellm_params: {model: openai/${model}, api_base: "${origin}/v1", api_key: bench, max_retries: 0}
litellm_settings: {telemetry: false, num_retries: 0, request_timeout: 600}
`,
  );
  const listen = ['--host', '127.0.0.1', '--port', String(port), '--num_workers', '1'];
  return {
    command: [join(homeOf('litellm'), 'venv/bin/litellm'), '--config', file, ...listen],
    port,
    sign: { path: '/health/liveliness', patienceMs: 90_000 },
    environment: {
      LITELLM_LOCAL_MODEL_COST_MAP: 'True', // else it fetches its prices at every start
      LITELLM_MODE: 'PRODUCTION',
      LITELLM_LOG: 'ERROR',
      LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true',
      NO_DOCS: 'True',
      DISABLE_ADMIN_UI: 'True',
    },
  };
}

/** The first line of its output that looks so; what follows is thrown away. */
export async function firstLine(child: Child, looksSo: RegExp): Promise<string> {
  const { stdout } = child.process;
  if (stdout === null) throw new Error(`${child.name} has no output`);
  const found = new Promise<string>((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      if (looksSo.test(line)) resolve(line);
    });
  });
  return Promise.race([found, child.died()]);
}
