import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { GatewayError } from '../../src/errors.ts';
import { Asker } from '../../src/upstream/asker.ts';
import type { FinishedQuestion } from '../../src/record/finished-question.ts';
import { type Analyzer, answering, startAnalyzer } from '../support/analyzer.ts';
import { evidence } from '../support/chains.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { until } from '../support/gateway.ts';
import { close, type Script, send, startUpstream } from '../support/upstream.ts';
import { jsonReply } from '../support/reply-bytes.ts';

const never = new AbortController().signal;
const question = { text: ['Ann'], language: 'en', entities: ['PERSON'], score_threshold: 0.5 };
const found = [[{ start: 0, end: 3, score: 0.85, entity_type: 'PERSON' }]];

function startAsker(t: Cleanup, url: string, now: () => number = () => 0) {
  const recorded: FinishedQuestion[] = [];
  const asker = new Asker({ now, record: (one) => recorded.push(one) });
  asker.hold([url]);
  t.after(() => asker.close());
  const asking = evidence();
  const ask = (signal = never, read = (reply: unknown) => reply) =>
    asker.ask({ url, payload: question, texts: 1, signal, asking, read });
  return { asker, recorded, ask };
}

async function start(t: Cleanup, now?: () => number) {
  const analyzer = await startAnalyzer(t, { Ann: 'PERSON' });
  return { analyzer, ...startAsker(t, `${analyzer.url}/analyze`, now) };
}

test('a question is posted as JSON, over a connection that is kept', async (t) => {
  const { analyzer, ask } = await start(t);

  assert.deepEqual(await ask(), found);
  await turn(); // the connection is free a moment after its answer is whole
  assert.deepEqual(await ask(), found);
  assert.deepEqual(analyzer.asked, [question, question]);
  assert.equal(analyzer.connections(), 1);
});

const wrong: Readonly<Record<string, readonly [Analyzer['manner'], RegExp]>> = {
  'a status that is not 200': [answering(500, '{"error":"Ann"}'), /status 500$/],
  'a redirect': [
    (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    /status 302$/,
  ],
  'something else than JSON': [answering(200, '<html>Ann</html>'), /not JSON$/],
  'more than anybody reads': [answering(200, `"${'x'.repeat(9 * 1024 * 1024)}"`), /more than 8388608 bytes$/],
  'a connection that breaks': [(response) => response.destroy(), /./],
  'half an answer': [
    (response) => {
      response.writeHead(200, { 'content-length': 100 }).write('[[');
      setImmediate(() => response.destroy());
    },
    /./,
  ],
};

for (const [what, [manner, message]] of Object.entries(wrong)) {
  test(`an error that quotes nothing: ${what}`, async (t) => {
    const { analyzer, ask } = await start(t);
    analyzer.manner = manner;

    await assert.rejects(ask(), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, message);
      return !error.message.includes('Ann');
    });
  });
}

test('nobody there is an error', async (t) => {
  const { analyzer, ask } = await start(t);
  await analyzer.close();

  await assert.rejects(ask(), { code: 'ECONNREFUSED' });
});

test('a kept connection that was closed meanwhile is replaced, and the question asked once more', async (t) => {
  const reply = send(jsonReply(found));
  // The second question on the first connection gets no answer.
  const script: Script = [[reply], [close()], [reply]];
  const upstream = await startUpstream(t, script);
  const { ask } = startAsker(t, upstream.url);

  assert.deepEqual(await ask(), found);
  await turn();
  assert.deepEqual(await ask(), found);
  assert.deepEqual([upstream.connections.length, upstream.requests.length], [2, 3]);
});

test('who never answers is given up in time, and that is a failure', async (t) => {
  const { analyzer, asker, ask } = await start(t);
  analyzer.manner = () => {};
  for (let tries = 0; tries < 5; tries += 1) {
    await assert.rejects(ask(asker.within(10, never)), { name: 'TimeoutError' });
  }

  await assert.rejects(ask(), /has failed too often/);
});

test('who fails five times is not asked until its rest is over, and then once', async (t) => {
  let now = 0;
  const { analyzer, ask } = await start(t, () => now);
  analyzer.manner = answering(500, '');
  for (let tries = 0; tries < 5; tries += 1) await assert.rejects(ask(), /status 500/);

  await assert.rejects(ask(), /has failed too often/);
  assert.equal(analyzer.asked.length, 5);
  now = 5000;
  analyzer.manner = undefined;
  const probe = ask();
  await assert.rejects(ask(), /has failed too often/);
  assert.deepEqual(await probe, found);
  assert.deepEqual(await ask(), found);
});

test('an exchange that ends says nothing about who was asked', async (t) => {
  const { analyzer, ask } = await start(t);
  analyzer.manner = () => {};
  for (let tries = 0; tries < 6; tries += 1) {
    const left = new AbortController();
    const asked = ask(left.signal);
    left.abort(new GatewayError('client_closed', 'the client left'));
    await assert.rejects(asked, { code: 'client_closed' });
  }
  analyzer.manner = undefined;

  assert.deepEqual(await ask(), found);
});

function unreadable(): never {
  throw new Error('not a list');
}

test('every question is recorded once, with how it ended and never with what was asked', async (t) => {
  let now = 0;
  const { analyzer, asker, ask, recorded } = await start(t, () => now);
  const slow = (): AbortSignal => asker.within(10, never);
  analyzer.manner = answering(500, '');
  await assert.rejects(ask());
  analyzer.manner = answering(200, '{');
  await assert.rejects(ask());
  analyzer.manner = undefined;
  await assert.rejects(ask(never, unreadable), /not a list/);
  analyzer.manner = () => {};
  await assert.rejects(ask(slow()));
  await assert.rejects(ask(AbortSignal.abort(new GatewayError('client_closed', 'the client left'))));
  await assert.rejects(ask(slow()));
  await assert.rejects(ask(), /failed too often/);
  analyzer.manner = undefined;
  now = 5000;
  await ask();

  assert.deepEqual(
    recorded.map(({ outcome, error }) => [outcome, error]),
    [
      ['failure', '500'],
      ['failure', 'bad_reply'],
      ['failure', 'bad_reply'],
      ['timeout', 'timeout'],
      ['void', 'exchange_over'],
      ['timeout', 'timeout'],
      ['unasked', undefined],
      ['success', undefined],
    ],
  );
  assert.ok(recorded.every(({ url, texts }) => url === `${analyzer.url}/analyze` && texts === 1));
});

test('who answers others in time is not blamed for questions that were too much for it', async (t) => {
  let now = 0;
  const { analyzer, asker, ask } = await start(t, () => (now += 1));
  const late = new AbortController();
  analyzer.manner = () => {};
  const heavy = Array.from({ length: 5 }, () => ask(late.signal));
  await until('the heavy questions', () => (analyzer.asked.length === 5 ? true : undefined));
  analyzer.manner = undefined;
  assert.deepEqual(await ask(), found);

  late.abort(new DOMException('late', 'TimeoutError'));
  for (const one of await Promise.allSettled(heavy)) assert.equal(one.status, 'rejected');

  assert.equal(asker.standing()[0]?.state, 'closed');
  assert.deepEqual(await ask(), found);
});

test('what stands of an adviser is what became of its questions', async (t) => {
  const { analyzer, asker, ask } = await start(t);
  const url = `${analyzer.url}/analyze`;
  await ask();
  analyzer.manner = answering(500, '');
  for (let tries = 0; tries < 5; tries += 1) await assert.rejects(ask());
  const [standing] = asker.standing();

  assert.ok(Math.abs(Date.now() - (standing?.lastFailureAt ?? 0)) < 60_000);
  assert.deepEqual(
    { ...standing, lastFailureAt: 0 },
    { url, state: 'open', inFlight: 0, successes: 1, failures: 5, lastFailureAt: 0 },
  );
});

test('an adviser is known while somebody holds it, and its last question is not cut short', async (t) => {
  const { analyzer, asker, ask } = await start(t);
  const url = `${analyzer.url}/analyze`;
  asker.hold([url]);
  asker.release([url]);
  assert.equal(asker.standing().length, 1);
  const last = ask();
  asker.release([url]);

  assert.deepEqual(await last, found);
  assert.deepEqual(asker.standing(), []);
  await assert.rejects(ask(), /no kind said that it asks/);
});
