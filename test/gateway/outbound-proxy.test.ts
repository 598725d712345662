import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const said =
  'HTTP_PROXY, https_proxy set, and the gateway uses no outbound proxy: it connects to providers itself';

test('a gateway with a proxy in its environment says once that it uses none, and uses none', async (t) => {
  const proxy = await startUpstream(t, [[]]);
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const address = `http://me:topsecret@127.0.0.1:${proxy.port}`;
  const env = { HTTP_PROXY: address, https_proxy: address, NO_PROXY: '', all_proxy: '' };
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] }, { env });
  const client = await gateway.client();

  client.send(post(chat('hi')));
  const { status } = await client.answer();
  await gateway.calls(1);

  const lines = gateway.lines().filter(({ message }) => String(message).includes('outbound proxy'));
  assert.deepEqual(
    lines.map(({ level, message }) => [level, message]),
    [['warn', said]],
  );
  assert.doesNotMatch(JSON.stringify(gateway.lines()), /topsecret/);
  assert.equal(status, 200);
  assert.equal(proxy.connections.length, 0);
});

test('a gateway without a proxy in its environment says nothing of one', async (t) => {
  const upstream = await startUpstream(t, [[]]);
  const gateway = await startTestGateway(
    t,
    { targets: [{ url: upstream.url }] },
    { env: { HTTP_PROXY: '', NO_PROXY: 'localhost' } },
  );

  await gateway.logged(({ message }) => message === 'serving');

  assert.ok(gateway.lines().every(({ message }) => !String(message).includes('proxy')));
});
