import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { runArguments, startKt } from '../support/kt-process.ts';

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
  assert.ok(atOnce.length <= 4, atOnce.join(' '));
  assert.deepEqual(
    atOnce.filter((name) => /kubernetes|status|doctor|simulate|gateway/.test(name)),
    [],
  );
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
