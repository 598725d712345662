import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { GatewayStartError } from '../../src/gateway-start-error.ts';
import { startAnalyzer } from '../support/analyzer.ts';
import { assertRefusal, errorOf } from '../support/envelope.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { answerOnly, startRecognizing } from '../support/recognizer-rig.ts';
import { fieldsOf } from '../support/streams.ts';
import { chatAnswer, chatChunk, sse } from '../support/upstream.ts';

const text = 'Ann 😀 wrote to 😀bert in Łódź, ann@example.com, about Annex.';
const redacted = '[PERSON] 😀 wrote to [PERSON] in [LOCATION], [EMAIL], about [PERSON]ex.';

function contentOf(whole: string): unknown {
  const shape = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })) });
  return shape.parse(JSON.parse(whole)).choices[0]?.message.content;
}

test('names go out of a call, and the recogniser never sees what was taken out before', async (t) => {
  const { client, told, analyzer, gateway } = await startRecognizing(t);

  client.send(post(chat(text)));
  await client.answer();

  assert.deepEqual(told, [redacted]);
  assert.deepEqual(analyzer.asked[0]?.text, [text.replace('ann@example.com', '[EMAIL]')]);
  const [call] = await gateway.calls(1);
  assert.equal(call?.['verdict'], 'rewrite');
});

for (const batch of [32, 1]) {
  test(`names go out of an answer, whole or streamed, in batches of ${batch}`, async (t) => {
    const { client } = await startRecognizing(t, { pii: answerOnly, recognizer: { batch } });

    client.send(post(chat(text)));
    const whole = await client.answer();
    client.send(streamPost(text));
    const streamed = await client.answer();

    assert.equal(contentOf(whole.text), redacted);
    assert.equal(fieldsOf(streamed.text).get('.choices.0.delta.content'), redacted);
    assert.equal(streamed.headers['x-keeptrusts-enforcement'], 'buffered');
    assert.match(streamed.text, /data: \[DONE\]\n\n$/);
  });
}

test('a hash is the same in a call, an answer and a stream, for names too', async (t) => {
  const { client, told } = await startRecognizing(t, {
    pii: { redaction: { marker_format: 'hash' } },
    says: text,
  });

  client.send(post(chat(text)));
  const whole = await client.answer();
  client.send(streamPost(text));
  const streamed = await client.answer();

  const [hashed = ''] = told;
  assert.match(
    hashed,
    /^\[PERSON:(\w{12})\] 😀 .* \[LOCATION:\w{12}\], \[EMAIL:\w{12}\], about \[PERSON:\1\]ex\.$/u,
  );
  assert.equal(contentOf(whole.text), hashed);
  assert.equal(fieldsOf(streamed.text).get('.choices.0.delta.content'), hashed);
  assert.deepEqual(told, [hashed, hashed]);
});

test('an answer without names leaves as its own bytes, whole or streamed', async (t) => {
  const { client, upstream } = await startRecognizing(t, { says: 'Nothing to hide. 😀' });

  client.send(post(chat('hi')));
  const whole = await client.answer();
  client.send(streamPost());
  const streamed = await client.answer();

  assert.equal(whole.text, JSON.stringify(chatAnswer({ contents: ['Nothing to hide. 😀'] })));
  const pieces = Array.from('Nothing to hide. 😀', (piece) => chatChunk({ content: piece }));
  assert.equal(streamed.text, sse(...pieces, chatChunk({ finishReason: 'stop' }), '[DONE]'));
  assert.equal(upstream.requests.length, 2);
});

test('a value on the allow list stays, and a marker of one’s own is used', async (t) => {
  const pii = { allow_list: ['Łódź'], redaction: { custom_markers: { PERSON: '<who>' } } };
  const { client, told } = await startRecognizing(t, { pii });

  client.send(post(chat('Ann in Łódź')));
  await client.answer();

  assert.deepEqual(told, ['<who> in Łódź']);
});

test('the format `partial` shows nothing of a name', async (t) => {
  const { client, told } = await startRecognizing(t, { pii: { redaction: { marker_format: 'partial' } } });

  client.send(post(chat('Ann in Łódź')));
  await client.answer();

  assert.deepEqual(told, ['******** in ********']);
});

test('`block` refuses the call, and ends the answer before anything of it is shown', async (t) => {
  const request = await startRecognizing(t, { pii: { action: 'block' } });
  request.client.send(post(chat('I am Ann.')));
  assertRefusal(await request.client.answer(), 409, 'input_blocked');
  assert.equal(request.upstream.requests.length, 0);

  const answer = await startRecognizing(t, { pii: { action: 'block' }, says: 'You are Ann.' });
  answer.client.send(post(chat('hi')));
  assertRefusal(await answer.client.answer(), 409, 'output_blocked');
  answer.client.send(streamPost());
  const streamed = await answer.client.answer();
  assert.match(streamed.text, /^data: [^\n]*\n\n$/);
  assert.equal(errorOf(streamed.text.slice('data: '.length))['code'], 'output_blocked');
});

test('`tokenize` keeps names from the provider and puts them back, whole or streamed', async (t) => {
  const { client, told, analyzer } = await startRecognizing(t, { pii: { action: 'tokenize' } });

  client.send(post(chat(text)));
  const whole = await client.answer();
  client.send(streamPost(text));
  const streamed = await client.answer();

  assert.match(
    told[0] ?? '',
    /^\[PERSON-[A-Z]{12}\] 😀 wrote to \[PERSON-[A-Z]{12}\] in \[LOCATION-[A-Z]{12}\], \[EMAIL-[A-Z]{12}\]/,
  );
  assert.equal(contentOf(whole.text), text);
  assert.equal(fieldsOf(streamed.text).get('.choices.0.delta.content'), text);
  for (const { text: seen } of analyzer.asked.slice(1, 2)) assert.doesNotMatch(String(seen), /Ann|Łódź/);
});

test('a placeholder that is taken for a name finds its way back', async (t) => {
  const analyzer = await startAnalyzer(t, { '[EMAIL-': 'PERSON' });
  const { client } = await startRecognizing(t, {
    pii: { action: 'tokenize' },
    recognizer: { endpoint: analyzer.url },
  });

  client.send(post(chat('To ann@example.com.')));

  assert.equal(contentOf((await client.answer()).text), 'To ann@example.com.');
  assert.equal(analyzer.asked.length, 2);
});

test('in shadow it is asked, and nothing changes', async (t) => {
  const { client, told, analyzer } = await startRecognizing(t, { pii: { enforcement: 'shadow' } });

  client.send(streamPost('I am Ann.'));
  const { text: shown } = await client.answer();

  assert.deepEqual(told, ['I am Ann.']);
  assert.equal(fieldsOf(shown).get('.choices.0.delta.content'), 'I am Ann.');
  assert.equal(analyzer.asked.length, 2);
});

test('a configuration that asks for names in real time is refused', async (t) => {
  const pii = { streaming_mode: 'realtime' };

  await assert.rejects(startRecognizing(t, { pii }), (error) => {
    assert.ok(error instanceof GatewayStartError);
    const [issue] = error.issues;
    assert.deepEqual([issue?.code, issue?.path], ['E018', 'policy.pii-detector.streaming_mode']);
    return true;
  });
  await startRecognizing(t, { pii: { ...pii, applies_to: { directions: ['request'] } } });
});
