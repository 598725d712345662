import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cleanup } from './cleanup.ts';
import { until } from './gateway.ts';

/** The bundle under test: what `npm test` has just built, unless another is named. */
export const binary = process.env['KT_BINARY'] ?? join(import.meta.dirname, '../../dist/kt.js');

export interface KtExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `kt`, running as its own process. It is killed with the test. */
export class KtProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #exit: Promise<KtExit>;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#exit = once(child, 'close').then(() => ({
      code: child.exitCode,
      signal: child.signalCode,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  get pid(): number {
    const { pid } = this.child;
    if (pid === undefined) throw new Error('the process did not start');
    return pid;
  }

  /** How it ended, once it has and its output is read. */
  exit(): Promise<KtExit> {
    return this.#exit;
  }

  /** Something in its output, as soon as it is there. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    return until(
      `${pattern} from kt`,
      () => {
        const found = pattern.exec(this.stdout);
        if (found === null && this.child.exitCode !== null) throw new Error(`kt has ended: ${this.stderr}`);
        return found ?? undefined;
      },
      10_000,
    );
  }

  /** The port of the data address, once it serves. */
  async port(): Promise<number> {
    const [, port] = await this.says(/"message":"serving","listen":\["127\.0\.0\.1:(\d+)"/);
    return Number(port);
  }
}

export interface KtOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
}

export function startKt(t: Cleanup, args: readonly string[], options: KtOptions = {}): KtProcess {
  if (!existsSync(binary)) throw new Error(`${binary} is not there: node scripts/build.ts`);
  const env = { PATH: process.env['PATH'] ?? '', KT_TERMINATION_LOG: '/nonexistent', ...options.env };
  const nodeArgs = [...(options.nodeFlags ?? []), binary, ...args];
  const child = spawn(process.execPath, nodeArgs, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return new KtProcess(child);
}

/** Runs `kt` to its end. */
export function runKt(t: Cleanup, args: readonly string[], options: KtOptions = {}): Promise<KtExit> {
  return startKt(t, args, options).exit();
}

/** The arguments of a gateway on free ports. */
export function runArguments(config: string, more: readonly string[] = []): readonly string[] {
  return [
    'gateway',
    'run',
    '--policy-config',
    config,
    '--listen',
    '127.0.0.1:0',
    '--admin-listen',
    '127.0.0.1:0',
    ...more,
  ];
}
