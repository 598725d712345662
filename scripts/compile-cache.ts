import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';

// Bakes V8's compile cache into a tree of the image: `node scripts/compile-cache.ts DIR [NODE]`. It needs no package, so
// that it can run where the image will run: the cache holds for one version of Node on one architecture.

/** The flags of the process in the image. */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size-percentage=55'];

/** Names files by where they are relative to the cache: it can be moved, and is not bound to a user. */
const portable = { NODE_COMPILE_CACHE_PORTABLE: '1' } as const;

/** The environment of the process in the image. */
export const imageEnvironment = { ...portable, MALLOC_ARENA_MAX: '1' } as const;

const patienceMs = 60_000;

const config = `
pack: { name: compile-cache, version: 1.0.0, enabled: true }
policies: { chain: [prompt-injection, pii-detector, safety-filter, audit-logger] }
policy:
  prompt-injection: { threshold: 0.8, action: block }
  pii-detector: { action: redact }
  safety-filter: { mode: strict, action: block }
  audit-logger: { retention_days: 365 }
providers:
  strategy: single
  targets: [{ id: simulated, provider: simulator, model: simulated }]
`;

/** What a process said about the cache of each script it loaded. */
export interface CacheUse {
  readonly accepted: number;
  /** Lines about scripts that were compiled all the same. */
  readonly misses: readonly string[];
}

/** Runs the gateway of the tree once, which fills its cache, and once more to see that the cache is used. */
export async function bakeCompileCache(tree: string, node: string): Promise<CacheUse> {
  rmSync(join(tree, '.cache'), { recursive: true, force: true });
  await run(tree, node);
  const [folder, ...more] = readdirSync(join(tree, '.cache'));
  // Before 26.10 a portable cache was still bound to a user; the image's user is another than the builder's.
  if (folder === undefined || more.length > 0 || /-\d+$/.test(folder))
    throw new Error(`expected one cache that is not bound to a user, got ${[folder, ...more].join(', ')}`);
  openToAll(join(tree, '.cache', folder));
  const use = cacheUse(await run(tree, node, { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }));
  if (use.accepted === 0 || use.misses.length > 0)
    throw new Error(`the compile cache is not used:\n${use.misses.join('\n')}`);
  return use;
}

/** Node writes its cache for its own user alone. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o644);
}

/** Reads what `NODE_DEBUG_NATIVE=COMPILE_CACHE` prints. */
export function cacheUse(output: string): CacheUse {
  const lines = output.split('\n').filter((line) => line.startsWith('[compile cache]'));
  return {
    accepted: lines.filter((line) => line.includes('was accepted')).length,
    misses: lines.filter((line) =>
      /was rejected|was not initialized|permission denied|writing cache|mismatch/.test(line),
    ),
  };
}

/** Starts the gateway, calls what a pod calls in its first seconds, ends it. Returns its output. */
async function run(tree: string, node: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kt-compile-cache-'));
  const file = join(folder, 'policy-config.yaml');
  writeFileSync(file, config);
  const listen = ['--listen', '127.0.0.1:0', '--admin-listen', '127.0.0.1:0', '--drain-seconds', '5'];
  const args = [...nodeFlags, join(tree, 'kt.js'), 'gateway', 'run', '--policy-config', file, ...listen];
  const child = spawn(node, args, { env: { ...portable, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  try {
    const output = collect(child);
    const { data, admin } = await output.addresses;
    await exercise(data, admin);
    child.kill('SIGTERM');
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`the gateway ended with ${child.exitCode}:\n${output.text()}`);
    return output.text();
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

interface Addresses {
  readonly data: string;
  readonly admin: string;
}

function collect(child: ChildProcessByStdio<null, Readable, Readable>) {
  let text = '';
  const { promise: addresses, resolve: found, reject } = Promise.withResolvers<Addresses>();
  const add = (piece: string): void => {
    text += piece;
    const [, data, admin] =
      /"message":"serving","listen":\["([^"]+)"[^\]]*\],"admin":"([^"]+)"/.exec(text) ?? [];
    if (data !== undefined && admin !== undefined) found({ data: `http://${data}`, admin });
  };
  child.stdout.setEncoding('utf8').on('data', add);
  child.stderr.setEncoding('utf8').on('data', add);
  child.on('error', reject);
  child.on('close', () => reject(new Error(`the gateway did not start:\n${text}`)));
  return { addresses, text: () => text };
}

async function exercise(data: string, admin: string): Promise<void> {
  for (const stream of [false, true]) {
    const body = JSON.stringify({ stream, messages: [{ role: 'user', content: 'Mail ann@example.com.' }] });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${data}/v1/chat/completions`, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`a call was answered with ${response.status}`);
    await response.text();
  }
  for (const page of ['metrics', 'status', 'readyz']) await (await fetch(`${admin}/${page}`)).text();
}

if (import.meta.main) {
  const [tree, node = process.execPath] = process.argv.slice(2);
  if (tree === undefined) throw new Error('usage: node scripts/compile-cache.ts DIR [NODE]');
  const { accepted } = await bakeCompileCache(resolve(tree), node);
  process.stdout.write(`compile cache: ${accepted} scripts, used as baked\n`);
}
