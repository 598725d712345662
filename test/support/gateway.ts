import { closeSync, openSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Gateway, GatewayOptions } from '../../src/gateway-options.ts';
import { startGateway } from '../../src/gateway.ts';
import type { Cleanup } from './cleanup.ts';
import { temporaryDirectory } from './configmap-volume.ts';
import { type RawClient, rawClient } from './raw-client.ts';

export interface TargetLines {
  readonly id?: string;
  readonly url: string;
  readonly model?: string;
  readonly provider?: string;
  /** More keys of the target, each with its value as YAML. */
  readonly more?: Readonly<Record<string, string | number | boolean | object>>;
}

export interface ConfigLines {
  readonly targets: readonly TargetLines[];
  /** Policy kinds in the order of the chain. */
  readonly chain?: readonly string[];
  /** Settings of these kinds as JSON, which is YAML. */
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, number>>;
  /** More keys under `providers`. */
  readonly providers?: Readonly<Record<string, string | number>>;
  /** More keys of the document. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly enabled?: boolean;
}

/** A configuration document. JSON is YAML, and nothing in it has to be indented. */
export function configText(config: ConfigLines): string {
  const { chain = [], policy = {}, limits = {}, providers = {}, more = {}, name = 'test' } = config;
  return JSON.stringify({
    pack: { name, version: '1.0.0', enabled: config.enabled ?? true },
    policies: { chain },
    policy,
    providers: { ...providers, targets: config.targets.map(targetDocument) },
    limits,
    ...more,
  });
}

function targetDocument(target: TargetLines, index: number): Readonly<Record<string, unknown>> {
  return {
    id: target.id ?? `t${index + 1}`,
    provider: target.provider ?? 'openai-compatible',
    model: target.model ?? 'm',
    base_url: `${target.url}/v1`,
    ...target.more,
  };
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly url: string;
  readonly port: number;
  /** A connection to the data port. It is closed before the gateway is stopped. */
  client(): Promise<RawClient>;
  /** The configuration file. */
  readonly path: string;
  /** Every log line so far, parsed. */
  lines(): readonly LogLine[];
  /** The first line that this holds for, as soon as there is one. Fails after five seconds. */
  logged(holds: (line: LogLine) => boolean): Promise<LogLine>;
  /** The lines of finished calls, as soon as there are so many. */
  calls(count: number): Promise<readonly LogLine[]>;
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface StartOptions extends Partial<GatewayOptions> {
  /** The file to run, instead of one made from the configuration. */
  readonly path?: string;
}

const patienceMs = 5_000;

/** Starts a gateway in this process on free ports. It stops with the test, without waiting for anybody. */
export async function startTestGateway(
  t: Cleanup,
  config: ConfigLines,
  options: StartOptions = {},
): Promise<TestGateway> {
  const directory = await temporaryDirectory(t);
  const path = options.path ?? join(directory, 'policy-config.yaml');
  if (options.path === undefined) await writeFile(path, configText(config));
  const output = join(directory, 'stdout');
  const fd = openSync(output, 'w');
  t.after(() => closeSync(fd));
  const gateway = await startGateway(gatewayOptions(path, fd, options));
  const clients: RawClient[] = [];
  t.after(() => {
    for (const { socket } of clients) socket.destroy();
    return gateway.stop();
  });
  const port = Number(new URL(gateway.dataUrl).port);
  const lines = (): readonly LogLine[] => readLines(output);
  return {
    gateway,
    url: gateway.dataUrl,
    port,
    client: async () => {
      const client = await rawClient(t, port);
      clients.push(client);
      return client;
    },
    path,
    lines,
    logged: (holds) => until('a log line', () => lines().find(holds)),
    calls: (count) =>
      until(`${count} finished calls`, () => {
        const calls = lines().filter(({ message }) => message === 'call');
        return calls.length >= count ? calls : undefined;
      }),
  };
}

export function gatewayOptions(path: string, fd: number, options: StartOptions = {}): GatewayOptions {
  const { path: _, ...rest } = options;
  return {
    policyConfig: path,
    listen: [{ host: '127.0.0.1', port: 0 }],
    adminListen: { host: '127.0.0.1', port: 0 },
    secretsDir: undefined,
    clientTokenFile: undefined,
    failMode: 'block',
    maxConcurrency: 4096,
    maxBufferedBytes: 256 * 1024 * 1024,
    drainMs: 1,
    log: { format: 'json', level: 'debug' },
    simulateMissingKeys: false,
    env: {},
    outputFd: fd,
    ...rest,
  };
}

function readLines(file: string): readonly LogLine[] {
  const text = readFileSync(file, 'utf8');
  // What follows the last line break is a line that is still being written.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseLine(line));
}

function parseLine(line: string): LogLine {
  const value: unknown = JSON.parse(line);
  if (typeof value !== 'object' || value === null) throw new Error(`no log line: ${line}`);
  return { ...value };
}

/** Looks every few milliseconds until there is something to find. Fails after five seconds, or what is given. */
export async function until<T>(what: string, find: () => T | undefined, withinMs = patienceMs): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what}`);
    await wait(5);
  }
}
