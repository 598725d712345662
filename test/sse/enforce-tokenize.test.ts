import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerGuards } from '../../src/policy/answer-guards.ts';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { fingerprintWith } from '../../src/policy/fingerprint.ts';
import { evidence, linked, piiPolicy } from '../support/chains.ts';
import { endOf, type StreamedField, streamedFields } from '../support/streamed-fields.ts';
import { bytewise, enforcerOf, eventsOf, relayed } from '../support/streams.ts';
import { sse } from '../support/upstream.ts';
import { enforceAnswer } from '../support/driven.ts';

const value = 'ann@example.com';

/** The answer side of a call that left one value behind, and what stands for it. */
function exchange(): { readonly guards: FieldGuards; readonly placeholder: string } {
  const record = evidence();
  const placeholder = record.placeholders.put('EMAIL', value, fingerprintWith('test')('1'));
  return { guards: answerGuards([linked(piiPolicy({ action: 'tokenize' }))], record), placeholder };
}

function streamOf(field: StreamedField, text: string, pieces: readonly string[]): string {
  const repeats = field.repeats?.(text, 0) ?? [];
  const last = repeats.at(-1);
  const item = last !== undefined && 'item' in last && typeof last.item === 'object' ? last.item : undefined;
  const end = endOf(field.family, [item === undefined || item === null ? { at: 0 } : { at: 0, item }]);
  return sse(...pieces.map((piece) => field.piece(piece, 0)), ...repeats, ...end);
}

/** All pieces of the field in order, then everything else that the stream says. */
function readingOf(
  stream: string,
  field: StreamedField,
): { readonly text: string; readonly rest: readonly string[] } {
  const [before = '', after = ''] = JSON.stringify(field.piece('\u0001', 0)).split('\\u0001');
  const isPiece = (data: string): boolean => data.startsWith(before) && data.endsWith(after);
  const events = eventsOf(stream);
  const pieces = events.filter(isPiece).map((data) => data.slice(before.length, data.length - after.length));
  return { text: pieces.join(''), rest: events.filter((data) => !isPiece(data)) };
}

for (const field of streamedFields) {
  test(`a value is given back however its placeholder is cut: ${field.name}`, () => {
    const { guards, placeholder } = exchange();
    const said = (who: string): string => {
      const words = `Mail ${who}, or ${who}.`;
      return field.isJson === true ? JSON.stringify({ to: words }) : words;
    };
    const stream = streamOf(field, said(placeholder), said(placeholder).split(''));

    const got = relayed(enforcerOf(field.family, guards), bytewise(stream));

    const expected = readingOf(streamOf(field, said(value), [said(value)]), field);
    assert.deepEqual(readingOf(got.text, field), expected);
    assert.equal(got.end, 'complete');
  });
}

/** A whole answer whose every text is the same. */
function wholeAnswer(who: string): string {
  return JSON.stringify({
    choices: [{ message: { content: who, refusal: who, reasoning: who, audio: { transcript: who }, annotations: [{ title: who }] } }],
    output: [{ content: [{ text: who }], summary: [{ text: who }] }, { arguments: JSON.stringify({ who }) }, { input: who }],
    odd: { key: who },
  }); // prettier-ignore
}

test('every text of a whole answer gets its values back', () => {
  const { guards, placeholder } = exchange();
  const { body: left } = enforceAnswer(Buffer.from(wholeAnswer(placeholder)), guards, {
    depth: 64,
    nodes: 1_000,
  });

  assert.equal(left.toString(), wholeAnswer(value));
});

test('values stand in a JSON answer as JSON, whatever the model made of their placeholders', () => {
  const { guards, placeholder } = exchange();
  const escaped = JSON.stringify({ to: `\n${placeholder}` }).replace('[', '\\u005b');
  const body = JSON.stringify({ choices: [{ message: { content: escaped } }] });

  const { body: left } = enforceAnswer(
    Buffer.from(body),
    guards,
    { depth: 64, nodes: 1_000 },
    { isJsonAsked: true },
  );

  const content = JSON.stringify({ to: `\n${value}` });
  assert.equal(left.toString(), JSON.stringify({ choices: [{ message: { content } }] }));
});

test('a placeholder that an earlier turn left in an answer stored upstream stays one', () => {
  const { guards } = exchange();
  const stranger = exchange().placeholder.replace(/.\]$/, ']').replace('EMAIL-', 'EMAIL-B');
  const stream = streamOf(streamedFields[0] ?? assert.fail(), `as ${stranger} said`, [`as ${stranger} said`]);

  assert.equal(relayed(enforcerOf('chat/completions', guards), bytewise(stream)).text, stream);
});
