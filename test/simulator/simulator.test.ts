import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { chatBody, post, receive, start } from './start.ts';

const calls: readonly (readonly [path: string, body: Readonly<Record<string, unknown>>])[] = [
  ['/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'x' }] }],
  ['/completions', { model: 'm', prompt: 'x' }],
  ['/embeddings', { model: 'm', input: 'x', dimensions: 4 }],
  ['/responses', { model: 'm', input: 'x' }],
];

for (const [path, body] of calls) {
  test(`${path} is the same with /v1 and without`, async (t) => {
    const simulator = await start(t);

    const one = await (await post(simulator, JSON.stringify(body), path)).json();
    const other = await (await post(simulator, JSON.stringify(body), `/v1${path}?api-version=1`)).json();

    assert.deepEqual(one, other);
  });

  test(`${path} reads directives in its own prompt`, async (t) => {
    const simulator = await start(t);
    const directed = JSON.stringify(body).replaceAll('"x"', '"#sim status=418"');

    assert.equal((await post(simulator, directed, path)).status, 418);
  });

  test(`${path} wants a model`, async (t) => {
    const simulator = await start(t);
    const { model, ...rest } = body;

    const response = await post(simulator, JSON.stringify(rest), path);

    assert.equal(response.status, 400, String(model));
    assert.match(await response.text(), /"you must provide a model parameter".*"param":"model"/);
  });
}

const refusals: readonly (readonly [what: string, path: string, body: string, status: number])[] = [
  ['an unknown path', '/v1/images', '{}', 404],
  ['a body that is no JSON', '/v1/chat/completions', '{"model":', 400],
  ['a body that is no object', '/v1/chat/completions', '[]', 400],
  ['an empty body', '/v1/chat/completions', '', 400],
  ['no messages', '/v1/chat/completions', '{"model":"m"}', 400],
  ['a wrong n', '/v1/chat/completions', chatBody('x', { more: { n: 0 } }), 400],
  ['a wrong stream', '/v1/chat/completions', chatBody('x', { more: { stream: 'yes' } }), 400],
  ['a background answer', '/v1/responses', '{"model":"m","input":"x","background":true}', 400],
  ['no input', '/v1/embeddings', '{"model":"m","input":[]}', 400],
  [
    'an answer without bounds',
    '/v1/chat/completions',
    chatBody(`#sim say="${'x'.repeat(999)}" split=999 events=99999`),
    400,
  ],
  ['POST where GET belongs', '/v1/models', '{}', 405],
];

for (const [what, path, body, status] of refusals) {
  test(`${what} is refused with ${status}`, async (t) => {
    const simulator = await start(t);

    const response = await post(simulator, body, path);

    assert.equal(response.status, status);
    assert.match(await response.text(), /^\{"error":\{"message":"[^"]/);
  });
}

test('a body beyond 32 MiB is refused, and the client sees it', async (t) => {
  const simulator = await start(t);

  const response = await post(simulator, chatBody('x'.repeat(33_554_432)));

  assert.equal(response.status, 413);
});

test('a prompt of megabytes is answered', async (t) => {
  const simulator = await start(t);

  const response = await post(simulator, chatBody('word '.repeat(1_000_000)));

  assert.equal(response.status, 200);
  const { usage } = Object(await response.json());
  assert.equal(usage.prompt_tokens, 1_250_007);
});

test('GET on a call is refused', async (t) => {
  const { url } = await start(t);

  assert.equal((await fetch(`${url}/v1/chat/completions`)).status, 405);
});

test('more different calls than are kept get each its own answer', async (t) => {
  const simulator = await start(t);
  const ask = async (topic: number): Promise<string> =>
    (await post(simulator, chatBody(`#sim say=t${topic}`))).text();

  const first = await Promise.all(Array.from({ length: 100 }, (_, topic) => ask(topic)));
  const again = await Promise.all(Array.from({ length: 100 }, (_, topic) => ask(topic)));

  assert.deepEqual(again, first);
  assert.ok(first.every((answer, topic) => answer.includes(`"content":"t${topic}"`)));
});

test('a stream is readable by a client of HTTP/1.0', async (t) => {
  const simulator = await start(t);
  const socket = connect(simulator.port, '127.0.0.1');
  const body = chatBody('hello', { stream: true });

  socket.write(`POST /v1/chat/completions HTTP/1.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const { text } = await receive(socket);

  assert.doesNotMatch(text, /transfer-encoding/i);
  assert.ok(text.endsWith('data: [DONE]\n\n'));
});

test('each call is logged unless it is quiet', async (t) => {
  const lines: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const log = (line: string): void => {
    lines.push(line);
    resolve();
  };
  const loud = await start(t, { quiet: false, log });
  const quiet = await start(t, { quiet: true, log });

  await (await post(quiet, chatBody('hello'))).text();
  await (await post(loud, chatBody('#sim status=500'))).text();
  await promise;

  assert.deepEqual(lines, ['POST /v1/chat/completions 500']);
});

test('closing drops what is open and frees the port', async (t) => {
  const simulator = await start(t);
  const pending = post(simulator, chatBody('#sim delay=60000'));
  await (await post(simulator, chatBody('hello'))).text();

  const failed = assert.rejects(pending);
  await simulator.close();

  await failed;
  const again = await startSimulator({ host: '127.0.0.1', port: simulator.port, quiet: true });
  t.after(() => again.close());
  assert.equal(again.port, simulator.port);
});
