import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { assertRefusal } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const mebi = 1024 * 1024;
const upstream = await startUpstream({ after }, [[send(jsonReply(chatAnswer()))]]);
const gateway = await startTestGateway(
  { after },
  { targets: [{ url: upstream.url }], chain: ['pii-detector'] },
);

async function assertServes(): Promise<void> {
  const client = await gateway.client();
  client.send(post(chat('hi')));
  assert.equal((await client.answer()).status, 200);
}

const malformed: Readonly<Record<string, string | Buffer>> = {
  'nothing at all': '',
  'white space': ' \n',
  'half an object': '{"model":"m"',
  'two objects': '{"model":"m"}{"model":"m"}',
  'a trailing comma': '{"model":"m",}',
  'a comment': '{"model":"m"/* */}',
  'single quotes': "{'model':'m'}",
  'a list': '[]',
  'a string': '"x"',
  null: 'null',
  NaN: '{"temperature":NaN}',
  'a number with leading zeros': '{"n":01}',
  'a control character in a string': '{"model":"a\u0001"}',
  'a bad escape': '{"model":"\\x41"}',
  'invalid UTF-8': Buffer.concat([Buffer.from('{"model":"'), Buffer.of(0xff, 0xc0, 0x80), Buffer.from('"}')]),
  'a byte order mark': '\ufeff{"model":"m"}',
  'UTF-16': Buffer.from('{"model":"m"}', 'utf16le'),
  'a list 100,000 deep': `{"messages":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  'objects 100,000 deep': `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
  'more values than the limit': `{"messages":[${'"",'.repeat(300_000)}1]}`,
  'the model twice': '{"model":"m","model":"x","messages":[]}',
  'the messages twice': '{"messages":[],"messages":[{"role":"user","content":"x"}]}',
  'the content twice': '{"messages":[{"role":"user","content":"a","content":"b"}]}',
  'a key twice by escape': '{"messages":[],"m\\u0065ssages":[]}',
  'a key twice by case': '{"messages":[],"Messages":[]}',
  'stream twice by case': '{"stream":false,"STREAM":true,"messages":[]}',
  'a key twice by folding': '{"messages":[],"me\u017fsages":[]}',
  'a model that is a number': '{"model":1}',
  'a stream that is a string': '{"stream":"true"}',
};

for (const [what, body] of Object.entries(malformed)) {
  test(`a body of ${what} is refused, and no provider sees it`, async () => {
    const client = await gateway.client();
    const before = upstream.requests.length;

    client.send(post(body));

    const answer = await client.answer();
    assertRefusal(answer, 400, 'request_malformed');
    assert.equal(answer.headers['x-should-retry'], 'false');
    assert.equal(upstream.requests.length, before);
    await assertServes();
  });
}

test('a content-encoding of identity is none', async () => {
  const client = await gateway.client();

  client.send(post(chat('hi'), { headers: { 'content-encoding': 'Identity' } }));

  assert.equal((await client.answer()).status, 200);
});

test('a prompt of ten megabytes arrives whole', async () => {
  const client = await gateway.client();
  const index = upstream.requests.length;
  const body = chat('word '.repeat((10 * mebi - 200) / 5));

  client.send(post(body));

  assert.equal((await client.answer()).status, 200);
  const received = await upstream.request(index);
  assert.ok(received.body.equals(Buffer.from(body)));
});

test('a body whose declared length is over the limit is refused, however much of it is sent first', async () => {
  const client = await gateway.client();
  const body = Buffer.alloc(10 * mebi + 1, 32);

  // A client that sends all of it before it reads must still be able to read why.
  client.socket.pause();
  await client.deliver(post(body));
  client.socket.resume();

  const answer = await client.answer();
  assertRefusal(answer, 413, 'request_too_large');
  assert.match(answer.text, /10485760/);
  await client.ended();
});

test('a chunked body is refused as soon as it is over the limit', async () => {
  const client = await gateway.client();
  const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(mebi, 32), Buffer.from('\r\n')]);

  client.send('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n');
  for (let sent = 0; sent < 11; sent += 1) await client.deliver(piece);
  const answer = client.answer();
  client.send('0\r\n\r\n');

  assertRefusal(await answer, 413, 'request_too_large');
  await client.ended();
});

test('a refused body that never comes to its end does not hold the connection', async () => {
  const client = await gateway.client();

  client.send(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: ${99 * mebi}\r\n\r\n{`);

  assertRefusal(await client.answer(), 413, 'request_too_large');
  await client.ended();
});

test('bodies beyond the common budget are refused as overload, and the budget is given back', async (t) => {
  const small = await startTestGateway(t, { targets: [{ url: upstream.url }] }, { maxBufferedBytes: 5_000 });
  const first = await small.client();
  const second = await small.client();

  first.send(post(chat('x'.repeat(6_000))));
  const refused = await first.answer();
  second.send(post(chat('x'.repeat(4_000))));
  const served = await second.answer();

  assertRefusal(refused, 503, 'overloaded');
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal(served.status, 200);
});
