import assert from 'node:assert/strict';
import test from 'node:test';
import { crashText } from '../../src/telemetry/crash-text.ts';

test('a crash is told with its causes and where it was thrown', () => {
  const error = new TypeError('outer', { cause: Object.assign(new Error('inner'), { code: 'EPIPE' }) });

  const [first = '', second = ''] = crashText('uncaught exception', error).split('\n');

  assert.equal(first, 'uncaught exception: outer: inner (EPIPE)');
  assert.match(second, /^\s+at .*crash-text\.test\.ts/);
});

for (const thrown of [
  new Error('401 from https://user:planted-1@api.example: authorization: Bearer planted-2'),
  new Error('outer', { cause: new Error('x-api-key: planted-3') }),
  Object.assign(new Error('bad header'), { headers: { authorization: 'planted-4' }, body: 'planted-5' }),
  new Error(`cannot send\nauthorization: Bearer planted-6\n    at cookie: planted-7`),
  'tgp_v1_planted-8',
  { key: 'planted-9' },
  undefined,
]) {
  test(`no credential is told of ${JSON.stringify(thrown instanceof Error ? thrown.message : thrown)}`, () => {
    assert.doesNotMatch(crashText('unhandled rejection', thrown), /planted/);
  });
}

test('what is told is bounded', () => {
  const error = new Error('x'.repeat(1e6), { cause: new Error('y'.repeat(1e6)) });

  assert.ok(crashText('uncaught exception', error).length < 10_000);
});
