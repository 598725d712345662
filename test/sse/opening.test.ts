import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Opening, type OpeningState } from '../../src/sse/opening.ts';
import { answerStreams } from '../support/answer-streams.ts';
import { dialectOf, type Family } from '../support/calls.ts';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { piiTexts } from '../support/pii-texts.ts';
import { bytewise, cutBytes, enforcerOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

const options = { json: { depth: 64, nodes: 1_000 }, eventChars: 10_000, isStream: true };

function openingOf(family: Family): Opening {
  return new Opening({ ...options, dialect: dialectOf(family) }, 'text/event-stream');
}

function stateAfter(family: Family, stream: string): OpeningState {
  const opening = openingOf(family);
  for (const byte of bytewise(stream)) opening.push(byte);
  assert.equal(openingOf(family).push(Buffer.from(stream)), opening.state);
  return opening.state;
}

const role = chatChunk({ role: 'assistant', content: '' });

const cases: readonly (readonly [Family, string, OpeningState])[] = [
  ['chat/completions', '', 'undecided'],
  ['chat/completions', ': ping\n\n', 'undecided'],
  ['chat/completions', sse(role), 'undecided'],
  ['chat/completions', sse({ choices: [], prompt_filter_results: [{ severity: 'safe' }] }), 'undecided'],
  ['chat/completions', sse(role, chatChunk({ content: 'é' })), 'content'],
  [
    'chat/completions',
    sse(role, chatChunk({ delta: { tool_calls: [{ index: 0, function: { name: 'f' } }] } })),
    'content',
  ],
  ['chat/completions', sse(role, chatChunk({ finishReason: 'stop' })), 'content'],
  ['chat/completions', sse(role, 'not JSON'), 'content'],
  ['chat/completions', sse(role, { error: { message: 'x' } }), 'error'],
  ['chat/completions', sse({ object: 'error', message: 'x' }), 'error'],
  [
    'chat/completions',
    sse({ error: { code: 1 }, choices: [{ delta: { content: '' }, finish_reason: 'error' }] }),
    'error',
  ],
  ['chat/completions', sse('[DONE]'), 'terminal'],
  ['chat/completions', sse(chatChunk({ content: 'a' }), { error: { message: 'x' } }), 'content'],
  ['responses', sse({ type: 'response.created', response: { instructions: 'x' } }), 'undecided'],
  ['responses', sse({ type: 'response.output_text.delta', delta: 'a' }), 'content'],
  ['responses', sse({ type: 'response.created' }, { type: 'response.failed', response: {} }), 'error'],
  ['responses', sse({ type: 'error', message: 'x' }), 'error'],
  ['responses', sse({ type: 'response.completed', response: {} }), 'terminal'],
];

test('a stream opens with its first content, and until then an error is a failed attempt', () => {
  for (const [family, stream, state] of cases) assert.equal(stateAfter(family, stream), state, stream);
});

const texts = fc
  .array(fc.oneof(piiTexts, fc.constantFrom('é', '😀', '"')), { maxLength: 4 })
  .map((all) => all.join(' '));
const fields = ['content', 'reasoning_content', 'arguments'] as const;
const cutStreams = answerStreams(texts, fields).chain(({ stream }) =>
  fc
    .tuple(
      fc.constantFrom('', '\ufeff').map((mark) => mark + stream),
      fc.nat({ max: 4 }),
    )
    .chain(([marked, more]) => fc.record({ pieces: cutBytes(marked), more: fc.constant(more) })),
);

test('a stream leaves the same, wherever its opening stopped reading', () => {
  fc.assert(
    fc.property(cutStreams, fc.boolean(), ({ pieces, more }, isTimed) => {
      const expected = relayed(enforcerOf('chat/completions', guardsOf(linked(piiPolicy()))), pieces);
      const enforcer = enforcerOf('chat/completions', guardsOf(linked(piiPolicy())));
      const opening = openingOf('chat/completions');
      const rest = [...pieces];
      let left = isTimed ? more : rest.length; // a clock ends the opening, too
      for (; left > 0 && opening.state === 'undecided'; left -= 1) opening.push(rest.shift() ?? Buffer.of());

      const { decoder } = opening.opened;
      const first = enforcer.begin(opening.opened);
      const text = rest.map((piece) => enforcer.push(decoder.push(piece))).join('');
      const last = enforcer.end();

      assert.deepEqual([first + text + last.text, last.end], [expected.text, expected.end]);
    }),
    { numRuns: 1_000 },
  );
});

test('no event is read twice, before the commit point or behind it', () => {
  const events = [
    { type: 'response.created', response: {} },
    { type: 'response.output_text.delta', item_id: 'a', content_index: 0, delta: 'a' },
    { type: 'response.output_text.delta', item_id: 'b', content_index: 0, delta: 'b' },
    { type: 'response.completed', response: {} },
  ];
  const dialect = dialectOf('responses');
  const read: string[] = [];
  const counting = {
    ...dialect,
    readEvent(...event: Parameters<typeof dialect.readEvent>) {
      read.push(event[0]);
      return dialect.readEvent(...event);
    },
  };
  const observed: string[] = [];
  const opening = new Opening({ ...options, dialect: counting }, 'text/event-stream');
  const enforcer = enforcerOf('responses', guardsOf(linked(piiPolicy())), {
    dialect: counting,
    observe: (data) => observed.push(data),
  });
  const stream = sse(...events);

  opening.push(Buffer.from(stream));
  assert.equal(read.length, 2);
  const given = enforcer.begin(opening.opened) + enforcer.end().text;

  assert.equal(given, stream);
  assert.deepEqual(
    read,
    events.map((event) => JSON.stringify(event)),
  );
  assert.deepEqual(observed, read);
});
