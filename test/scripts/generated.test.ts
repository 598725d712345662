import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { z } from 'zod';
import { commandReference } from '../../scripts/command-reference.ts';
import { jsonSchema } from '../../scripts/json-schema.ts';
import { referenceTable } from '../../scripts/reference-table.ts';
import { readYaml } from '../../src/config/yaml-document.ts';
import { policyKinds } from '../../src/policy/kinds.ts';
import { testKinds } from '../support/config-kinds.ts';
import { document, fixture } from '../support/config-load.ts';

const root = resolve(import.meta.dirname, '../..');

test('the JSON Schema is in step with the schema', () => {
  const written = readFileSync(join(root, 'deploy/policy-config.schema.json'), 'utf8');

  assert.equal(written, `${JSON.stringify(jsonSchema(policyKinds), undefined, 2)}\n`);
});

test('the reference table is in step with the schema', () => {
  const written = readFileSync(join(root, 'docs/configuration.md'), 'utf8');

  assert.equal(written, referenceTable(policyKinds));
});

test('the reference of kt is in step with its commands', () => {
  const written = readFileSync(join(root, 'docs/kt.md'), 'utf8');

  assert.equal(written, commandReference());
});

test('every key of the schema is described', () => {
  const undescribed = referenceTable(testKinds)
    .split('\n')
    .filter((line) => line.endsWith('|  |'));

  assert.deepEqual(undescribed, []);
});

test('the JSON Schema accepts a sample and refuses an unknown key', () => {
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(jsonSchema(testKinds))));

  assert.equal(schema.safeParse(readYaml(fixture('together-gateway')).value).success, true);
  assert.equal(schema.safeParse(readYaml(document('      formt: x\n')).value).success, false);
});
