import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { enforcerOf, relayed } from '../support/streams.ts';
import { sse } from '../support/upstream.ts';

/** An event as servers write it that repeat in `message` all they have said. */
function event(content: string, soFar: string, finish_reason: string | null = null): object {
  return {
    choices: [
      { index: 0, message: { role: 'assistant', content: soFar }, delta: { content }, finish_reason },
    ],
  };
}

const pieces = ['call ', '555-123-', '4567', ' now, or a@', 'b.co'];
const events = pieces.map((piece, at) => event(piece, pieces.slice(0, at + 1).join('')));
const end = event('', pieces.join(''), 'stop');

test('what a stream repeats of its text so far shows nothing undecided, and the end all of it', () => {
  const { text } = relayed(enforcerOf('chat/completions', guardsOf(linked(piiPolicy()))), [
    Buffer.from(sse(...events, end, '[DONE]')),
  ]);

  const expected = [
    event('call ', 'call '),
    event('[PHONE]', 'call '),
    event('', 'call '),
    event(' now, or [EMAIL]', 'call [PHONE] now, or '),
    event('', 'call [PHONE] now, or '),
    event('', 'call [PHONE] now, or [EMAIL]', 'stop'),
  ];
  assert.equal(text, sse(...expected, '[DONE]'));
});

test('a denial is seen in what a stream repeats', () => {
  const enforcer = enforcerOf('chat/completions', guardsOf(linked(piiPolicy({ action: 'block' }))));

  const got = relayed(enforcer, [
    Buffer.from(sse(event('hi ', 'hi '), event('', 'hi a@b.co now'), '[DONE]')),
  ]);

  assert.equal(got.text, sse(event('hi ', 'hi ')));
  assert.equal(got.end, 'denied');
});
