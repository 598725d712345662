import assert from 'node:assert/strict';
import { test } from 'node:test';
import { responseRewriter, responseRewriterSettings } from '../../src/policy/kinds/response-rewriter.ts';
import { guardsOf, linked } from '../support/chains.ts';
import { endOf, streamedFields, type StreamedField } from '../support/streamed-fields.ts';
import { bytewise, enforcerOf, eventsOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

const rules = [
  { name: 'front', pattern: '^', replacement: '"' },
  { name: 'back', pattern: '$', replacement: '"\nNot advice.' },
];

function framing() {
  const settings = responseRewriterSettings.parse({ rules });
  return guardsOf(linked(responseRewriter.create(settings, { holdBackLimit: 512 })));
}

const content = new Set([
  'chat content',
  'chat content part',
  'chat numbered content part',
  'completions text',
  'response.output_text',
]);
const said = ['So', ' it ', 'is.'];

function streamOf({ family, piece, repeats }: StreamedField, pieces: readonly string[]): readonly unknown[] {
  const repeated = repeats?.(pieces.join(''), 0) ?? [];
  const last = repeated.at(-1);
  const item =
    last !== undefined && 'item' in last && typeof last.item === 'object' ? { item: last.item ?? {} } : {};
  return [...pieces.map((text) => piece(text, 0)), ...repeated, ...endOf(family, [{ at: 0, ...item }])];
}

for (const field of streamedFields) {
  test(`${field.name}: ${content.has(field.name) ? 'framed, and so is what repeats it' : 'left alone'}`, () => {
    const framed = content.has(field.name) ? ['"So', ' it ', 'is."\nNot advice.'] : said;

    const { text, end } = relayed(
      enforcerOf(field.family, framing()),
      bytewise(sse(...streamOf(field, said))),
    );

    assert.equal(end, 'complete');
    const expected = streamOf(field, framed).map((one) =>
      typeof one === 'string' ? one : JSON.stringify(one),
    );
    assert.deepEqual(eventsOf(text), expected);
  });
}

for (const text of ['{x} y', ' {x} y', '{"a":1} and prose', '\n {"a":1}', '{}', '[]', '{']) {
  test(`what only may be a document is framed like any other: ${JSON.stringify(text)}`, () => {
    const whole = sse(chatChunk({ content: text }), chatChunk({ finishReason: 'stop' }), '[DONE]');
    const cut = sse(
      ...Array.from(text, (letter) => chatChunk({ content: letter })),
      chatChunk({ finishReason: 'stop' }),
      '[DONE]',
    );

    for (const stream of [whole, cut]) {
      const { text: shown } = relayed(enforcerOf('chat/completions', framing()), bytewise(stream));

      assert.equal(contentOf(shown), `"${text}"\nNot advice.`);
    }
  });
}

function contentOf(stream: string): string {
  const pattern = /"content":("(?:[^"\\]|\\.)*")/g;
  return Array.from(stream.matchAll(pattern), ([, quoted = '""']) => String(JSON.parse(quoted))).join('');
}

test('an answer that is empty, or calls a tool, stays as it is', () => {
  const stream = sse(
    chatChunk({ content: '' }),
    chatChunk({ delta: { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{}' } }] } }),
    chatChunk({ finishReason: 'tool_calls' }),
    '[DONE]',
  );

  assert.equal(relayed(enforcerOf('chat/completions', framing()), bytewise(stream)).text, stream);
});

test('an answer that breaks off has no end', () => {
  const stream = sse(chatChunk({ content: 'So it' }), chatChunk({ content: ' is.' }));

  const { text, end } = relayed(enforcerOf('chat/completions', framing()), [Buffer.from(stream)]);

  assert.equal(end, 'cut');
  assert.match(text, /"\\"So it"/u);
  assert.doesNotMatch(text, /advice/u);
});

test('without a finish reason the end of the stream is the end of the text', () => {
  const stream = sse(chatChunk({ content: 'Yes.' }), '[DONE]');

  const { text } = relayed(enforcerOf('chat/completions', framing()), [Buffer.from(stream)]);

  assert.match(text, /"\\"Yes\.\\"\\nNot advice\."/u);
});

test('an event waits for no more than the next', () => {
  const enforcer = enforcerOf('chat/completions', framing());

  const first = enforcer.push(sse(chatChunk({ content: 'So' })));
  const second = enforcer.push(sse(chatChunk({ content: ' it' })));

  assert.equal(first, '');
  assert.match(second, /"\\"So"/u);
  assert.doesNotMatch(second, / it/u);
});
