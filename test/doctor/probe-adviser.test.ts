import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import test, { type TestContext } from 'node:test';
import { probeAdviser } from '../../src/doctor/probe-adviser.ts';
import { recognizerAdviser } from '../../src/policy/pii/recognizer/recognizer.ts';
import { startAnalyzer } from '../support/analyzer.ts';

const patienceMs = 5000;

async function trouble(endpoint: string, more: object = {}, withinMs = patienceMs) {
  const settings = { endpoint, language: 'en', entities: ['PERSON', 'LOCATION'], ...more };
  return (await probeAdviser(recognizerAdviser(settings), withinMs)).trouble;
}

async function listening(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const bound = server.address();
  return `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`;
}

test('a recogniser that knows what it will be asked for will do, and is shown no text', async (t) => {
  const { url, asked } = await startAnalyzer(t, {});

  assert.equal(await trouble(`${url}/`), undefined);
  assert.deepEqual(asked, []);
});

test('entities and languages that a recogniser does not know are named', async (t) => {
  const { url } = await startAnalyzer(t, {});

  assert.equal(await trouble(url, { entities: ['PERSON', 'NAME', 'PLACE'] }), 'it does not know NAME, PLACE');
  assert.match((await trouble(url, { language: 'de' })) ?? '', /^status 500 for GET .*language=de$/);
});

test('where nothing listens the reason is said', async () => {
  assert.match((await trouble('http://127.0.0.1:1')) ?? '', /ECONNREFUSED|bad port/);
});

test('one that has no such pages may do all the same', async (t) => {
  const url = await listening(t, (_request, response) => response.writeHead(404).end());

  assert.equal(await trouble(url), undefined);
});

const odd: Readonly<Record<string, readonly [RequestListener, RegExp]>> = {
  'another page': [(_request, response) => response.end('<html>'), /does not say/],
  'a redirect': [(_request, response) => response.writeHead(302, { location: '/x' }).end(), /^status 302/],
  'more than anybody reads': [(_request, response) => response.end('x'.repeat(2_000_000)), /too large/],
};
for (const [what, [answer, expected]] of Object.entries(odd)) {
  test(`a recogniser that answers with ${what} will not do`, async (t) => {
    assert.match((await trouble(await listening(t, answer))) ?? '', expected);
  });
}

test('a recogniser that does not answer is given up in time', async (t) => {
  const url = await listening(t, () => {});

  assert.match((await trouble(url, {}, 50)) ?? '', /^no answer in time/);
});
