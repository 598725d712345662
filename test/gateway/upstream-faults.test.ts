import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { assertNoDescriptorLeft, openDescriptors } from '../support/descriptors.ts';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { startTestGateway, type TargetLines } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import {
  chunk,
  chunkedGarbage,
  hugeHead,
  informational,
  jsonReply,
  lastChunk,
  reply,
  streamHead,
} from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  close,
  reset,
  type Script,
  send,
  sendThenClose,
  silence,
  sse,
  startUpstream,
  type Step,
} from '../support/upstream.ts';

const answer = jsonReply(chatAnswer());
const event = sse(chatChunk({ content: 'partial ' }));

async function start(t: TestContext, script: Script, more: TargetLines['more'] = {}) {
  const upstream = await startUpstream(t, script);
  const limits = { sse_event_bytes: 100_000 };
  const config = { targets: [{ url: upstream.url, more }], chain: ['pii-detector'], limits };
  const gateway = await startTestGateway(t, config);
  return { upstream, gateway, client: await gateway.client() };
}

const beforeTheAnswer: Readonly<Record<string, readonly [readonly Step[], number, string]>> = {
  'closes without a word': [[close()], 502, 'upstream_cut_off'],
  resets: [[reset()], 502, 'upstream_cut_off'],
  'dies in the head': [sendThenClose(answer, 20), 502, 'upstream_cut_off'],
  'dies in the body': [sendThenClose(answer, answer.length - 5), 502, 'upstream_cut_off'],
  'resets in the body': [[send(answer.subarray(0, -5)), reset()], 502, 'upstream_cut_off'],
  'sends a body shorter than its length': [
    [send(reply({ body: '{}', headers: { 'content-length': 9 } })), close()],
    502,
    'upstream_cut_off',
  ],
  'speaks no HTTP': [[send('SSH-2.0-OpenSSH_9.6\r\n\r\n'), close()], 502, 'upstream_invalid'],
  'breaks its chunks': [[send(chunkedGarbage('{"a":')), close()], 502, 'upstream_invalid'],
  'sends two lengths': [
    [send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}}'), close()],
    502,
    'upstream_cut_off',
  ],
  'sends a head of 100 KB': [[send(hugeHead(100_000)), silence()], 502, 'upstream_invalid'],
  'sends a control character in a field': [
    [send('HTTP/1.1 200 OK\r\nx-request-id: a\u0001b\r\ncontent-length: 2\r\n\r\n{}')],
    502,
    'upstream_invalid',
  ],
  'switches protocols': [
    [send('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'), close()],
    502,
    'upstream_cut_off',
  ],
  'ends a stream before any content': [
    [send(streamHead()), send(chunk(sse(chatChunk({ role: 'assistant' })))), send(lastChunk)],
    502,
    'upstream_cut_off',
  ],
  'dies before any content of a stream': [
    [send(streamHead()), send(chunk(': ping\n\n')), close()],
    502,
    'upstream_cut_off',
  ],
};

for (const [what, [steps, status, code]] of Object.entries(beforeTheAnswer)) {
  test(`a provider that ${what} is a clear refusal`, async (t) => {
    const { client, gateway } = await start(t, [steps]);

    client.send(post(chat('hi')));

    assertRefusal(await client.answer(), status, code);
    const [call] = await gateway.calls(1);
    assert.equal(call?.['code'], code);
  });
}

test('a provider that refuses connections is unreachable', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  server.close();
  const gateway = await startTestGateway(t, { targets: [{ url: `http://127.0.0.1:${port}` }] });
  const client = await gateway.client();

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 502, 'upstream_unreachable');
});

test('a provider whose name does not resolve is unreachable', async (t) => {
  const gateway = await startTestGateway(t, { targets: [{ url: 'http://no-such-name.invalid' }] });
  const client = await gateway.client();

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 502, 'upstream_unreachable');
});

test('informational answers come and go unseen', async (t) => {
  const steps = [send(informational(102)), send(informational(103, { link: '</x>' })), send(answer)];
  const { client } = await start(t, [steps]);

  client.send(post(chat('hi')));
  const received = await client.answer();

  assert.deepEqual(received.informational, []);
  assert.equal(received.status, 200);
  assert.match(received.text, /Hello/);
});

test('an answer larger than the limit is refused, and the upstream let go', async (t) => {
  const body = JSON.stringify(chatAnswer({ contents: ['x'.repeat(40_000)] }));
  const upstream = await startUpstream(t, [[send(reply({ body })), silence()]]);
  const config = { targets: [{ url: upstream.url }], limits: { answer_bytes: 20_000 } };
  const gateway = await startTestGateway(t, config);
  const client = await gateway.client();

  client.send(post(chat('hi')));

  assertRefusal(await client.answer(), 502, 'upstream_too_large');
  await upstream.peerClosed(0);
});

const midStream: Readonly<Record<string, readonly [readonly Step[], string]>> = {
  closes: [[close()], 'upstream_cut_off'],
  resets: [[reset()], 'upstream_cut_off'],
  'ends without saying so': [[send(lastChunk)], 'upstream_cut_off'],
  'breaks its chunks': [[send('not a size\r\n'), close()], 'upstream_invalid'],
  'sends an event beyond the limit': [
    [send(chunk(`data: ${'x'.repeat(110_000)}`)), silence()],
    'upstream_too_large',
  ],
  'sends an event nested too deep': [
    [send(chunk(`data: ${'['.repeat(200)}${']'.repeat(200)}\n\n`)), silence()],
    'upstream_invalid',
  ],
};

for (const [what, [steps, code]] of Object.entries(midStream)) {
  test(`a provider that ${what} in the middle of a stream ends it with an error event and no [DONE]`, async (t) => {
    const { client, gateway } = await start(t, [[send(streamHead()), send(chunk(event)), ...steps]]);

    client.send(streamPost());
    const { status, text } = await client.answer();

    assert.equal(status, 200);
    assert.ok(text.startsWith(event), text.slice(0, 300));
    assert.doesNotMatch(text, /\[DONE\]/);
    const last = text.slice(event.length);
    assert.match(last, /^data: .*\n\n$/);
    assert.equal(errorOf(last.slice('data: '.length))['code'], code);
    const [call] = await gateway.calls(1);
    assert.equal(call?.['aborted'], 'upstream');
  });
}

const says = (content: string) => sse(chatChunk({ content }));

test('the front of what could have become a match is not shown when the provider dies', async (t) => {
  const { client } = await start(t, [
    [send(streamHead()), send(chunk(says('Mail a@b.co, ') + says('or ann@') + says('examp'))), reset()],
  ]);

  client.send(streamPost());
  const { text } = await client.answer();

  const shown = says('Mail [EMAIL], ') + says('or ') + says('');
  assert.ok(text.startsWith(shown), text);
  assert.equal(errorOf(text.slice(shown.length + 'data: '.length))['code'], 'upstream_cut_off');
});

test("a provider's own error event in the middle of a stream passes, and ends it", async (t) => {
  const failed = sse({ error: { message: 'engine died', type: 'server_error' } });
  const { client, upstream } = await start(t, [
    [send(streamHead()), send(chunk(event)), send(chunk(failed)), silence()],
  ]);

  client.send(streamPost());
  const { text } = await client.answer();

  assert.equal(text, event + failed);
  await upstream.peerClosed(0);
});

test('a stream that outlasts its time says which setting that is', async (t) => {
  const { client } = await start(t, [[send(streamHead()), send(chunk(event)), silence()]], {
    stream_timeout_seconds: 1,
  });

  client.send(streamPost());
  const { text } = await client.answer();

  assert.ok(text.startsWith(event));
  assert.match(text, /did not finish within 1 s \(stream_timeout_seconds\)/);
  assert.doesNotMatch(text, /\[DONE\]/);
});

const clocks: Readonly<Record<string, readonly [TargetLines['more'], readonly Step[], RegExp]>> = {
  'the first byte': [
    { first_byte_timeout_seconds: 1, timeout_seconds: 30 },
    [silence()],
    /did not answer within 1 s/,
  ],
  'silence within an answer': [
    { idle_timeout_seconds: 1, timeout_seconds: 30 },
    [send(answer.subarray(0, -5)), silence()],
    /sent nothing for 1 s/,
  ],
  'the whole': [
    { timeout_seconds: 1 },
    [send(answer.subarray(0, -5)), silence()],
    /did not finish within 1 s \(timeout_seconds\)/,
  ],
};

for (const [what, [more, steps, message]] of Object.entries(clocks)) {
  test(`the clock of ${what} ends an attempt with 504, and lets the upstream go`, async (t) => {
    const { client, upstream } = await start(t, [steps], more);

    client.send(post(chat('hi')));

    const received = await client.answer();
    assertRefusal(received, 504, 'upstream_timeout');
    assert.match(received.text, message);
    await upstream.peerClosed(0);
  });
}

test('a stream that stalls ends with an error event, and lets the upstream go', async (t) => {
  const more = { idle_timeout_seconds: 1 };
  const { client, upstream } = await start(t, [[send(streamHead()), send(chunk(event)), silence()]], more);

  client.send(streamPost());
  const { text } = await client.answer();

  assert.equal(errorOf(text.slice(event.length + 'data: '.length))['code'], 'upstream_timeout');
  await upstream.peerClosed(0);
});

test('a deadline for the whole exchange is kept, whatever the targets may take', async (t) => {
  const upstream = await startUpstream(t, [[silence()]]);
  const targets = [{ url: upstream.url }, { url: upstream.url, id: 'second' }];
  const gateway = await startTestGateway(t, { targets, providers: { deadline_seconds: 1 } });
  const client = await gateway.client();

  client.send(post(chat('hi')));

  const received = await client.answer();
  assert.equal(received.status, 504);
  assert.equal(upstream.requests.length, 1);
});

test('no failure of a provider leaves a descriptor behind', async (t) => {
  const failures = [...Object.values(beforeTheAnswer), ...Object.values(midStream)].map(([steps]) => steps);
  const { gateway, upstream } = await start(t, failures);
  const before = openDescriptors();

  for (const _ of failures) {
    const client = await gateway.client();
    client.send(streamPost());
    await client.answer();
    client.socket.destroy();
  }

  await assertNoDescriptorLeft(before);
  assert.equal(upstream.requests.length, failures.length);
});
