import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamEnforcer } from '../../src/sse/enforce.ts';
import type { Family } from '../support/calls.ts';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { bytewise, enforcerOf, fieldsOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

// Some providers write a finish reason into every event. It says nothing then, and the text goes on behind it.

type Say = (piece: string, index?: number, reason?: string | null) => unknown;

const content: Say = (piece, index = 0, reason = 'stop') =>
  chatChunk({ content: piece, index, finishReason: reason });
const legacy: Say = (text, index = 0, reason = 'stop') => ({
  choices: [{ index, text, finish_reason: reason }],
});
const reasoning: Say = (piece, index = 0, reason = 'stop') =>
  chatChunk({ delta: { reasoning_content: piece }, index, finishReason: reason });
const input: Say = (piece, index = 0, reason = 'tool_calls') =>
  chatChunk({
    delta: { tool_calls: [{ index: 0, function: { arguments: piece } }] },
    index,
    finishReason: reason,
  });

const families: readonly (readonly [string, Family, Say, key: string])[] = [
  ['content', 'chat/completions', content, 'delta.content'],
  ['completions', 'completions', legacy, 'text'],
  ['reasoning', 'chat/completions', reasoning, 'delta.reasoning_content'],
  ['tool arguments', 'chat/completions', input, 'delta.tool_calls.0.function.arguments'],
];

const texts: readonly (readonly [string, readonly string[], string])[] = [
  ['harmless', ['Hello ', 'big ', 'world'], 'Hello big world'],
  ['card', ['Card 4111 11', '11 1111 11', '11 ok'], 'Card [CREDIT_CARD] ok'],
  ['e-mail', ['to ann@ex', 'ample', '.com'], 'to [EMAIL]'],
  ['e-mail, then more', ['ann@example.com', ' bob@ex', 'ample.org '], '[EMAIL] [EMAIL] '],
];

const open = (family: Family): StreamEnforcer => enforcerOf(family, guardsOf(linked(piiPolicy())));

function said(family: Family, stream: string) {
  const whole = relayed(open(family), [Buffer.from(stream)]);
  const cut = relayed(open(family), bytewise(stream));
  assert.deepEqual(fieldsOf(cut.text), fieldsOf(whole.text));
  assert.equal(cut.end, whole.end);
  return whole;
}

for (const [what, family, say, key] of families) {
  for (const [kind, pieces, expected] of texts) {
    test(`a finish reason in every event decides nothing: ${what}, ${kind}`, () => {
      const usage = chatChunk({ usage: { prompt_tokens: 1, completion_tokens: 2 } });
      const first = say('', 0);
      for (const end of [['[DONE]'], [usage, '[DONE]'], [usage], []]) {
        for (const begin of [[], [first]]) {
          const { text, end: how } = said(family, sse(...begin, ...pieces.map((one) => say(one)), ...end));

          assert.equal(how, 'complete');
          assert.equal(fieldsOf(text).get(`.choices.0.${key}`), expected);
        }
      }
    });

    test(`a finish reason in every event of two choices decides nothing: ${what}, ${kind}`, () => {
      const events = pieces.flatMap((one) => [say(one, 0), say(one, 1)]);

      const { text } = said(family, sse(...events, '[DONE]'));

      assert.equal(fieldsOf(text).get(`.choices.0.${key}`), expected);
      assert.equal(fieldsOf(text).get(`.choices.1.${key}`), expected);
    });

    test(`text behind a finish reason goes on with the text before it: ${what}, ${kind}`, () => {
      const [one = '', ...more] = pieces;
      const stops = say('', 0);
      const stream = sse(say(one, 0, null), stops, ...more.map((piece) => say(piece, 0, null)), stops);

      const { text, end } = said(family, stream + sse('[DONE]'));

      assert.equal(end, 'complete');
      assert.equal(fieldsOf(text).get(`.choices.0.${key}`), expected);
    });
  }
}

test('what is undecided at a finish reason waits, and with it the reason and all behind it, until the stream ends', () => {
  const usage = chatChunk({ usage: { prompt_tokens: 1, completion_tokens: 2 } });
  const last = sse(content('42', 0, null), content('', 0), usage);
  const enforcer = open('chat/completions');

  assert.equal(enforcer.push(sse(content('It is ', 0, null)) + last), sse(content('It is ', 0, null)));
  assert.equal(enforcer.push(': ping\n\n'), ': ping\n\n');
  assert.equal(enforcer.push(sse('[DONE]')), last + sse('[DONE]'));
});

test('another choice does not wait for the end of one that has finished', () => {
  const enforcer = open('chat/completions');
  enforcer.push(sse(content('42'), content('so ', 1, null)));
  const empty = { choices: [{ index: 1, delta: {}, finish_reason: null }] };

  enforcer.push(sse(empty));

  assert.equal(enforcer.push(sse(content('it is ', 1, null))), sse(content('it is ', 1, null)));
});

test('the answer of a provider that always says it has finished does not wait for its reasoning', () => {
  const enforcer = open('chat/completions');
  enforcer.push(sse(reasoning('so it is 42.')));

  assert.equal(enforcer.push(sse(content('It is '))), sse(content('It is ')));
});

test('a stream that breaks off behind a finish reason shows nothing that is undecided', () => {
  const enforcer = open('chat/completions');
  const out = enforcer.push(sse(content('Card 4111 11')));

  assert.equal(fieldsOf(out + enforcer.end(true).text).get('.choices.0.delta.content'), 'Card ');
});

test('a stream that ends with text behind the last finish reason was cut off', () => {
  const { text, end } = said('chat/completions', sse(content('Card 4111 11'), content('11 11', 0, null)));

  assert.equal(end, 'cut');
  assert.equal(fieldsOf(text).get('.choices.0.delta.content'), 'Card ');
});
