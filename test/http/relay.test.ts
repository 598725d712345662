import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import { chat as dialect } from '../../src/dialect/chat.ts';
import { BufferBudget } from '../../src/http/body.ts';
import { Exchange } from '../../src/http/exchange.ts';
import { relay } from '../../src/http/relay.ts';
import { compile, type Snapshot } from '../../src/runtime/snapshot.ts';
import { TraceIds } from '../../src/telemetry/trace-ids.ts';
import { beginTrace } from '../../src/telemetry/trace.ts';
import type { Answer, AnswerSource } from '../../src/upstream/send.ts';
import { TargetState } from '../../src/upstream/target.ts';
import { Ticker } from '../../src/upstream/ticker.ts';
import { testKinds } from '../support/config-kinds.ts';
import { configOf, document } from '../support/config-load.ts';
import { chat } from '../support/raw-client.ts';
import { readCall } from '../support/driven.ts';

/** A request that has really come, and its reply. */
async function received(t: TestContext): Promise<readonly [IncomingMessage, ServerResponse]> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line no-unsafe-type-assertion -- a server that listens on TCP has such an address
  const { port } = server.address() as AddressInfo;
  get({ port, host: '127.0.0.1' }).on('error', () => undefined);
  const [request, response] = await once(server, 'request');
  return [request, response];
}

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

const stateOf = (): TargetState => new TargetState(new Ticker());

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
      const compilation = { config: configOf(document()), hash: 'h', generation: 1, previous: undefined };
      const snapshot = compile({ ...compilation, kinds: testKinds, stateOf });
      const [target] = snapshot.targets;
      assert.ok(target);
      const trace = beginTrace({}, new TraceIds(), undefined);
      const parts = { id: 'x', snapshot: breaking(snapshot, response), request, response, trace };
      const exchange = new Exchange({
        ...parts,
        budget: new BufferBudget(1000),
        fingerprint: () => '',
        newSpanId: () => '',
        turn: () => Promise.resolve(),
      });
      const settled: unknown[] = [];
      const released: unknown[] = [];
      exchange.onCancel((reason) => released.push(reason.code));
      const head = { target, status: 200, headers: {} };
      const answer: Answer =
        kind === 'whole'
          ? { kind, ...head, body: Buffer.from('{}') }
          : { kind, ...head, source: unreachable };
      const limits = { json: { depth: 9, nodes: 99 }, judgeUnknown: true };

      const relayed = (): unknown =>
        relay(
          { answer, settle: (...ending) => settled.push(ending) },
          readCall(dialect, Buffer.from(chat('hi')), limits),
          exchange,
          () => undefined,
        );

      assert.throws(relayed);
      assert.deepEqual([settled, released], [[['void', 'internal']], ['internal']]);
    });
  }
