import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { imageEnvironment, nodeFlags } from '../../scripts/compile-cache.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { runArguments, runKt, startKt } from '../support/kt-process.ts';
import { chat, post, rawClient } from '../support/raw-client.ts';
import { jsonReply, reply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const dist = join(import.meta.dirname, '../../dist');
const kubernetesClient = 'kubernetes-client.js';

/** The files a file of the bundle imports: at once, and when something asks for them. */
function imports(name: string): { readonly atOnce: readonly string[]; readonly lazy: readonly string[] } {
  const text = readFileSync(join(dist, name), 'utf8');
  const found = (pattern: RegExp): readonly string[] =>
    [...text.matchAll(pattern)].map(([, path = '']) => relative(dist, join(dist, name, '..', path)));
  return { atOnce: found(/(?:from|import)"(\.[^"]+\.js)"/g), lazy: found(/import\("(\.[^"]+\.js)"\)/g) };
}

/** Every file that is loaded, sooner or later, once this one is. `isLazyToo`: also what would be loaded on demand. */
function reachable(from: string, isLazyToo: boolean): ReadonlySet<string> {
  const reached = new Set([from]);
  for (const name of reached) {
    const { atOnce, lazy } = imports(name);
    for (const next of [...atOnce, ...(isLazyToo ? lazy : [])]) reached.add(next);
  }
  return reached;
}

function only(names: Iterable<string>, prefix: RegExp): string {
  const [found, ...more] = [...names].filter((name) => prefix.test(name));
  assert.ok(found !== undefined && more.length === 0, `one chunk ${prefix}`);
  return found;
}

test('nothing that the gateway loads, now or later, has the Kubernetes client in it', () => {
  const all = reachable('kt.js', true);
  const gateway = reachable(only(all, /^chunks\/gateway-run-/), true);

  assert.ok(all.has(kubernetesClient), 'kt has it');
  assert.ok(gateway.size > 5, [...gateway].join(' '));
  assert.ok(!gateway.has(kubernetesClient));
  for (const name of gateway)
    assert.doesNotMatch(readFileSync(join(dist, name), 'utf8'), /KubeConfig|kubeconfig/);
});

test('the start of kt loads neither a command nor the Kubernetes client', () => {
  const atOnce = [...reachable('kt.js', false)];

  // What a command shares with the start would become a chunk of its own, and every start would open it.
  // The version is one, since commands that write it say it too.
  assert.ok(atOnce.length <= 5, atOnce.join(' '));
  assert.deepEqual(
    atOnce.filter((name) => /kubernetes|status|doctor|simulate|gateway/.test(name)),
    [],
  );
});

test('kt that is run by its name has the settings of the image that do not depend on a memory limit', () => {
  const [first = ''] = readFileSync(join(dist, 'kt.js'), 'utf8').split('\n', 1);
  const { MALLOC_ARENA_MAX: arenas } = imageEnvironment;
  const flags = nodeFlags.filter((flag) => !flag.includes('percentage'));

  assert.equal(first, `#!/usr/bin/env -S MALLOC_ARENA_MAX=${arenas} node ${flags.join(' ')}`);
});

test('everything of ours stays within the budget of the image', () => {
  const bytes = [...reachable('kt.js', true)].map((name) => statSync(join(dist, name)).size);

  assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 12_000_000);
});

test('a running gateway has not opened the file of the Kubernetes client', async (t) => {
  const config = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(config, configText({ targets: [{ url: 'http://127.0.0.1:1' }] }));
  const log = join(await temporaryDirectory(t), 'loaded');
  const hook = `import { registerHooks } from 'node:module'; import { appendFileSync } from 'node:fs';
    registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(log)}, url + '\\n'); return next(url, context); } });`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };

  const kt = startKt(t, runArguments(config), { env });
  await kt.port();
  const loaded = readFileSync(log, 'utf8');

  assert.match(loaded, /gateway-/);
  assert.doesNotMatch(loaded, /kubernetes-client/);
});

/** Modules of Node's own that a gateway without encoded answers and without patterns has no use for. */
const idle = [
  'zlib',
  'worker_threads',
  'http2',
  'tls',
  'internal/deps/undici/undici',
  'internal/process/report',
];

test('a gateway that has served a call has not loaded what it does not use of Node', async (t) => {
  const folder = await temporaryDirectory(t);
  const config = join(folder, 'policy-config.yaml');
  const log = join(folder, 'modules');
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  writeFileSync(config, configText({ targets: [{ url: upstream.url }], chain: ['pii-detector'] }));
  const hook = `import { writeFileSync } from 'node:fs';
    process.on('exit', () => writeFileSync(${JSON.stringify(log)}, process.moduleLoadList.join('\\n')));`;
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };

  const kt = startKt(t, runArguments(config, ['--drain-seconds', '1']), { env });
  const client = await rawClient(t, await kt.port());
  client.send(post(chat('Hello')));
  const { status } = await client.answer();
  kt.child.kill('SIGTERM');
  await once(kt.child, 'close');
  const loaded = readFileSync(log, 'utf8').split('\n');

  assert.equal(status, 200);
  assert.ok(loaded.includes('NativeModule http'), 'the list is one of modules');
  assert.deepEqual(
    idle.filter((name) => loaded.includes(`NativeModule ${name}`)),
    [],
  );
});

test('what the bundle loads late is there: decoders, patterns and what is said of wrong ones', async (t) => {
  const folder = await temporaryDirectory(t);
  const config = join(folder, 'policy-config.yaml');
  const body = gzipSync(JSON.stringify(chatAnswer({ contents: ['The number is EMP-123456.'] })));
  const encoded = reply({ headers: { 'content-encoding': 'gzip', 'content-length': body.length }, body });
  const upstream = await startUpstream(t, [[send(encoded)]]);
  const document = (pattern: string): string =>
    configText({
      targets: [{ url: upstream.url }],
      chain: ['pii-detector'],
      policy: { 'pii-detector': { detect_patterns: [pattern] } },
    });

  writeFileSync(config, document(String.raw`EMP-\d{6}`));
  const kt = startKt(t, runArguments(config));
  const client = await rawClient(t, await kt.port());
  client.send(post(chat('0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')));
  const { text } = await client.answer();
  writeFileSync(config, document('EMP-('));
  const { code, stdout, stderr } = await runKt(t, ['policy', 'lint', '--file', config]);

  assert.match(text, /The number is \[PATTERN\]\./);
  assert.doesNotMatch(String(upstream.requests[0]?.body), /5aAeb6053F3E/);
  assert.equal(code, 2);
  assert.match(stdout + stderr, /missing closing \)/);
});
