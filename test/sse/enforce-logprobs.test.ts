import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { bytewise, enforcerOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

const pii = (): FieldGuards => guardsOf(linked(piiPolicy()));
const tokens = (...all: readonly string[]) => ({ content: all.map((token) => ({ token, logprob: -1 })) });
const says = (content: string, logprobs: unknown = null) => chatChunk({ content, logprobs });
const choice = (more: object) => ({ choices: [{ index: 0, delta: { content: 'a@b.co ' }, ...more }] });
const done = [chatChunk({ finishReason: 'stop' }), '[DONE]'];

function left(events: readonly unknown[], guards = pii): string {
  const stream = sse(...events, ...done);
  const { text } = relayed(enforcerOf('chat/completions', guards()), [Buffer.from(stream)]);
  assert.equal(relayed(enforcerOf('chat/completions', guards()), bytewise(stream)).text, text);
  return text;
}

const kept = [
  { name: 'one token', events: [says('hi ', tokens('hi '))] },
  { name: 'several tokens', events: [says('hi you ', tokens('hi', ' you '))] },
  { name: 'no token', events: [says('hi ', { content: [], refusal: null })] },
  { name: 'parts of a character', events: [says('é ', { content: [{ token: '\\xc3', bytes: [195] }, { token: '\\xa9 ', bytes: [169, 32] }] })] },
  { name: 'a refusal', events: [chatChunk({ delta: { refusal: 'no ' }, logprobs: { content: null, refusal: [{ token: 'no ' }] } })] },
]; // prettier-ignore

for (const { name, events } of kept) {
  test(`log probabilities that spell the text of their own event stay with it: ${name}`, () => {
    assert.equal(left(events), sse(...events, ...done));
  });
}

const dropped = [
  { name: 'of text that left before', events: [says('a@b.co '), says('', tokens('a@b.co '))], bare: [says('[EMAIL] '), says('')] },
  { name: 'of text to come', events: [says('hi ', tokens('hi ', 'a@b')), says('a@b.co ')], bare: [says('hi '), says('[EMAIL] ')] },
  { name: 'of an event that is withheld and edited', events: [says('a@', tokens('a@')), says('b.co ', tokens('b.co '))], bare: [says('[EMAIL]'), says(' ')] },
  { name: 'in a form nobody knows', events: [says('hi ', { odd: ['a', '@b.co'] })], bare: [says('hi ')] },
]; // prettier-ignore

for (const { name, events, bare } of dropped) {
  test(`log probabilities do not tell what was taken out: ${name}`, () => {
    assert.equal(left(events), sse(...bare, ...done));
  });
}

test('where no policy looks at answers, no log probability is touched', () => {
  const events = dropped.flatMap((one) => one.events);

  assert.equal(
    left(events, () => guardsOf()),
    sse(...events, ...done),
  );
});

test('token ids and the token lists of other servers are log probabilities by another name', () => {
  const all = {
    token_ids: [1, 2],
    meta_info: {
      output_token_logprobs: [
        [-1, 3, 'a@'],
        [-1, 4, 'b.co'],
      ],
    },
  };

  const expected = sse(choice({ token_ids: [], meta_info: { output_token_logprobs: [] } }), ...done);
  assert.equal(left([choice(all)]), expected.replace('a@b.co', '[EMAIL]'));
});

test('a responses stream keeps and drops them as a chat does', () => {
  const at = { output_index: 0, content_index: 0 };
  const delta = (text: string, ...all: readonly string[]) => ({ type: 'response.output_text.delta', ...at, delta: text, logprobs: tokens(...all).content });
  const whole = (text: string, ...all: readonly string[]) => ({ type: 'response.output_text.done', ...at, text, logprobs: tokens(...all).content });
  const stream = sse(delta('hi ', 'hi '), delta('a@b.co ', 'a@', 'b.co '), whole('hi a@b.co ', 'hi ', 'a@', 'b.co '));

  const { text } = relayed(enforcerOf('responses', pii()), bytewise(stream));

  assert.equal(text, sse(delta('hi ', 'hi '), delta('[EMAIL] '), whole('hi [EMAIL] ')));
}); // prettier-ignore
