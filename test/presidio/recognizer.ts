import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { probeAdviser } from '../../src/doctor/probe-adviser.ts';
import { recognizerAdviser } from '../../src/policy/pii/recognizer/recognizer.ts';
import { assertRefusal } from '../support/envelope.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { answerOnly, startRecognizing } from '../support/recognizer-rig.ts';
import { fieldsOf } from '../support/streams.ts';
import { startPresidio } from './presidio.ts';

// `npm run test:presidio`: what is assumed of the analyzer's interface, against the analyzer itself.

const presidio = await startPresidio();
const endpoint = presidio.url;
after(() => presidio.stop());

const sentence = 'My name is John Smith and I live in Paris.';
const redacted = 'My name is [PERSON] and I live in [LOCATION].';

/** Characters of one and two code units, marks that combine, and what is no character at all. */
const beginnings = [
  '',
  '😀😀 ',
  'Jose\u0301 said: ',
  '\ud83d ',
  '\udc00 ',
  'a\u0000b ',
  '🇩🇪 漢字 \u202e\u202c',
];

for (const beginning of beginnings) {
  test(`places of names are those of the text, behind ${JSON.stringify(beginning)}`, async (t) => {
    const { client, told } = await startRecognizing(t, {
      recognizer: { endpoint, timeout_ms: 30_000, entities: ['LOCATION'] },
    });

    client.send(post(chat(`${beginning}${sentence} 😀`)));
    await client.answer();

    assert.deepEqual(told, [`${beginning}${sentence.replace('Paris', '[LOCATION]')} 😀`]);
  });
}

for (const batch of [32, 1]) {
  test(`names go out of calls and of answers, whole and streamed, in batches of ${batch}`, async (t) => {
    const recognizer = { endpoint, batch, timeout_ms: 30_000 };
    const { client, told } = await startRecognizing(t, { recognizer });
    client.send(post(chat(sentence)));
    assert.equal((await client.answer()).status, 200);
    assert.deepEqual(told, [redacted]);

    const answering = await startRecognizing(t, { recognizer, pii: answerOnly });
    answering.client.send(post(chat(sentence)));
    assert.ok((await answering.client.answer()).text.includes(redacted));
    answering.client.send(streamPost(sentence));
    const { text } = await answering.client.answer();
    assert.equal(fieldsOf(text).get('.choices.0.delta.content'), redacted);
  });
}

test('of a text in many parts all names go, and nothing else', async (t) => {
  const recognizer = { endpoint, max_chars: 1024, timeout_ms: 60_000, entities: ['LOCATION'] };
  const { client, told } = await startRecognizing(t, { recognizer });
  const filler = 'The weather was fine and nobody had anything to say about it. ';
  const text = `${sentence} ${filler}`.repeat(50);

  client.send(post(chat(text)));
  await client.answer();

  assert.deepEqual(told, [text.replaceAll('Paris', '[LOCATION]')]);
});

test('texts without anything to find leave as they came', async (t) => {
  const { client, told } = await startRecognizing(t, { recognizer: { endpoint, timeout_ms: 30_000 } });
  const texts = [' ', '12345', '{"a": [1, 2, 3]}'];

  for (const text of texts) {
    client.send(post(chat(text)));
    assert.equal((await client.answer()).status, 200);
  }

  assert.deepEqual(told, texts);
});

test('a language it does not know is a failure, and the doctor says so before', async (t) => {
  const { client } = await startRecognizing(t, {
    recognizer: { endpoint, language: 'xx', timeout_ms: 30_000 },
  });
  const settings = { endpoint, language: 'xx', entities: ['PERSON'] };

  client.send(post(chat(sentence)));

  assertRefusal(await client.answer(), 500, 'policy_failed');
  assert.match((await probeAdviser(recognizerAdviser(settings), 10_000)).trouble ?? '', /^status 500/);
});

async function trouble(...entities: readonly string[]): Promise<string | undefined> {
  const adviser = recognizerAdviser({ endpoint, language: 'en', entities: [...entities] });
  return (await probeAdviser(adviser, 10_000)).trouble;
}

test('the doctor names an entity it does not know, and is content with those it knows', async () => {
  assert.equal(await trouble('PERSON', 'LOCATION'), undefined);
  assert.equal(await trouble('PERSON', 'STREET'), 'it does not know STREET');
});
