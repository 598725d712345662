import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../../src/audit/event.ts';
import { isNotable } from '../../src/audit/keeper.ts';
import { StdoutTrail } from '../../src/audit/trail.ts';
import type { FinishedExchange } from '../../src/record/finished-exchange.ts';
import { OutputQueue } from '../../src/telemetry/output-queue.ts';
import { finished } from '../telemetry/finished.ts';
import { verifyChain } from '../support/verify-chain.ts';

const start: AuditEvent = { kind: 'start', at: 0, version: '0.1.0' };

function stdout(limitBytes: number) {
  const written: string[] = [];
  const output = {
    write(bytes: Buffer, done: (error: Error | undefined) => void): void {
      written.push(bytes.toString());
      done(undefined);
    },
  };
  const queue = new OutputQueue({ output, notice: String, limitBytes });
  return { queue, trail: new StdoutTrail(queue), written };
}

test('records on stdout are accepted at once and chained', async () => {
  const { queue, trail, written } = stdout(10_000);

  assert.equal(trail.append(start), undefined);
  assert.equal(trail.append(start), undefined);
  await queue.flush(1000);

  assert.deepEqual(verifyChain(written.join('').trimEnd().split('\n')), { ok: true, count: 2, seams: [] });
});

test('a record that stdout has no room for is refused, and leaves no gap', async () => {
  const { queue, trail, written } = stdout(300);
  await trail.append(start);

  await assert.rejects(Promise.resolve(trail.append(start)), { code: 'audit_failed' });
  await queue.flush(1000);
  await trail.append(start);
  await queue.flush(1000);

  assert.deepEqual(verifyChain(written.join('').trimEnd().split('\n')), { ok: true, count: 2, seams: [] });
});

const notable: readonly (readonly [string, Partial<FinishedExchange>, boolean])[] = [
  ['an ordinary answer', {}, false],
  ['a rewrite', { verdict: 'rewrite' }, true],
  ['a refusal', { verdict: 'deny', status: 409 }, true],
  ['a fault', { verdict: 'fault', status: 504 }, true],
  ['an error of the provider', { status: 429 }, true],
  [
    'a policy that broke and was let pass',
    { evaluations: [{ policy: 'p', result: 'failed', durationMs: 1 }] },
    true,
  ],
  ['a flag', { evaluations: [{ policy: 'p', result: 'flag', durationMs: 1 }] }, true],
];

for (const [name, about, expected] of notable) {
  test(`${name} is ${expected ? '' : 'not '}notable`, () => {
    assert.equal(isNotable(finished(about)), expected);
  });
}
