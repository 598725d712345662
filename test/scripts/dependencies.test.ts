import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { readAdvisories } from '../../scripts/audit.ts';
import { type Lock, type Locked, lockProblems, type Manifest } from '../../scripts/lock.ts';
import { packageFolder, shippedPackages } from '../../scripts/notices.ts';
import { binary } from '../support/kt-process.ts';

const root = join(import.meta.dirname, '../..');
const integrity = `sha512-${'a'.repeat(86)}==`;
const sound: Locked = { version: '1.0.0', integrity, license: 'MIT' };
const npmrc = 'ignore-scripts=true\n';

function problemsOf(locked: Locked, more: { manifest?: Manifest; npmrc?: string } = {}): readonly string[] {
  const lock: Lock = { packages: { '': {}, 'node_modules/a/node_modules/@b/c': locked } };
  return lockProblems(more.manifest ?? {}, lock, more.npmrc ?? npmrc);
}

test('a package with a hash, an agreed licence and no script is fine', () => {
  assert.deepEqual(problemsOf(sound), []);
});

for (const [what, locked, problem] of [
  ['no hash', { license: 'MIT' }, /^@b\/c: no SHA-512/],
  ['an old hash', { ...sound, integrity: 'sha1-abc=' }, /^@b\/c: no SHA-512/],
  ['no licence', { integrity }, /^@b\/c: licence none/],
  ['a licence that asks for more', { ...sound, license: 'GPL-3.0' }, /^@b\/c: licence GPL-3\.0/],
  ['a script', { ...sound, hasInstallScript: true }, /^@b\/c: runs a script/],
] as const) {
  test(`a package with ${what} is a problem`, () => {
    const [first = '', second] = problemsOf(locked);

    assert.match(first, problem);
    assert.equal(second, undefined);
  });
}

test('a script of a development package is a problem where npm would run it', () => {
  const scripted = { ...sound, dev: true, hasInstallScript: true };

  assert.deepEqual(problemsOf(scripted), []);
  assert.match(problemsOf(scripted, { npmrc: '' })[0] ?? '', /would run a script/);
});

for (const [wanted, isExact] of [
  ['1.2.3', true],
  ['1.2.3-beta.1', true],
  ['npm:@scope/name@0.16.1', true],
  ['^1.2.3', false],
  ['~1.2.3', false],
  ['1.2', false],
  ['*', false],
  ['latest', false],
  ['npm:name@^1.0.0', false],
  ['git+https://git.example/a.git', false],
] as const) {
  test(`"${wanted}" is ${isExact ? 'an' : 'no'} exact version`, () => {
    assert.equal(problemsOf(sound, { manifest: { dependencies: { a: wanted } } }).length, isExact ? 0 : 1);
  });
}

test('a file belongs to the innermost package around it', () => {
  assert.equal(
    packageFolder('node_modules/a/node_modules/@b/c/lib/d.js'),
    'node_modules/a/node_modules/@b/c',
  );
  assert.equal(packageFolder('slim:undici'), undefined);
  assert.equal(packageFolder('src/main.ts'), undefined);
});

function metafile(path: string, bytesInOutput: number) {
  return { outputs: { 'dist/kt.js': { inputs: { [path]: { bytesInOutput } } } } };
}

test('a package of which nothing was kept is not shipped, and one without a licence text cannot be', () => {
  assert.deepEqual(shippedPackages(metafile('node_modules/zod/index.js', 0), root), []);
  assert.equal(shippedPackages(metafile('node_modules/zod/index.js', 1), root)[0]?.name, 'zod');
  assert.throws(() => shippedPackages(metafile('test/fixtures/node_modules/none/a.js', 1), root));
});

test('the notices that go with the bundle hold the licence of everything in it', () => {
  const folder = dirname(binary);
  const notices = readFileSync(join(folder, 'THIRD_PARTY_NOTICES.txt'), 'utf8');
  const table = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');
  const rows = [...table.matchAll(/^\| `([^`]+)` \| (\S+) \| (\S+) \|$/gm)];

  assert.ok(rows.length > 5);
  for (const [, name = '', version = '', licence = ''] of rows)
    assert.ok(notices.includes(`${name} ${version} (${licence})\n\n`), name);
  assert.match(notices, /Permission is hereby granted, free of charge/);
  assert.match(notices, /Apache License\s+Version 2\.0/);
  assert.match(notices, /llhttp/);
  assert.ok(!existsSync(join(folder, 'node_modules')));
});

function report(high: number, critical: number): string {
  return JSON.stringify({ metadata: { vulnerabilities: { high, critical, total: 5 } } });
}

test('only a report of findings counts as an answer of the registry', () => {
  assert.deepEqual(readAdvisories(report(0, 0)), { kind: 'checked', serious: 0, all: 5 });
  assert.deepEqual(readAdvisories(report(1, 2)), { kind: 'checked', serious: 3, all: 5 });
  for (const other of ['', '{}', 'null', '{"message":"405 Method Not Allowed"}', '{"metadata":{}}', '<html>'])
    assert.equal(readAdvisories(other).kind, 'not_checked', other);
});
