import { once } from 'node:events';
import type { Address } from '../http/address.ts';
import { type Directives, isDirective, readDirective } from '../simulator/directives.ts';
import { type Defaults, readFault } from '../simulator/faults.ts';
import { SimulatorRefusal } from '../simulator/refusal.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { CommandIo, ExitCode } from './io.ts';

/** Aborted `signal`: the simulator is to stop. */
type SimulateIo = Pick<CommandIo, 'write' | 'error' | 'signal'>;

export interface SimulateOptions {
  /** `HOST:PORT`; port 0 picks a free one. */
  readonly listen: string;
  readonly latencyMs?: number | undefined;
  readonly tokensPerSecond?: number | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** Directives by name, for every call; undefined where one is not given. */
  readonly directives?: readonly (readonly [name: string, value: unknown])[];
  readonly json: boolean;
}

/** `kt simulate`: the simulator alone, until it is told to stop. Returns the exit code. */
export async function simulate(options: SimulateOptions, io: SimulateIo): Promise<ExitCode> {
  const address = readAddress(options.listen);
  if (address === undefined) {
    io.error(`--listen: expected HOST:PORT, got "${options.listen}"\n`);
    return 2;
  }
  const defaults = readDefaults(options);
  if (typeof defaults === 'string') {
    io.error(`${defaults}\n`);
    return 2;
  }
  const simulator = await start(address, { ...options, defaults }, io);
  if (simulator === undefined) return 1;
  io.write(announcement(simulator, options.json));
  if (!io.signal.aborted) await once(io.signal, 'abort');
  await simulator.close();
  return 0;
}

/** What every call and what some get, or what is wrong with it. */
function readDefaults({ directives = [], fault = [], seed = 1 }: SimulateOptions): Defaults | string {
  const all: Directives = {};
  let flag = '';
  try {
    for (const [name, value] of directives) {
      flag = `--${name}`;
      if (isDirective(name) && (typeof value === 'string' || value === true))
        Object.assign(all, readDirective(name, value));
    }
    flag = '--fault';
    return { directives: all, faults: fault.map(readFault), seed };
  } catch (error) {
    if (error instanceof SimulatorRefusal) return `${flag}: ${error.message}`;
    throw error;
  }
}

function readAddress(listen: string): Address | undefined {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

async function start(
  address: Address,
  options: SimulateOptions & { readonly defaults: Defaults },
  io: SimulateIo,
): Promise<Simulator | undefined> {
  const { latencyMs, tokensPerSecond, defaults, json } = options;
  const log = (line: string): void => io.write(`${line}\n`);
  try {
    return await startSimulator({ ...address, latencyMs, tokensPerSecond, defaults, quiet: json, log });
  } catch (error) {
    // The address is taken, unknown or not allowed: the caller learns which from the message.
    io.error(
      `cannot listen on ${options.listen}: ${error instanceof Error ? error.message : 'unknown error'}; choose another with --listen\n`,
    );
    return undefined;
  }
}

function announcement({ url, port }: Simulator, json: boolean): string {
  return json ? `${JSON.stringify({ url, port })}\n` : `simulator listening on ${url}\n`;
}
