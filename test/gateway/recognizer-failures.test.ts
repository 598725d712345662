import assert from 'node:assert/strict';
import test from 'node:test';
import { answering } from '../support/analyzer.ts';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { until } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { answerOnly, startRecognizing } from '../support/recognizer-rig.ts';
import { chunk, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { fieldsOf } from '../support/streams.ts';
import { chatChunk, send, silence, sse, startUpstream } from '../support/upstream.ts';

const failures = {
  'answers with 500': answering(500, '{}'),
  'answers with garbage': answering(200, '{'),
  'answers with something else': answering(200, '{"found":[]}'),
  'speaks of text that is not there': answering(
    200,
    '[[{"start":0,"end":999,"score":1,"entity_type":"PERSON"}]]',
  ),
  'hangs up': (response: { destroy(): unknown }) => void response.destroy(),
  'never answers': () => {},
};

for (const [how, manner] of Object.entries(failures)) {
  test(`a recogniser that ${how} blocks, or lets pass what on_error says`, async (t) => {
    const recognizer = { timeout_ms: 50 };
    const request = await startRecognizing(t, { recognizer });
    request.analyzer.manner = manner;
    request.client.send(post(chat('I am Ann.')));
    assertRefusal(await request.client.answer(), 500, 'policy_failed');
    assert.equal(request.upstream.requests.length, 0);

    const answer = await startRecognizing(t, { recognizer, pii: answerOnly });
    answer.analyzer.manner = manner;
    answer.client.send(post(chat('I am Ann.')));
    assertRefusal(await answer.client.answer(), 500, 'policy_failed');
    answer.client.send(streamPost('I am Ann.'));
    const { text: ended } = await answer.client.answer();
    assert.match(ended, /^data: [^\n]*\n\n$/);
    assert.equal(errorOf(ended.slice('data: '.length))['code'], 'policy_failed');

    const lenient = await startRecognizing(t, { recognizer, pii: { on_error: 'allow' } });
    lenient.analyzer.manner = manner;
    lenient.client.send(streamPost('I am Ann, ann@example.com.'));
    const { text: passed } = await lenient.client.answer();
    assert.equal(fieldsOf(passed).get('.choices.0.delta.content'), 'I am Ann, [EMAIL].');
  });
}

test('half a character in a text keeps no name from being found', async (t) => {
  const { client, told } = await startRecognizing(t, { pii: { on_error: 'allow' } });

  client.send(post(chat('\ud83d I am Ann. \udc00')));
  assert.equal((await client.answer()).status, 200);

  assert.deepEqual(told, ['\ud83d I am [PERSON]. \udc00']);
});

test('a recogniser that is gone is not asked for every call', async (t) => {
  const { client, analyzer } = await startRecognizing(t, { pii: { on_error: 'allow' } });
  analyzer.manner = answering(500, '');

  for (let calls = 0; calls < 4; calls += 1) {
    client.send(post(chat('I am Ann.')));
    assert.equal((await client.answer()).status, 200);
  }

  assert.equal(analyzer.asked.length, 5);
});

test('a client that leaves while the recogniser thinks is let go of, and so is the recogniser', async (t) => {
  for (const body of [streamPost('I am Ann.'), post(chat('I am Ann.'))]) {
    const { client, analyzer, gateway } = await startRecognizing(t, {
      pii: answerOnly,
      recognizer: { timeout_ms: 60_000 },
    });
    let isGone = false;
    analyzer.manner = (response) => response.once('close', () => (isGone = true));
    client.send(body);
    await until('the recogniser to be asked', () => analyzer.asked[0]);

    client.socket.destroy();

    await until('the recogniser to be let go of', () => isGone || undefined);
    const [call] = await gateway.calls(1);
    assert.deepEqual([call?.['status'], call?.['code']], [499, 'client_closed']);
  }
});

test('the deadline of the exchange ends the wait', async (t) => {
  const config = { providers: { deadline_seconds: 1 } };
  const { client, analyzer } = await startRecognizing(t, { config, recognizer: { timeout_ms: 60_000 } });
  analyzer.manner = () => {};

  client.send(post(chat('I am Ann.')));

  assertRefusal(await client.answer(), 504, 'deadline_exceeded');
});

test('a stream that waits for the recogniser when the gateway stops ends in an error event', async (t) => {
  const { client, analyzer, gateway } = await startRecognizing(t, {
    pii: answerOnly,
    recognizer: { timeout_ms: 60_000 },
  });
  analyzer.manner = () => {};
  client.send(streamPost('I am Ann.'));
  await until('the recogniser to be asked', () => analyzer.asked[0]);

  const stopped = gateway.gateway.stop();

  const { text: ended } = await client.answer();
  assert.equal(errorOf(ended.slice('data: '.length))['code'], 'shutting_down');
  await stopped;
});

test('what a guard denies on a stream, the recogniser is not asked about', async (t) => {
  const upstream = await startUpstream(t, [
    [send(streamHead()), send(chunk(sse(chatChunk({ content: 'ann@example.com. ' })))), silence()],
  ]);
  const { client, analyzer } = await startRecognizing(t, {
    pii: { action: 'block', ...answerOnly },
    config: { targets: [{ url: upstream.url }] },
  });

  client.send(streamPost());

  const { text: ended } = await client.answer();
  assert.equal(errorOf(ended.slice('data: '.length))['code'], 'output_blocked');
  assert.equal(analyzer.asked.length, 0);
  await upstream.peerClosed(0);
});

test('a provider that breaks off is told of, and the recogniser is not asked', async (t) => {
  const upstream = await startUpstream(t, [
    [send(streamHead()), send(chunk(sse(chatChunk({ content: 'I am Ann. ' })))), send(lastChunk)],
  ]);
  const { client, analyzer } = await startRecognizing(t, {
    pii: answerOnly,
    config: { targets: [{ url: upstream.url }] },
  });

  client.send(streamPost());

  const { text: ended } = await client.answer();
  assert.match(ended, /^data: [^\n]*\n\n$/);
  assert.equal(errorOf(ended.slice('data: '.length))['code'], 'upstream_cut_off');
  assert.equal(analyzer.asked.length, 0);
});
