import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');

const Step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.unknown().optional(),
});
const Job = z.object({
  'timeout-minutes': z.number(),
  'runs-on': z.string(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  steps: z.array(Step),
});
const Workflow = z.object({
  name: z.string(),
  permissions: z.record(z.string(), z.literal('read')),
  jobs: z.record(z.string(), Job),
});

const files = globSync(join(root, '.github/workflows/*.yml'));
const workflows = new Map(
  files.map((file) => [basename(file, '.yml'), Workflow.parse(parse(readFileSync(file, 'utf8')))]),
);

describe('the workflows', () => {
  test('are these', () => assert.deepEqual([...workflows.keys()].toSorted(), ['ci', 'release']));

  for (const [name, { jobs }] of workflows) {
    test(`${name} needs only jobs that exist`, () => {
      for (const { needs = [] } of Object.values(jobs))
        for (const each of [needs].flat()) assert.ok(each in jobs, each);
    });

    test(`${name} names a version of every action, and keeps no credentials in a checkout`, () => {
      for (const { steps } of Object.values(jobs))
        for (const { uses, with: given } of steps) {
          if (uses === undefined) continue;
          assert.match(uses, /^[\w.-]+\/[\w./-]+@(?:v\d+|[0-9a-f]{40})$/);
          if (uses.startsWith('actions/checkout@'))
            assert.equal(
              z.object({ 'persist-credentials': z.boolean() }).parse(given)['persist-credentials'],
              false,
            );
        }
    });

    test(`${name} runs only scripts of the project that exist`, () => {
      const scripts = z
        .object({ scripts: z.record(z.string(), z.string()) })
        .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).scripts;
      for (const { steps } of Object.values(jobs))
        for (const [, script = ''] of steps.flatMap(({ run = '' }) => [
          ...run.matchAll(/npm run ([\w:-]+)/g),
        ]))
          assert.ok(script in scripts, script);
    });
  }

  test('a release is made of what passed .ci/run', () => {
    const { jobs } = workflows.get('release') ?? assert.fail();
    const needs = [jobs['image']?.needs ?? []].flat();

    assert.ok(needs.includes('check'));
    assert.ok(jobs['check']?.steps.some(({ run = '' }) => run.includes('.ci/run')));
  });

  test('only what publishes may write', () => {
    const writers = [...workflows].flatMap(([name, { jobs }]) =>
      Object.entries(jobs).flatMap(([job, { permissions = {} }]) =>
        Object.entries(permissions).flatMap(([what, right]) =>
          right === 'write' ? [`${name} ${job} ${what}`] : [],
        ),
      ),
    );

    assert.deepEqual(writers, [
      'release image packages',
      'release image id-token',
      'release image attestations',
      'release chart packages',
      'release chart id-token',
      'release notes contents',
    ]);
  });
});
