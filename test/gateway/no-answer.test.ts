import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { chunkedReply, jsonReply, reply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const good = jsonReply(chatAnswer({ contents: ['from the second'] }));
const html = { 'content-type': 'text/html' };
const chunked = (body: string): Buffer =>
  chunkedReply(body === '' ? [] : [body], { headers: { 'content-type': 'application/json' } });

/** What is no answer, and what the client is told where nobody else answers. */
const noAnswers: Readonly<Record<string, readonly [bytes: Buffer, status: number, code: string]>> = {
  'an empty body': [reply({}), 502, 'upstream_invalid'],
  'an empty body in chunks': [chunked(''), 502, 'upstream_invalid'],
  'white space': [reply({ body: ' \r\n' }), 502, 'upstream_invalid'],
  'a 204': [Buffer.from('HTTP/1.1 204 No Content\r\n\r\n'), 502, 'upstream_invalid'],
  'a page': [reply({ headers: html, body: '<html><h1>Sign in</h1></html>' }), 502, 'upstream_invalid'],
  'plain text': [reply({ headers: { 'content-type': 'text/plain' }, body: 'OK' }), 502, 'upstream_invalid'],
  'null': [reply({ body: 'null' }), 502, 'upstream_invalid'],
  'an empty object': [reply({ body: '{}' }), 502, 'upstream_invalid'],
  'an object of another kind': [jsonReply({ object: 'list', data: [{ id: 'm' }] }), 502, 'upstream_invalid'],
  'an answer cut short': [chunked('{"choices":[{"message":{"content":"x"}'), 502, 'upstream_invalid'],
  'a 301': [reply({ status: 301, headers: { location: 'https://x.example' } }), 502, 'target_misconfigured'],
  'a 302 with a page': [reply({ status: 302, headers: { ...html, location: '/login' }, body: '<a>' }), 502, 'target_misconfigured'],
  'a 308': [reply({ status: 308, headers: { location: '/v2' } }), 502, 'target_misconfigured'],
  'a 304': [Buffer.from('HTTP/1.1 304 Not Modified\r\n\r\n'), 502, 'target_misconfigured'],
}; // prettier-ignore

async function start(t: TestContext, replies: readonly Buffer[], chain: readonly string[]) {
  const upstreams = await Promise.all(replies.map((bytes) => startUpstream(t, [[send(bytes)]])));
  const gateway = await startTestGateway(t, { targets: upstreams.map(({ url }) => ({ url })), chain });
  return { upstreams, gateway, client: await gateway.client() };
}

for (const [what, [bytes, status, code]] of Object.entries(noAnswers)) {
  for (const chain of [[], ['pii-detector']]) {
    test(`where the first target gives ${what}, the second answers, ${chain.length} policies`, async (t) => {
      const { gateway, client } = await start(t, [bytes, good], chain);

      client.send(post(chat('hi')));
      const answer = await client.answer();

      assert.match(answer.text, /from the second/);
      assert.equal(answer.headers['x-keeptrusts-target'], 't2');
      const [call] = await gateway.calls(1);
      assert.equal(call?.['attempts'], 2);
    });
  }

  test(`${what} of a lone provider is refused with ${code}, whoever asks`, async (t) => {
    const { client } = await start(t, [bytes], []);

    client.send(post(chat('hi')));
    assertRefusal(await client.answer(), status, code);
    client.send(post(chat('hi', { stream: true })));
    assertRefusal(await client.answer(), status, code);
  });
}

const told: readonly (readonly [error: object, status: number])[] = [
  [{ error: { message: 'm', code: 502 } }, 502],
  [{ error: { message: 'm', code: 429 } }, 429],
  [{ error: { message: 'm', type: 'invalid_api_key' } }, 401],
  [{ error: { message: 'm' }, choices: [] }, 502],
];

for (const [error, status] of told) {
  test(`a 200 with ${JSON.stringify(error)} is a failed attempt, and the last one's is its ${status}`, async (t) => {
    const bytes = jsonReply(error);
    const both = await start(t, [bytes, good], []);
    const alone = await start(t, [bytes], []);

    both.client.send(post(chat('hi')));
    alone.client.send(post(chat('hi')));

    assert.match((await both.client.answer()).text, /from the second/);
    const answer = await alone.client.answer();
    assert.deepEqual([answer.status, answer.text], [status, JSON.stringify(error)]);
  });
}

for (const code of [400, 413, 422]) {
  test(`a 200 with an error of ${code} ends the search`, async (t) => {
    const { upstreams, client } = await start(t, [jsonReply({ error: { message: 'm', code } }), good], []);

    client.send(post(chat('hi')));

    assert.equal((await client.answer()).status, code);
    assert.equal(upstreams[1]?.requests.length, 0);
  });
}

test('the text of an error that came as a 200 is judged as any answer', async (t) => {
  const bytes = jsonReply({ error: { message: 'ann@example.com is over its limit', code: 400 } });
  const { client } = await start(t, [bytes], ['pii-detector']);

  client.send(post(chat('hi')));

  assert.equal(errorOf((await client.answer()).text)['message'], '[EMAIL] is over its limit');
});

const choice = (message: object): object => ({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
const answers: readonly (readonly [path: string, ask: object, answer: object])[] = [
  ['/v1/chat/completions', { messages: [] }, { ...choice({ role: 'assistant', content: 'hi' }), error: null }],
  ['/v1/chat/completions', { messages: [] }, choice({ role: 'assistant', content: '' })],
  ['/v1/chat/completions', { messages: [] }, choice({ content: null, tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }] })],
  ['/v1/chat/completions', { messages: [] }, { choices: [], usage: { prompt_tokens: 1 } }],
  ['/v1/completions', { prompt: 'x' }, { object: 'text_completion', choices: [{ index: 0, text: '' }] }],
  ['/v1/embeddings', { input: 'x' }, { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.25, -1] }] }],
  ['/v1/responses', { input: 'x' }, { object: 'response', status: 'incomplete', error: null, incomplete_details: { reason: 'max_output_tokens' }, output: [] }],
  ['/v1/responses', { input: 'x' }, { object: 'response', status: 'completed', error: null, output: [{ type: 'function_call', name: 'f', arguments: '{}' }] }],
]; // prettier-ignore

for (const [path, ask, answer] of answers) {
  test(`${path}: ${JSON.stringify(answer)} passes byte for byte`, async (t) => {
    const body = JSON.stringify(answer, undefined, 1);
    const upstream = await startUpstream(t, [[send(reply({ body }))]]);
    const provider = path === '/v1/embeddings' ? 'openai-compatible:embedding:e' : 'openai-compatible';
    const kind = path === '/v1/completions' ? 'openai-compatible:completion:e' : provider;
    const targets = [{ url: upstream.url, provider: kind, model: 'e' }];
    const gateway = await startTestGateway(t, { targets, chain: ['pii-detector'] });
    const client = await gateway.client();

    client.send(post(JSON.stringify({ model: 'e', ...ask }), { path }));

    const came = await client.answer();
    assert.deepEqual([came.status, came.text], [200, body]);
  });
}
