import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestGateway } from '../support/gateway.ts';

const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

const cases = [
  ['a chunk without a size', `${head}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400, 'request_malformed'],
  ['a body that does not arrive', `${head}content-length: 10\r\n\r\n{`, 408, 'request_timeout'],
] as const;

for (const [name, bytes, status, code] of cases) {
  test(`the log says of ${name} what the client was told`, async (t) => {
    const targets = [{ url: 'http://127.0.0.1:9' }];
    const gateway = await startTestGateway(t, { targets, limits: { receive_seconds: 1 } });
    const client = await gateway.client();

    client.send(bytes);
    const answer = await client.answer();
    const [call] = await gateway.calls(1);

    assert.equal(answer.status, status);
    assert.equal(call?.['status'], status);
    assert.equal(call['code'], code);
    assert.equal(call['verdict'], 'fault');
    assert.equal(call['reply_bytes'], answer.body.length);
    assert.equal(call['aborted'], undefined);
  });
}

test('a client that leaves while it sends has left, and was told nothing', async (t) => {
  const gateway = await startTestGateway(t, { targets: [{ url: 'http://127.0.0.1:9' }] });
  const client = await gateway.client();

  await client.deliver(`${head}content-length: 10\r\n\r\n{`);
  client.socket.end();
  const [call] = await gateway.calls(1);

  assert.equal(call?.['status'], 499);
  assert.equal(call['code'], 'client_closed');
  assert.equal(call['aborted'], 'client');
});
