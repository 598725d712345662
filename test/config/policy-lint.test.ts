import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import * as z from 'zod';
import { policyLint } from '../../src/cli/policy-lint.ts';

const env = { TOGETHER_API_KEY: 'a-key' };

const valid = `pack: {name: demo, version: 1.0.0}
policies: {chain: []}
providers: {targets: [{id: one, provider: together, model: some/model}]}
`;

function write(t: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'policy-lint-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'policy-config.yaml');
  writeFileSync(file, text);
  return file;
}

async function lint(
  file: string,
  options: { json: boolean; env?: Record<string, string>; now?: () => number },
): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await policyLint(
    { file, json: options.json },
    {
      write: (text) => (said.out += text),
      error: (text) => (said.err += text),
      isTerminal: false,
      env: options.env ?? {},
    },
    options.now,
  );
  return { code, ...said };
}

test('a valid file is summed up', async (t) => {
  const file = write(t, valid);

  const { code, out, err } = await lint(file, { json: false, env });

  assert.equal(code, 0);
  assert.equal(err, '');
  assert.ok(out.startsWith(`${file} is valid\npack: demo 1.0.0\nchain: `));
  assert.match(out, /^ {2}one: together some\/model$/m);
});

test('a valid file is summed up as JSON', async (t) => {
  const file = write(t, valid);

  const { code, out } = await lint(file, { json: true, env });

  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(out), {
    valid: true,
    file,
    pack: { name: 'demo', version: '1.0.0' },
    chain: [],
    policy_count: 0,
    patterns: [],
    warnings: [
      {
        code: 'W110',
        path: 'policies.chain',
        message: 'the chain is empty: nothing is judged',
        line: 2,
        column: 19,
      },
    ],
  });
});

const patterned = `pack: {name: demo, version: 1.0.0}
policies: {chain: [pii-detector, dlp-filter, request-rewriter, response-rewriter]}
policy:
  pii-detector: {detect_patterns: ['EMP-\\d{6}']}
  dlp-filter: {detect_patterns: [{name: X, pattern: 'x+y', max_length: 20}, 'z{3}']}
  request-rewriter: {rules: [{name: a, pattern: '$', replacement: b}]}
  response-rewriter: {rules: [{name: a, pattern: a, replacement: b, condition: c}]}
providers: {targets: [{id: one, provider: together, model: some/model}]}
`;

test('what each pattern costs is measured: the fastest of its runs', async (t) => {
  const file = write(t, patterned);
  let calls = 0;
  // A run takes 16 us, in which it goes over 16 KB; every third one is held up.
  const now = (): number => {
    calls += 1;
    return calls * 0.016 + (calls % 6 === 0 ? 5 : 0);
  };

  const { out } = await lint(file, { json: true, env, now });
  const shown = await lint(file, { json: false, env, now });

  const patterns = z.object({ patterns: z.array(z.object({ path: z.string(), us_per_kb: z.number() })) });
  assert.deepEqual(patterns.parse(JSON.parse(out)).patterns, [
    { path: 'policy.pii-detector.detect_patterns[0]', us_per_kb: 1 },
    { path: 'policy.dlp-filter.detect_patterns[0]', us_per_kb: 1 },
    { path: 'policy.dlp-filter.detect_patterns[1]', us_per_kb: 1 },
    { path: 'policy.request-rewriter.rules[0]', us_per_kb: 1 },
    { path: 'policy.response-rewriter.rules[0]', us_per_kb: 1 },
  ]);
  assert.match(shown.out, /^ {2}policy\.dlp-filter\.detect_patterns\[1\]: 1 us$/mu);
});

test('a secret that is not set here is a warning', async (t) => {
  const { code, out } = await lint(write(t, valid), { json: false });

  assert.equal(code, 0);
  assert.match(out, /W101 .*TOGETHER_API_KEY is not set/);
});

test('a secret file is looked for', async (t) => {
  const key = write(t, 'a-key\n');
  const text = valid.replace('provider: together', `provider: together, secret_key_ref: {file: ${key}}`);

  const { out } = await lint(write(t, text), { json: true });

  assert.doesNotMatch(out, /W101/);
});

test('everything wrong with a file is said and the exit code is 2', async (t) => {
  const file = write(t, valid.replace('1.0.0', 'new').replace('model:', 'modle:'));

  const { code, out, err } = await lint(file, { json: false, env });

  assert.equal(code, 2);
  assert.equal(out, '');
  assert.match(err, /^error E004 pack.version: .*\(policy-config.yaml:1:29\)$/m);
  assert.match(err, /did you mean "model"\?/);
  assert.ok(err.endsWith(`${file} is not valid: 3 errors\n`));
});

test('everything wrong with a file is said as JSON', async (t) => {
  const file = write(t, valid.replace('1.0.0', 'new'));

  const { code, out } = await lint(file, { json: true, env });

  assert.equal(code, 2);
  assert.deepEqual(JSON.parse(out), {
    valid: false,
    file,
    errors: [
      {
        code: 'E004',
        path: 'pack.version',
        message: 'expected a version, such as "1.0.0"',
        line: 1,
        column: 29,
      },
    ],
    warnings: [],
  });
});

test('a file that cannot be read is said to be so and the exit code is 2', async () => {
  const human = await lint('/nowhere/policy-config.yaml', { json: false });
  const machine = await lint('/nowhere/policy-config.yaml', { json: true });

  assert.equal(human.code, 2);
  assert.match(human.err, /cannot be read: ENOENT/);
  assert.equal(machine.code, 2);
  assert.match(machine.out, /"valid": false/);
});
