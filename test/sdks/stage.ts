import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/gateway.ts';
import { Observer } from './observer.ts';

const kt = join(import.meta.dirname, '../../dist/kt.js');
const denials = { 'pii-detector': { action: 'block' } };
const fourPolicies = ['prompt-injection', 'pii-detector', 'safety-filter', 'audit-logger'];

/** A finished call, as the gateway's log has it. */
interface LoggedCall {
  readonly request_id: string;
  readonly endpoint: string;
  readonly status: number;
  readonly code?: string;
}

/** What the tests of both languages get by the environment: base URLs without a path. */
export interface StageAddresses {
  /** The chain of the example configuration over the built-in simulator. */
  readonly main: string;
  /** Redaction only, over an observed provider. */
  readonly scripted: string;
  /** A chain that denies personal data, and the status it does so with. */
  readonly denial400: string;
  readonly denial403: string;
  /** Where to ask what gateway and provider have seen of a test. */
  readonly control: string;
}

/** The gateways, the provider behind them, and a view on both. */
export class Stage {
  readonly addresses: StageAddresses;
  readonly #processes: readonly GatewayProcess[];
  readonly #observer: Observer;
  readonly #control: Server;

  private constructor(
    addresses: StageAddresses,
    parts: { processes: readonly GatewayProcess[]; observer: Observer; control: Server },
  ) {
    this.addresses = addresses;
    this.#processes = parts.processes;
    this.#observer = parts.observer;
    this.#control = parts.control;
  }

  static async start(): Promise<Stage> {
    const observer = await Observer.start();
    const simulator = { id: 'sim', provider: 'simulator', model: 'sim' };
    const observed = {
      id: 'seen',
      provider: 'openai-compatible',
      model: 'sim',
      base_url: `${observer.url}/v1`,
    };
    const limits = { body_bytes: 65_536 };
    const denying = { chain: ['pii-detector'], policy: denials, target: observed };
    const processes = await Promise.all([
      GatewayProcess.start({ chain: fourPolicies, target: simulator, more: { limits } }),
      GatewayProcess.start({ chain: ['pii-detector'], target: observed }),
      GatewayProcess.start({ ...denying, more: { denial_status: 400 } }),
      GatewayProcess.start({ ...denying, more: { denial_status: 403 } }),
    ]);
    const control = createServer((request, response) => {
      look(request.url ?? '', processes, observer).then(
        (view) => response.end(JSON.stringify(view)),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    control.listen(0, '127.0.0.1');
    await once(control, 'listening');
    const address = control.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP address');
    const [main = '', scripted = '', denial400 = '', denial403 = ''] = processes.map(({ url }) => url);
    const addresses = { main, scripted, denial400, denial403, control: `http://127.0.0.1:${address.port}` };
    return new Stage(addresses, { processes, observer, control });
  }

  async stop(): Promise<void> {
    this.#control.close();
    this.#control.closeAllConnections();
    await Promise.all(this.#processes.map((process) => process.stop()));
    await this.#observer.close();
  }
}

/** `GET /seen?marker=…`: all there is about a test, when its calls have ended; `/cancelled` waits until one is cut off. */
async function look(url: string, processes: readonly GatewayProcess[], observer: Observer): Promise<unknown> {
  const { pathname, searchParams } = new URL(url, 'http://control');
  const marker = searchParams.get('marker') ?? '';
  if (pathname === '/cancelled') return { upstream: await observer.cancelled(marker) };
  const calls = await Promise.all(processes.map((process) => process.callsSoFar()));
  return {
    gateway: calls.flat().filter(({ request_id: id }) => id === marker),
    upstream: observer.seen(marker),
  };
}

interface GatewaySettings {
  readonly chain: readonly string[];
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly target: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** `kt gateway run` as its own process, on free ports, with its log read. */
class GatewayProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #log: { text: string };
  #sentinels = 0;

  private constructor(url: string, parts: { child: ChildProcess; folder: string; log: { text: string } }) {
    this.url = url;
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.#log = parts.log;
  }

  static async start({ chain, policy = {}, target, more }: GatewaySettings): Promise<GatewayProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'kt-sdks-'));
    const config = join(folder, 'policy-config.yaml');
    const document = {
      pack: { name: 'sdks', version: '1.0.0' },
      policies: { chain },
      policy,
      providers: { targets: [target] },
      ...more,
    };
    await writeFile(config, JSON.stringify(document));
    const free = '127.0.0.1:0';
    const args = ['gateway', 'run', '--policy-config', config, '--listen', free, '--admin-listen', free];
    const env = { PATH: process.env['PATH'] ?? '', KT_TERMINATION_LOG: join(folder, 'termination') };
    const child = spawn(process.execPath, [kt, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const log = { text: '' };
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (log.text += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const port = await until(
      'the gateway to serve',
      () => {
        if (child.exitCode !== null) throw new Error(`the gateway did not start: ${complaints}`);
        return /"message":"serving","listen":\["127\.0\.0\.1:(\d+)"/.exec(log.text)?.[1];
      },
      20_000,
    );
    return new GatewayProcess(`http://127.0.0.1:${port}`, { child, folder, log });
  }

  /** Every call that had ended before this was asked: the log keeps their order, and a call of our own closes it. */
  async callsSoFar(): Promise<readonly LoggedCall[]> {
    const sentinel = `sentinel-${++this.#sentinels}`;
    const reply = await fetch(`${this.url}/v1/models`, { headers: { 'x-request-id': sentinel } });
    await reply.arrayBuffer();
    return until(`the log line of ${sentinel}`, () => {
      const calls = this.#calls();
      return calls.some(({ request_id: id }) => id === sentinel) ? calls : undefined;
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #calls(): readonly LoggedCall[] {
    return this.#log.text.split('\n').flatMap((line) => {
      const call = line.includes('"message":"call"') && line.endsWith('}') ? readCall(line) : undefined;
      return call === undefined ? [] : [call];
    });
  }
}

function readCall(line: string): LoggedCall {
  const value: unknown = JSON.parse(line);
  if (!isLoggedCall(value)) throw new Error(`no line of a call: ${line}`);
  return value;
}

function isLoggedCall(value: unknown): value is LoggedCall {
  return typeof value === 'object' && value !== null && 'request_id' in value && 'status' in value;
}
