import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';

/**
 * The folders and files at the top of src, from the ground up: each imports only what stands before it. This is the one
 * place where the order is written; the linter holds some of it while a file is edited.
 */
const order = [
  'errors.ts',
  'version.ts',
  'held.ts',
  'work.ts',
  'json',
  'record',
  'policy',
  'config',
  'dialect',
  'sse',
  'upstream',
  'routing',
  'runtime',
  'telemetry',
  'audit',
  'http',
  'simulator',
  'gateway-options.ts',
  'gateway-start-error.ts',
  'client-access.ts',
  'admin',
  'generations.ts',
  'gateway.ts',
  'kube',
  'doctor',
  'cli',
  'main.ts',
];

const src = join(import.meta.dirname, '../../src');

/** What each file imports of ours: types, values, and what it loads later. */
const imports: ReadonlyMap<string, readonly string[]> = new Map(
  globSync('**/*.ts', { cwd: src }).map((file) => [file, importsOf(file)]),
);

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const named = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
  return Array.from(named, ([, path = '']) => posix.join(posix.dirname(file), path));
}

function topOf(file: string): string {
  return file.split('/', 1)[0] ?? file;
}

function levelOf(file: string): number {
  return order.indexOf(topOf(file));
}

test('everything at the top of src has its place in the order, and nothing else has one', () => {
  const tops = new Set(Array.from(imports.keys(), topOf));

  assert.deepEqual(tops, new Set(order));
});

test('the map in ARCHITECTURE.md has them in this order, from the top down', () => {
  const page = readFileSync(join(src, '../ARCHITECTURE.md'), 'utf8');
  const [, map = ''] = /^src\/\n((?: .*\n)+)/m.exec(page) ?? [];

  const tops = Array.from(map.matchAll(/^ {2}([\w.-]+)/gm), ([, top = '']) => top);

  assert.ok(tops.length > 15);
  assert.deepEqual(
    tops.toReversed(),
    order.filter((top) => tops.includes(top)),
  );
});

test('every import of ours is of a file that there is', () => {
  const missing = [...imports].flatMap(([file, named]) =>
    named.filter((one) => !imports.has(one)).map((one) => `${file} imports ${one}`),
  );

  assert.deepEqual(missing, []);
});

// Which also leaves no circle between folders.
test('no import points upward', () => {
  const upward = [...imports].flatMap(([file, named]) =>
    named.filter((one) => levelOf(one) > levelOf(file)).map((one) => `${file} imports ${one}`),
  );

  assert.deepEqual(upward, []);
});

test('no file imports one that imports it, however far around', () => {
  const around = [...imports.keys()].filter((file) => reachedFrom(file).has(file));

  assert.deepEqual(around, []);
});

/** All that a file imports, and what that imports. */
function reachedFrom(file: string): ReadonlySet<string> {
  const reached = new Set(imports.get(file));
  for (const next of reached) for (const further of imports.get(next) ?? []) reached.add(further);
  return reached;
}
