import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { plainErrors } from '../../src/dialect/error-event.ts';
import { GatewayError } from '../../src/errors.ts';
import { type CommitAudit, Reply } from '../../src/http/reply.ts';
import type { FinishedExchange } from '../../src/record/finished-exchange.ts';
import { begun, compiled, received } from '../support/exchange.ts';

const ending = {
  refusal: undefined,
  isTold: false,
  aborted: undefined,
  usage: { inputTokens: 1, outputTokens: 2, estimated: false },
  holdBackMs: 0,
  uninspected: undefined,
};

type Stored = Pick<FinishedExchange, 'status' | 'code' | 'replyBytes'>;

/** A reply whose records are looked at. */
async function replying(t: TestContext, store: (record: Stored) => Promise<void> | undefined) {
  const [request, response] = await received(t);
  const exchange = begun(compiled(), request, response);
  const commit: CommitAudit = (_snapshot, finished) => {
    const { status, code, replyBytes } = finished();
    return store({ status, code, replyBytes });
  };
  return { exchange, reply: new Reply(exchange, commit) };
}

function stored({ status, code, replyBytes }: FinishedExchange): Stored {
  return { status, code, replyBytes };
}

test('the record of a stream counts the last bytes, which leave behind it', async (t) => {
  const records: Stored[] = [];
  const { reply } = await replying(t, (record) => void records.push(record));
  reply.begin(200, {}, plainErrors);
  reply.write('data: 1\n\n');

  await reply.end('data: [DONE]\n\n', ending);

  assert.deepEqual(records, [{ status: 200, code: undefined, replyBytes: 23 }]);
  assert.deepEqual(stored(reply.finished()), records[0]);
});

test('the record of a stream counts no last bytes where the client has left', async (t) => {
  const records: Stored[] = [];
  const { exchange, reply } = await replying(t, (record) => void records.push(record));
  reply.begin(200, {}, plainErrors);
  reply.write('data: 1\n\n');
  exchange.response.destroy();
  await new Promise((resolve) => exchange.response.once('close', resolve));

  await reply.end('data: [DONE]\n\n', ending);

  assert.deepEqual(records, [{ status: 499, code: 'client_closed', replyBytes: 9 }]);
  assert.deepEqual(stored(reply.finished()), records[0]);
});

test('a stream whose record cannot be kept ends in that fault instead of its last bytes', async (t) => {
  const failed = new GatewayError('audit_failed', 'no room');
  const { reply } = await replying(t, () => Promise.reject(failed));
  reply.begin(200, {}, plainErrors);

  await reply.end('data: [DONE]\n\n', ending);

  const { code, replyBytes } = reply.finished();
  assert.equal(code, 'audit_failed');
  assert.ok(replyBytes > 23);
});

test('a client that leaves while the record of a whole reply is kept is given none of it', async (t) => {
  const records: Stored[] = [];
  const { exchange, reply } = await replying(t, async (record) => {
    records.push(record);
    exchange.response.destroy();
    await new Promise((resolve) => exchange.response.once('close', resolve));
  });

  await reply.whole({ status: 200, headers: [], body: Buffer.from('all') });

  assert.deepEqual(records, [{ status: 200, code: undefined, replyBytes: 3 }]);
  assert.deepEqual(stored(reply.finished()), { status: 499, code: 'client_closed', replyBytes: 0 });
});
