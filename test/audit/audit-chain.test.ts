import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AuditChain } from '../../src/audit/audit-chain.ts';
import type { AuditEvent } from '../../src/audit/event.ts';
import { verifyChain } from '../support/verify-chain.ts';
import { finished } from '../telemetry/finished.ts';

const at = Date.UTC(2026, 10, 21, 7, 0, 1, 42);
const stamp = { immutable: true, retentionDays: 365 };

function exchange(requestId: string): AuditEvent {
  return { kind: 'exchange', at, exchange: finished({ requestId }), stamp };
}

function chainOf(events: readonly AuditEvent[]): string[] {
  const chain = new AuditChain();
  return events.map((event) => chain.next(event));
}

const eight = chainOf([
  { kind: 'start', at, version: '0.1.0' },
  { kind: 'reload', at, generation: 1, configHash: 'c'.repeat(64) },
  exchange('req-1'),
  exchange('req-2'),
  exchange('réq-3\n'),
  { kind: 'config_rejected', at, configHash: 'd'.repeat(64), issues: [{ code: 'E004', path: 'providers' }] },
  exchange('req-4'),
  { kind: 'stop', at, reason: 'SIGTERM' },
]);

test('an untouched chain verifies, and an empty one', () => {
  assert.deepEqual(verifyChain(eight), { ok: true, count: 8, seams: [] });
  assert.deepEqual(verifyChain([]), { ok: true, count: 0, seams: [] });
});

test('the record of an exchange has every fact and no text', () => {
  const decision = {
    policy: 'pii-detector',
    result: 'rewrite',
    direction: 'request',
    rule: 'email',
    path: 'messages[1].content',
    start: 3,
    end: 20,
    score: 0.9,
    digest: 'f'.repeat(64),
  } as const;
  const [line = ''] = chainOf([
    {
      kind: 'exchange',
      at,
      stamp,
      exchange: finished({ decisions: [decision], verdict: 'rewrite', uninspected: ['image'] }),
    },
  ]);

  assert.deepEqual(JSON.parse(line), {
    seq: 1,
    ts: '2026-11-21T07:00:01.042Z',
    kind: 'exchange',
    request_id: 'req-1',
    started_at: '2026-11-21T07:00:00.005Z',
    endpoint: 'chat_completions',
    generation: 3,
    config_hash: 'c'.repeat(64),
    stream: false,
    status: 200,
    verdict: 'rewrite',
    duration_ms: 312.346,
    request_bytes: 400,
    reply_bytes: 900,
    requested_model: 'gpt-4o',
    target: 'primary',
    provider: 'together',
    model: 'meta-llama/Llama-3.3-70B',
    input_tokens: 120,
    output_tokens: 45,
    tokens_estimated: false,
    uninspected: ['image'],
    attempts: [{ target: 'primary', outcome: 'success', result: 200 }],
    policies: [
      { policy: 'prompt-injection', result: 'allow' },
      { policy: 'pii-detector', result: 'allow' },
      { policy: 'pii-detector', result: 'allow' },
    ],
    decisions: [decision],
    immutable: true,
    retention_days: 365,
    prev: '0'.repeat(64),
    hash: JSON.parse(line).hash,
  });
});

test('every kind of record is one JSON object with the common members', () => {
  const [before = ''] = eight;
  for (const line of eight) {
    const { seq, ts, kind, prev, hash } = JSON.parse(line);
    assert.ok(!line.includes('\n'));
    assert.deepEqual([typeof seq, typeof kind, ts], ['number', 'string', '2026-11-21T07:00:01.042Z']);
    assert.match(`${prev}${hash}`, /^[0-9a-f]{128}$/);
  }
  assert.equal(JSON.parse(before).seq, 1);
});

test('the hash of a record is the SHA-256 of its line without that member', () => {
  for (const line of eight) {
    const { hash } = JSON.parse(line);
    const text = line.replace(/,"hash":"[0-9a-f]*"\}$/, '}');
    assert.equal(createHash('sha256').update(text).digest('hex'), hash);
  }
});

test('every change of a single character is found, in its line', () => {
  eight.forEach((line, index) => {
    for (let position = 0; position < line.length; position += 1) {
      const character = line[position] === '0' ? '1' : '0';
      const altered = `${line.slice(0, position)}${character}${line.slice(position + 1)}`;
      const verdict = verifyChain(eight.with(index, altered));
      if (verdict.ok || verdict.line !== index + 1) assert.fail(`line ${index + 1}, position ${position}`);
    }
  });
});

test('a record that is missing anywhere but at the end is found', () => {
  for (let index = 0; index < eight.length - 1; index += 1) {
    const verdict = verifyChain(eight.toSpliced(index, 1));
    assert.deepEqual(verdict, {
      ok: false,
      line: index + 1,
      reason: `records ${index + 1} to ${index + 1} are missing before record ${index + 2}`,
    });
  }
});

test('records that changed places are found', () => {
  fc.assert(
    fc.property(fc.nat({ max: 7 }), fc.nat({ max: 7 }), (one, other) => {
      fc.pre(one !== other);
      const swapped = eight.with(one, eight[other] ?? '').with(other, eight[one] ?? '');
      const verdict = verifyChain(swapped);
      assert.ok(!verdict.ok && verdict.line === Math.min(one, other) + 1);
    }),
  );
});

test('a record that stands twice, or does not belong, is found', () => {
  const foreign = chainOf([exchange('a'), exchange('b'), exchange('c')]);

  fc.assert(
    fc.property(fc.nat({ max: 8 }), fc.constantFrom(...eight, ...foreign), (index, line) => {
      // Its own next record, appended, is what a chain looks like; any other is out of place.
      assert.equal(verifyChain(eight.toSpliced(index, 0, line)).ok, false);
    }),
  );
});

test('a record that stands twice is named', () => {
  assert.deepEqual(verifyChain(eight.toSpliced(3, 0, eight[1] ?? '')), {
    ok: false,
    line: 4,
    reason: 'record 2 stands where record 4 belongs',
  });
});

test('a line that was cut short anywhere is found', () => {
  fc.assert(
    fc.property(fc.nat({ max: 7 }), fc.nat({ max: 2000 }), (index, length) => {
      const line = eight[index] ?? '';
      fc.pre(length < line.length);
      const verdict = verifyChain(eight.with(index, line.slice(0, length)));
      assert.ok(!verdict.ok && verdict.line === index + 1);
    }),
  );
});

test('a record written anew with a right hash of its own breaks the next', () => {
  const forged = new AuditChain();
  for (const _ of eight.slice(0, 2)) forged.next({ kind: 'start', at, version: '0' });
  const { prev } = JSON.parse(eight[2] ?? '');
  forged.head = { seq: 2, hash: prev };

  const verdict = verifyChain(eight.with(2, forged.next(exchange('other'))));

  assert.deepEqual(verdict, {
    ok: false,
    line: 4,
    reason: 'record 4 does not follow on the record before it',
  });
});

test('the end of a chain verifies after the record it follows on', () => {
  const { seq, hash } = JSON.parse(eight[3] ?? '');

  assert.deepEqual(verifyChain(eight.slice(4), { seq, hash }), { ok: true, count: 4, seams: [] });
  assert.equal(verifyChain(eight.slice(4)).ok, false);
});

test('a rewound chain gives the same number and hash again', () => {
  const chain = new AuditChain();
  chain.next(exchange('a'));
  const { head } = chain;
  const lost = chain.next(exchange('b'));

  chain.head = head;

  assert.equal(chain.next(exchange('b')), lost);
});
