import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { Connections } from '../../src/upstream/connections.ts';
import { upstreamFault } from '../../src/upstream/faults.ts';
import { configOf, document } from '../support/config-load.ts';
import { reply } from '../support/reply-bytes.ts';
import { type Script, send, startUpstream } from '../support/upstream.ts';

const ok = reply({ body: 'ok' });

async function start(t: TestContext, script: Script) {
  const upstream = await startUpstream(t, script);
  const [target] = configOf(document()).targets;
  assert.ok(target);
  const connections = new Connections();
  t.after(() => connections.close());
  return { upstream, connections, spec: { ...target, origin: upstream.url } };
}

/** One call; what came of it: the status of the whole answer, or the error. */
async function ask(dispatcher: Dispatcher): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  let status = 0;
  dispatcher.dispatch(
    { path: '/', method: 'POST', body: 'hi' },
    {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, given) => {
        status = given;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(status),
      onResponseError: (_controller, error) => resolve(error),
    },
  );
  const result = await promise;
  await setImmediate(); // a connection is given back a turn of the loop after its answer
  await setImmediate();
  return result;
}

for (const how of ['end', 'reset'] as const) {
  test(`a connection is lost after use if it had brought an answer, and only then (${how})`, async (t) => {
    const { upstream, connections, spec } = await start(t, (_request, connection) =>
      upstream.requests.length === 1 ? connection.send(ok) : connection[how](),
    );
    const first = await ask(connections.to(spec, 0));

    const used = await ask(connections.to(spec, 0));
    const unused = await ask(connections.to(spec, 0));

    assert.equal(first, 200);
    assert.deepEqual(
      upstream.connections.map(({ requests }) => requests),
      [2, 1],
    );
    assert.deepEqual(
      [used, unused].map((error) => connections.lostAfterUse(error)),
      [true, false],
    );
  });
}

test('a fresh connection carries one call, and a kept one many', async (t) => {
  const { upstream, connections, spec } = await start(t, [[send(ok)]]);

  await ask(connections.to(spec, 0));
  await ask(connections.fresh(spec));
  await ask(connections.fresh(spec));
  await ask(connections.to(spec, 0));

  assert.deepEqual(
    upstream.connections.map(({ requests }) => requests),
    [2, 1, 1],
  );
});

test('once the connections are closed nothing is lost that could be had again, and none is opened', async (t) => {
  const { upstream, connections, spec } = await start(t, (_request, connection) =>
    upstream.requests.length === 1 ? connection.send(ok) : connection.reset(),
  );
  await ask(connections.to(spec, 0));
  const lost = await ask(connections.to(spec, 0));
  const before = connections.lostAfterUse(lost);

  await connections.close();

  assert.deepEqual([before, connections.lostAfterUse(lost)], [true, false]);
  for (const open of [() => connections.fresh(spec), () => connections.to(spec, 1e9)])
    assert.throws(open, { code: 'shutting_down' });
});

test('closing drops what is under way on a fresh connection', async (t) => {
  const { upstream, connections, spec } = await start(t, [[(connection) => connection.closed()]]);
  const asked = ask(connections.fresh(spec));
  await upstream.request(0);

  await connections.close();

  assert.equal(upstreamFault(await asked, spec.id).code, 'shutting_down');
  await upstream.drained();
});

test('closing drops what is under way on a kept connection, and the target is not blamed', async (t) => {
  const { upstream, connections, spec } = await start(t, [[(connection) => connection.closed()]]);
  const asked = ask(connections.to(spec, 0));
  await upstream.request(0);

  await connections.close();

  assert.equal(upstreamFault(await asked, spec.id).code, 'shutting_down');
});
