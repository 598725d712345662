import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { bakeCompileCache, cacheUse } from '../../scripts/compile-cache.ts';
import { assembleImageTree, treeSizes } from '../../scripts/image-tree.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';

const run = promisify(execFile);

function digests(out: string): Readonly<Record<string, string>> {
  const names = [...treeSizes(out).keys()].filter((name) => !name.startsWith('.cache/'));
  return Object.fromEntries(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(out, name)))
        .digest('hex'),
    ]),
  );
}

test('the tree holds the bundle, its papers and a compile cache that is used, and nothing else', async (t) => {
  const out = join(await temporaryDirectory(t), 'tree');

  const sizes = await assembleImageTree({ out, node: process.execPath });

  const names = [...sizes.keys()];
  for (const name of ['kt.js', 'package.json', 'LICENSE', 'sbom.cdx.json'])
    assert.ok(names.includes(name), name);
  const allowed =
    /^(kt\.js|kubernetes-client\.js|policy-check-worker\.js|packages\.json|chunks\/[\w-]+\.js|package\.json|LICENSE|THIRD[\w-]*\.\w+|sbom\.cdx\.json|\.cache\/v26[^/]+\/\w+)$/;
  assert.deepEqual(
    names.filter((name) => !allowed.test(name)),
    [],
  );
  assert.ok(names.some((name) => name.startsWith('.cache/')));
  // Whoever runs the image is not who made it.
  for (const name of names) assert.equal(statSync(join(out, name)).mode & 0o044, 0o044, name);
  const { stdout } = await run(process.execPath, [join(out, 'kt.js'), '--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test('assembled twice it is the same, byte for byte', async (t) => {
  const directory = await temporaryDirectory(t);
  const [one, two] = [join(directory, 'one'), join(directory, 'two')];

  await assembleImageTree({ out: one, node: undefined });
  await assembleImageTree({ out: two, node: undefined });

  assert.deepEqual(digests(two), digests(one));
});

test('a tree beyond its budget fails, and says the budget', async (t) => {
  const out = join(await temporaryDirectory(t), 'tree');
  const script = join(import.meta.dirname, '../../scripts/image-tree.ts');

  const failure = run(process.execPath, [script, '--out', out, '--no-compile-cache', '--budget-mb', '0.1']);

  await assert.rejects(failure, { code: 1, stderr: 'more than 0.1 MB\n' });
});

test('a bundle that does not start gets no compile cache', async (t) => {
  const out = join(await temporaryDirectory(t), 'tree');
  await assembleImageTree({ out, node: undefined });
  chmodSync(join(out, 'kt.js'), 0o755);
  writeFileSync(join(out, 'kt.js'), `throw new Error('broken')`);

  await assert.rejects(bakeCompileCache(out, process.execPath), /did not start[^]*broken/);
});

test('a script that was compiled all the same is a miss of the cache', () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ['[compile cache] V8 code cache for ESM file:///a.js was accepted, keeping the in-memory entry', 1, 0],
    ['[compile cache] V8 code cache for ESM file:///a.js was rejected', 0, 1],
    ['[compile cache] reading cache from /app/.cache/a for ESM file:///a.js... permission denied', 0, 1],
    ['[compile cache] V8 code cache for ESM file:///a.js was not initialized, initializing', 0, 1],
    ['[compile cache] writing cache for ESM file:///a.js to temporary file', 0, 1],
    ['{"message":"writing cache"}', 0, 0],
  ];
  for (const [line, accepted, misses] of cases) {
    const use = cacheUse(`${line}\n`);

    assert.deepEqual([use.accepted, use.misses.length], [accepted, misses], line);
  }
});
