import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import test from 'node:test';
import { chat as dialect } from '../../src/dialect/chat.ts';
import { GatewayError } from '../../src/errors.ts';
import { relay } from '../../src/http/relay.ts';
import { Reply } from '../../src/http/reply.ts';
import type { Snapshot } from '../../src/runtime/snapshot.ts';
import { OpenedStream } from '../../src/sse/opening.ts';
import type { Answer, AnswerSource } from '../../src/upstream/answer.ts';
import { longText, run } from '../../src/work.ts';
import { begun, compiled, received } from '../support/exchange.ts';
import { readCall } from '../support/driven.ts';
import { chat } from '../support/raw-client.ts';

const ways: Readonly<Record<string, (snapshot: Snapshot, response: ServerResponse) => Snapshot>> = {
  'cannot be prepared': (snapshot) => ({
    ...snapshot,
    get enforcement(): Snapshot['enforcement'] {
      throw new Error('broken');
    },
  }),
  'cannot be begun': (snapshot, response) => {
    response.flushHeaders();
    return snapshot;
  },
};

const unreachable: AnswerSource = {
  flowTo: () => assert.fail('nobody can take it'),
  pause: () => assert.fail('nothing flows'),
  resume: () => assert.fail('nothing flows'),
};

for (const [how, breaking] of Object.entries(ways))
  for (const kind of ['whole', 'stream'] as const) {
    if (kind === 'whole' && how === 'cannot be begun') continue; // nothing of it is begun before its record is safe
    test(`a ${kind} answer that ${how} settles its attempt and lets go of the upstream`, async (t) => {
      const [request, response] = await received(t);
      const snapshot = compiled();
      const [target] = snapshot.targets;
      assert.ok(target);
      const exchange = begun(breaking(snapshot, response), request, response);
      const settled: unknown[] = [];
      const released: unknown[] = [];
      exchange.life.onCancel((reason) => released.push(reason.code));
      const head = { target, status: 200, headers: {} };
      const answer: Answer =
        kind === 'whole'
          ? { kind, ...head, body: Buffer.from('{}') }
          : { kind, ...head, opened: new OpenedStream(9), source: unreachable };
      const limits = { json: { depth: 9, nodes: 99 }, judgeUnknown: true };

      const relaying = relay(
        { answer, settle: (...ending) => settled.push(ending) },
        readCall(dialect, Buffer.from(chat('hi')), limits),
        exchange,
        new Reply(exchange, () => undefined),
      );

      assert.throws(() => run(relaying, exchange.evidence));
      assert.deepEqual([settled, released], [[['void', 'internal']], ['internal']]);
    });
  }

/** What fails once others have had their turn, and what is then said of the attempt. */
const late = {
  'a long answer cannot be read': {
    body: Buffer.from('no JSON '.repeat(longText)),
    commit: undefined,
    code: 'upstream_invalid',
    settled: [['failure', 'upstream_invalid']],
  },
  'the record of an answer cannot be kept': {
    body: Buffer.from('{}'),
    commit: () => Promise.reject(new GatewayError('audit_failed', 'no room')),
    code: 'audit_failed',
    settled: [
      ['success', 200],
      ['void', 'audit_failed'], // the attempt is settled once: this is not heard
    ],
  },
} as const;

for (const [what, { body, commit, code, settled: expected }] of Object.entries(late))
  test(`where ${what} behind a wait, the attempt and the upstream know as they do at once`, async (t) => {
    const [request, response] = await received(t);
    const snapshot = { ...compiled(), enforcement: 'realtime' } as const;
    const [target] = snapshot.targets;
    assert.ok(target);
    const exchange = begun(snapshot, request, response);
    const settled: unknown[] = [];
    const released: unknown[] = [];
    exchange.life.onCancel((reason) => released.push(reason.code));
    const limits = { json: { depth: 9, nodes: 99 }, judgeUnknown: true };

    const relaying = relay(
      {
        answer: { kind: 'whole', target, status: 200, headers: {}, body },
        settle: (...ending) => settled.push(ending),
      },
      readCall(dialect, Buffer.from(chat('hi')), limits),
      exchange,
      new Reply(exchange, () => commit?.()),
    );
    const relayed = run(relaying, exchange.evidence);

    assert.ok(relayed instanceof Promise);
    await assert.rejects(relayed, { code });
    assert.deepEqual([settled, released], [expected, [code]]);
  });
