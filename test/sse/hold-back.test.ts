import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { type StreamedField, streamedFields } from '../support/streamed-fields.ts';
import { enforcerOf } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

const prose = `The harbour was quiet in the early morning, and only two of the fishing boats (the older ones) had come back.
Marie's brother had promised to be there by 7:30; it was 8 now. "He'll come," she said - and then, not quite believing it:
"He always does." On the quay stood 12 crates, numbered 1/12 to 12/12, worth about $3,400 in all; somebody had written
"handle with care" on each. In 1998 the same quay had held 140 crates a day, i.e. ten times as many...
- rule 1: never leave the nets wet
- rule 2: pay on Friday, at 3 p.m., in cash.`;

const tokens = prose.split(/(?=[ \n])|(?<=[(“"])/u);

/** The text of a piece as it stands in its event. */
const written = (text: string): string => JSON.stringify(text).slice(1, -1);

/** How many code units of text are withheld after each token. */
function withheld(field: StreamedField, pieces: readonly string[]): readonly number[] {
  const enforcer = enforcerOf(field.family, guardsOf(linked(piiPolicy())));
  const waiting: string[] = [];
  return pieces.map((piece) => {
    waiting.push(piece);
    let out = enforcer.push(sse(field.piece(piece, 0)));
    for (let first = waiting[0]; first !== undefined && out !== ''; first = waiting[0]) {
      const event = sse(field.piece(first, 0));
      assert.ok(out.startsWith(event), `${written(first)} was changed`);
      out = out.slice(event.length);
      waiting.shift();
    }
    assert.equal(out, '');
    return waiting.join('').length;
  });
}

for (const field of streamedFields) {
  test(`of prose less than a word is withheld: ${field.name}`, () => {
    const isJson = field.isJson === true;
    const pieces = isJson ? ['{"text":"', ...tokens.map(written), '"}'] : tokens;

    const held = withheld(field, pieces);

    let at = 0;
    pieces.forEach((piece, index) => {
      at += piece.length;
      const text = pieces.join('').slice(at - (held[index] ?? 0), at);
      assert.doesNotMatch(text.trimStart(), isJson ? / / : /\s/, `after ${JSON.stringify(piece)}`);
    });
  });
}

const eventChars = sse(chatChunk({ content: '12345678' })).length;

const worst = [
  { name: 'prose', unit: prose },
  { name: 'a local part without end', unit: 'a' },
  { name: 'an address without end', unit: 'a@b-' },
  { name: 'digits without end', unit: '4111 1111 1111 1111 1' },
  { name: 'nothing to be seen', unit: '1\u200b' },
  { name: 'colons', unit: 'ab:' },
  { name: 'a domain without end', unit: 'a@b.' },
];

for (const { name, unit } of worst) {
  test(`of 10 MB no more is withheld than of a little: ${name}`, () => {
    const enforcer = enforcerOf('chat/completions', guardsOf(linked(piiPolicy())));
    const size = 8;
    const text = unit.repeat(Math.ceil(4_000 / unit.length));
    let came = 0;
    let left = 0;
    let most = 0;
    for (let at = 0; came * eventChars < 10_000_000; at = (at + size) % (text.length - size)) {
      came += 1;
      left += enforcer.push(sse(chatChunk({ content: text.slice(at, at + size) }))).split('\n\n').length - 1;
      most = Math.max(most, came - left);
    }

    assert.ok(most <= 512 / size + 1, `${most} events withheld`);
  });
}
