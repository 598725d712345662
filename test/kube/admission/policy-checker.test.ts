import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { PolicyChecker } from '../../../src/kube/admission/policy-checker.ts';

const example = readFileSync(new URL('../../../deploy/examples/policy-config.yaml', import.meta.url), 'utf8');

test('a good policy is valid, a bad one is not, whoever else waits', async (t) => {
  const checker = new PolicyChecker({ limitMs: 20_000 });
  t.after(() => checker.close());

  const [good, bad, again] = await Promise.all([
    checker.check(example),
    checker.check('pack: 1'),
    checker.check(example),
  ]);

  assert.equal(good.isValid, true);
  assert.equal(bad.isValid, false);
  assert.ok(bad.issues.length > 1);
  assert.equal(again.isValid, true);
});

test('a check that takes too long ends, and the next one is made', async (t) => {
  const checker = new PolicyChecker({ limitMs: 1 });
  t.after(() => checker.close());

  await assert.rejects(checker.check(example), /took longer than 1 ms/);
  await assert.rejects(checker.check(example), /took longer than 1 ms/);
});

test('the loop goes on while a large policy is checked', async (t) => {
  const checker = new PolicyChecker({ limitMs: 20_000 });
  t.after(() => checker.close());
  await checker.check(example);
  const terms = Array.from({ length: 20_000 }, (_, at) => `      - {name: e${at}, terms: [t${at}]}`).join(
    '\n',
  );
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 5);

  await checker.check(`${example}\nx:\n${terms}\n`);
  clearInterval(ticking);

  assert.ok(longest < 500, `${longest} ms`);
});

test('what needs a key that is not here is no finding', async (t) => {
  const checker = new PolicyChecker({ limitMs: 20_000 });
  t.after(() => checker.close());
  const keyed = example.replace(
    /targets:[\s\S]*$/,
    'targets:\n    - id: main\n      provider: together\n      model: m\n      secret_key_ref: {env: NO_SUCH_KEY}\n',
  );

  const { isValid, issues } = await checker.check(keyed);

  const codes = issues.map(({ code }) => code);
  assert.equal(isValid, true);
  assert.ok(!codes.includes('W101'), codes.join());
});
