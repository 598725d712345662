import assert from 'node:assert/strict';
import test from 'node:test';
import { outcomeOf } from '../../src/upstream/outcome.ts';

const all = Array.from({ length: 500 }, (_, at) => at + 100);

test('408, 429 and everything from 500 is a failure of the target, and nothing else', () => {
  const failures = all.filter((status) => outcomeOf(status) === 'failure');

  assert.deepEqual(failures, [408, 429, ...Array.from({ length: 100 }, (_, at) => at + 500)]);
});

test('what a key, a model or an address is refused with is for the configuration to mend', () => {
  const misconfigured = all.filter((status) => outcomeOf(status) === 'target_misconfigured');

  assert.deepEqual(misconfigured, [401, 402, 403, 404, 405, 407, 410]);
});
