import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { test } from 'node:test';
import { chatBody, payloads, post, rawChat, receive, start, words } from './start.ts';

test('a status comes with its error body and Retry-After', async (t) => {
  const simulator = await start(t);

  const response = await post(simulator, chatBody('#sim status=503 retry-after=2'));

  assert.equal(response.status, 503);
  assert.equal(response.headers.get('retry-after'), '2');
  const error = { message: 'Simulated error 503', type: 'server_error', param: null, code: 'simulated' };
  assert.deepEqual(await response.json(), { error });
});

test('a cut stream has its events and no end', async (t) => {
  const simulator = await start(t);

  const { text, error } = await receive(rawChat(t, simulator, words('cut=5')));

  assert.equal(payloads(text).length, 5);
  assert.equal(error, undefined);
  assert.ok(!text.includes('\r\n0\r\n'));
});

test('a cut before the first event leaves the head alone', async (t) => {
  const simulator = await start(t);

  const { text } = await receive(rawChat(t, simulator, words('cut=0')));

  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n$/);
});

test('a cut after the last event leaves out only the end of the body', async (t) => {
  const simulator = await start(t);

  const { text } = await receive(rawChat(t, simulator, words('cut=23')));

  assert.ok(text.endsWith('data: [DONE]\n\n\r\n'), text.slice(-30));
});

test('a reset stream has its events, and then a reset', async (t) => {
  const simulator = await start(t);

  const { text, error } = await receive(rawChat(t, simulator, words('reset=5')));

  assert.equal(payloads(text).length, 5);
  assert.equal(error, 'ECONNRESET');
});

test('a stalled stream has its events and stays open', async (t) => {
  const simulator = await start(t);
  const socket = rawChat(t, simulator, words('stall=5 per=1'));
  let text = '';

  socket.setEncoding('latin1');
  for await (const [part] of events(socket)) {
    text += part;
    if (payloads(text).length === 5) break;
  }
  // A later call is answered while this one stays silent.
  await post(simulator, chatBody('hello'));

  assert.equal(payloads(text).length, 5);
  assert.equal(socket.readableEnded || socket.destroyed, false);
  const closed = once(socket, 'close');
  await simulator.close();
  await closed;
});

test('an error event ends a stream without its closing event', async (t) => {
  const simulator = await start(t);

  const text = await (await post(simulator, words('error=3'))).text();

  const found = payloads(text);
  assert.equal(found.length, 4);
  assert.match(
    found[3] ?? '',
    /^\{"error":\{"message":".+","type":"server_error","param":null,"code":"simulated"\}\}$/,
  );
});

test('an error event of a response has the number that is due', async (t) => {
  const simulator = await start(t);
  const body = JSON.stringify({ model: 'm', stream: true, input: '#sim error=3' });

  const text = await (await post(simulator, body, '/v1/responses')).text();

  assert.match(
    text,
    /event: error\ndata: \{"type":"error","code":"server_error",.*"sequence_number":3\}\n\n$/,
  );
});

test('nodone leaves out the closing event', async (t) => {
  const simulator = await start(t);
  const body = JSON.stringify({ model: 'm', stream: true, input: '#sim nodone' });

  const chat = await (await post(simulator, words('nodone'))).text();
  const response = await (await post(simulator, body, '/v1/responses')).text();

  assert.equal(payloads(chat).length, 22);
  assert.ok(!chat.includes('[DONE]'));
  assert.ok(!response.includes('response.completed'));
});

for (const [directive, error] of [
  ['cut=1', undefined],
  ['reset=1', 'ECONNRESET'],
] as const) {
  test(`a whole answer with ${directive} ends halfway through its body`, async (t) => {
    const simulator = await start(t);

    const received = await receive(rawChat(t, simulator, chatBody(`#sim ${directive}`)));

    const [head = '', body = ''] = received.text.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/.exec(head)?.[1]);
    assert.equal(body.length, length >> 1);
    assert.equal(received.error, error);
  });
}

test('delay comes before the head, and gap between events', async (t) => {
  const simulator = await start(t);
  const begun = performance.now();

  const response = await post(simulator, words('delay=60 gap=3'));
  const headAt = performance.now();
  await response.text();

  assert.ok(headAt - begun >= 59, `${headAt - begun} ms`);
  // 23 events, of which all but the first wait.
  assert.ok(performance.now() - headAt >= 22 * 3 * 0.9);
});

test('a pace given at the start holds for streams and whole answers', async (t) => {
  const simulator = await start(t, { latencyMs: 40, tokensPerSecond: 400 });
  const timed = async (stream: boolean): Promise<number> => {
    const begun = performance.now();
    await (await post(simulator, chatBody('#sim say="a " events=20', { stream }))).text();
    return performance.now() - begun;
  };

  const streamed = await timed(true);
  const whole = await timed(false);

  // Twenty tokens at 400 a second are 50 ms.
  assert.ok(streamed >= 85, `${streamed} ms`);
  assert.ok(whole >= 85, `${whole} ms`);
});

/** The data events of a socket, one after the other. */
function events(socket: NodeJS.EventEmitter): AsyncIterable<readonly string[]> {
  return on(socket, 'data', { close: ['close'] });
}
