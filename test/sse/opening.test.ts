import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Opening, type OpeningState } from '../../src/sse/opening.ts';
import { dialectOf, type Family } from '../support/calls.ts';
import { bytewise } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

function openingOf(family: Family): Opening {
  const options = {
    dialect: dialectOf(family),
    json: { depth: 64, nodes: 1_000 },
    eventChars: 10_000,
    isStream: true,
  };
  return new Opening(options, 'text/event-stream');
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
