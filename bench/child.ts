import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { type Core, pinned } from './cores.ts';

export interface Launch {
  readonly name: string;
  readonly command: readonly string[];
  readonly core: Core;
  readonly stdin?: 'pipe' | number;
  readonly stdout?: 'pipe' | 'ignore' | number;
  /** On top of the runner's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

const keptErrorChars = 4000;

/** A process of this run. It ends with its scope, or with the runner, whichever is first. */
export class Child implements AsyncDisposable {
  readonly name: string;
  readonly process: ChildProcess;
  readonly startedAt = performance.now();
  readonly #ended: Promise<void>;
  readonly #killer: () => void;
  #errorText = '';
  #isStopping = false;

  constructor(launch: Launch) {
    const [file = '', ...args] = pinned(launch.core, launch.command);
    const stdio: StdioOptions = [launch.stdin ?? 'ignore', launch.stdout ?? 'ignore', 'pipe'];
    this.name = launch.name;
    this.process = spawn(file, args, { stdio, env: { ...cleanEnvironment(), ...launch.environment } });
    this.#killer = () => void this.process.kill('SIGKILL');
    process.on('exit', this.#killer);
    this.process.stderr?.on('data', (chunk: Buffer) => {
      this.#errorText = (this.#errorText + chunk.toString()).slice(-keptErrorChars);
    });
    this.#ended = new Promise((resolve) => {
      this.process.once('error', (error) => {
        this.#errorText += error.message;
        resolve();
      });
      this.process.once('close', () => resolve());
    });
  }

  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw this.#failure('could not be started');
    return pid;
  }

  /** Rejects when the process ends unasked. Race it against whatever needs the process alive. */
  async died(): Promise<never> {
    await this.#ended;
    if (this.#isStopping) return new Promise<never>(() => undefined);
    throw this.#failure('ended too early');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#killer(); // an orderly end is not what is measured here, and would take its time
    await this.#ended;
    process.off('exit', this.#killer);
  }

  #failure(what: string): Error {
    return new Error(`${this.name} ${what}: ${clipped(this.#errorText) || 'it said nothing'}`);
  }
}

// Node shows the line of a bundle on which it fell, and that is all of the bundle.
function clipped(text: string): string {
  const lines = text.trim().split('\n');
  return lines.map((line) => (line.length > 300 ? `${line.trim().slice(0, 300)}…` : line)).join('\n');
}

// Settings of the user's own gateway, its tracing, and Node's debugging, must not reach what is measured.
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !['KT_', 'NODE_', 'OTEL_'].some((prefix) => name.startsWith(prefix)),
  );
  return Object.fromEntries(kept);
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}

const pollMs = 1;
const usualPatienceMs = 20_000;

/** How a process says that it serves. */
export interface ReadySign {
  readonly path: string;
  /** Of the reply to GET `path`: 200 where nothing is said. */
  readonly status?: number;
  readonly patienceMs?: number;
}

/** Milliseconds from the start of the process until it gave the sign. */
export async function untilReady(child: Child, port: number, sign: ReadySign): Promise<number> {
  return Promise.race([child.died(), poll(child, port, sign)]);
}

async function poll(child: Child, port: number, sign: ReadySign): Promise<number> {
  const { path, status = 200, patienceMs = usualPatienceMs } = sign;
  for (;;) {
    if ((await statusOf(port, path)) === status) return performance.now() - child.startedAt;
    if (performance.now() - child.startedAt > patienceMs)
      throw new Error(`${child.name} was not ready in time`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Undefined while nobody answers. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = http.get({ port, path, host: '127.0.0.1', agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined)); // it does not listen yet
  });
}
