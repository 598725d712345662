import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParsedEvent } from '../../src/dialect/dialect.ts';
import { scanJson } from '../../src/json/scan.ts';
import { dialectOf, type Family } from '../support/calls.ts';

function reading(family: Family, event: unknown): ParsedEvent {
  const text = JSON.stringify(event);
  const root = scanJson(text, { depth: 64, nodes: 1_000 });
  assert.ok(root.kind === 'object');
  return dialectOf(family).readEvent(text, root);
}

/** Each text with its channel, or `whole`. */
function texts(family: Family, event: unknown): readonly string[] {
  return reading(family, event).texts.map(
    ({ site, channel }) => `${site.role} ${channel ?? 'whole'}: ${site.text}`,
  );
}

const chat = (event: unknown) => reading('chat/completions', event);
const choice = (rest: object) => ({ choices: [{ index: 0, delta: {}, ...rest }] });

test('the pieces of a chat event name their choice by its index', () => {
  const delta = {
    role: 'model',
    content: 'a',
    reasoning_content: 'b',
    refusal: 'c',
    tool_calls: [{ index: 3, id: 'x', function: { name: 'd', arguments: 'e' } }],
    function_call: { arguments: 'f' },
    mood: 'g',
    parts: [{ type: 'text', text: 'h' }],
  };

  assert.deepEqual(texts('chat/completions', { id: 'x', provider: 'i', choices: [{ delta, index: 2 }] }), [
    'other whole: i',
    'assistant choices[2].delta.content: a',
    'assistant choices[2].delta.reasoning_content: b',
    'assistant choices[2].delta.refusal: c',
    'assistant choices[2].delta.tool_calls[3].function.name: d',
    'assistant choices[2].delta.tool_calls[3].function.arguments: e',
    'assistant choices[2].delta.function_call.arguments: f',
    'other choices[2].delta.mood: g',
    'assistant choices[2].delta.parts[0].text: h',
  ]);
});

test('pieces outside of a delta are pieces all the same', () => {
  assert.deepEqual(texts('completions', { choices: [{ text: 'a', index: 1 }] }), [
    'assistant choices[1].text: a',
  ]);
  assert.deepEqual(
    texts('chat/completions', { choices: [{ message: { content: 'a' }, note: 'b' }], content: 'c' }),
    ['assistant choices[0].message.content: a', 'other whole: b', 'assistant content: c'],
  );
});

test('an enumeration that a piece repeats is no text', () => {
  const reasoning_details = [{ type: 'reasoning.text', text: 'a', format: 'unknown', index: 0 }];

  assert.deepEqual(texts('chat/completions', { choices: [{ index: 0, delta: { reasoning_details } }] }), [
    'assistant choices[0].delta.reasoning_details[0].text: a',
  ]);
});

test('the name of a tool is over where its arguments begin, and each tool call keeps its own order', () => {
  const { endedBy, laneOf } = dialectOf('chat/completions');
  const at = 'choices[1].delta.';

  assert.equal(endedBy?.(`${at}tool_calls[2].function.arguments`), `${at}tool_calls[2].function.name`);
  assert.equal(endedBy?.(`${at}tool_calls[2].custom.input`), `${at}tool_calls[2].custom.name`);
  assert.equal(endedBy?.(`${at}content`), undefined);
  assert.equal(laneOf?.(`${at}tool_calls[2].function.arguments`), `${at}tool_calls[2]`);
  assert.equal(laneOf?.(`${at}content`), `${at}content`);
  assert.equal(laneOf?.('choices[1].text'), 'choices[1].text');
  assert.equal(dialectOf('responses').laneOf, undefined);
});

test('a choice is finished where it says why', () => {
  const cases: readonly (readonly [unknown, readonly string[]])[] = [
    [choice({ finish_reason: 'stop' }), ['choices[0].']],
    [choice({ finish_reason: 'length', index: 7 }), ['choices[7].']],
    [
      { choices: [{ finish_reason: 'stop' }, { finish_reason: null }, { finish_reason: 'x' }] },
      ['choices[0].', 'choices[2].'],
    ],
    [choice({ finish_reason: null }), []],
    [choice({ finish_reason: '' }), []],
    [choice({ finish_reason: 'null' }), []],
    [choice({}), []],
    [{ choices: null }, []],
    [{ choices: [1, 'x'] }, []],
  ];
  for (const [event, prefixes] of cases) {
    const { completes, isFinish } = chat(event);

    assert.deepEqual(completes, prefixes, JSON.stringify(event));
    assert.equal(isFinish, prefixes.length > 0);
  }
});

test('an error is told in the ways that servers tell it', () => {
  const errors: readonly unknown[] = [
    { error: { message: 'x' } },
    { error: 'x' },
    { error: { message: 'x' }, choices: [] },
    { error: { code: 502 }, choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }] },
    { error: { message: 'x' }, usage: { prompt_tokens: 1 } },
    { object: 'error', message: 'x' },
  ];
  const none: readonly unknown[] = [
    { error: null },
    { error: {} },
    { error: '' },
    {},
    { object: 'chat.completion.chunk' },
  ];
  for (const event of errors) assert.equal(chat(event).isError, true, JSON.stringify(event));
  for (const event of errors) assert.equal(chat(event).isUsageOnly, false);
  for (const event of none) assert.equal(chat(event).isError, false, JSON.stringify(event));
  for (const event of [...none, ...errors]) {
    assert.equal(reading('responses', event).isError, chat(event).isError, JSON.stringify(event));
  }
});

test('only an event without choices is nothing but usage', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2 };

  assert.equal(chat({ choices: [], usage }).isUsageOnly, true);
  assert.equal(chat({ usage }).isUsageOnly, true);
  assert.equal(chat({ choices: [], usage: null }).isUsageOnly, false);
  assert.equal(chat({ choices: [] }).isUsageOnly, false);
  assert.equal(chat({ ...choice({}), usage }).isUsageOnly, false);
  assert.deepEqual(chat({ choices: [], usage }).usage, { inputTokens: 1, outputTokens: 2, estimated: false });
});

function blanked(logprobs: unknown): readonly string[] {
  const { logprobs: own, strayLogprobs } = chat(choice({ logprobs }));
  return [...own, ...strayLogprobs].map(({ replacement }) => replacement);
}

test('empty log probabilities need no emptying', () => {
  assert.deepEqual(blanked({ content: [{ token: 'x' }] }), ['null']);
  assert.deepEqual(blanked([{ token: 'x' }]), ['[]']);
  for (const logprobs of [null, [], {}, { content: [], refusal: null }])
    assert.deepEqual(blanked(logprobs), []);
});

test('the pieces of a responses event are told apart by item, part and kind', () => {
  const at = { output_index: 1, content_index: 2 };
  const cases: readonly (readonly [object, readonly string[]])[] = [
    [
      { type: 'response.output_text.delta', ...at, delta: 'a' },
      ['assistant output[1.2.].response.output_text.delta: a'],
    ],
    [
      { type: 'response.refusal.delta', ...at, delta: 'a' },
      ['assistant output[1.2.].response.refusal.delta: a'],
    ],
    [
      { type: 'response.function_call_arguments.delta', output_index: 0, item_id: 'x', delta: 'a' },
      ['assistant output[0..].response.function_call_arguments.delta: a'],
    ],
    [
      { type: 'response.reasoning_summary_text.delta', item_id: 'x', summary_index: 4, delta: 'a' },
      ['assistant output[x..4].response.reasoning_summary_text.delta: a'],
    ],
    [
      { type: 'odd.delta', output_index: 0, delta: { text: 'a' } },
      ['assistant output[0..].odd.delta.delta.text: a'],
    ],
    [
      { type: 'response.shell_call_command.delta', output_index: 0, command_index: 1, delta: 'a' },
      ['assistant output[0.. command_index 1].response.shell_call_command.delta: a'],
    ],
    [{ type: 'response.output_text.done', ...at, text: 'a' }, ['assistant whole: a']],
    [
      { type: 'response.code_interpreter_call_code.done', output_index: 0, code: 'a' },
      ['assistant whole: a'],
    ],
  ];
  for (const [event, expected] of cases) assert.deepEqual(texts('responses', event), expected);
});

test('what a part or an item holds when it is added begins what its deltas go on with', () => {
  const at = { output_index: 1 };
  const item = (more: object) => ({ type: 'response.output_item.added', ...at, item: more });
  const part = (type: string, more: object) => ({ type, ...at, ...more });
  const cases: readonly (readonly [object, string])[] = [
    [part('response.content_part.added', { content_index: 2, part: { type: 'output_text', text: 'a' } }), 'output[1.2.].response.output_text.delta'],
    [part('response.content_part.added', { content_index: 2, part: { type: 'refusal', refusal: 'a' } }), 'output[1.2.].response.refusal.delta'],
    [part('response.reasoning_summary_part.added', { summary_index: 3, part: { type: 'summary_text', text: 'a' } }), 'output[1..3].response.reasoning_summary_text.delta'],
    [item({ type: 'message', content: [{ type: 'output_text', text: 'a' }] }), 'output[1.0.].response.output_text.delta'],
    [item({ type: 'message', content: [{ type: 'refusal', refusal: 'a' }] }), 'output[1.0.].response.refusal.delta'],
    [item({ type: 'reasoning', content: [{ type: 'reasoning_text', text: 'a' }] }), 'output[1.0.].response.reasoning_text.delta'],
    [item({ type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }] }), 'output[1..0].response.reasoning_summary_text.delta'],
    [item({ type: 'function_call', arguments: 'a' }), 'output[1..].response.function_call_arguments.delta'],
    [item({ type: 'mcp_call', arguments: 'a' }), 'output[1..].response.mcp_call_arguments.delta'],
    [item({ type: 'custom_tool_call', input: 'a' }), 'output[1..].response.custom_tool_call_input.delta'],
    [item({ type: 'code_interpreter_call', code: 'a' }), 'output[1..].response.code_interpreter_call_code.delta'],
    [item({ type: 'function_call', name: 'a' }), 'whole'],
    [part('response.output_text.annotation.added', { annotation: { title: 'a' } }), 'whole'],
  ]; // prettier-ignore
  for (const [event, channel] of cases)
    assert.deepEqual(texts('responses', event), [`assistant ${channel}: a`], JSON.stringify(event));
});

function closes(event: object): readonly string[] {
  return reading('responses', event).completes;
}

test('a responses event completes what it closes and nothing beside it', () => {
  assert.deepEqual(closes({ type: 'response.output_text.done', output_index: 1, content_index: 0 }), [
    'output[1.0.].response.output_text.delta',
  ]);
  assert.deepEqual(closes({ type: 'response.output_item.done', output_index: 1 }), ['output[1.']);
  assert.deepEqual(closes({ type: 'response.completed' }), ['output[']);
  assert.deepEqual(closes({ type: 'response.output_text.delta', delta: 'x' }), []);
});

test('the end of a responses stream is told by its terminal events alone', () => {
  const usage = { input_tokens: 1, output_tokens: 2 };
  for (const type of ['response.completed', 'response.incomplete', 'response.failed']) {
    const event = reading('responses', { type, response: { usage } });

    assert.equal(event.isTerminal, true);
    assert.equal(event.isError, type === 'response.failed');
    assert.deepEqual(event.usage, { inputTokens: 1, outputTokens: 2, estimated: false });
  }
  for (const type of [
    'response.output_item.done',
    'response.created',
    'response.output_text.done',
    'error',
  ]) {
    const event = reading('responses', { type });

    assert.equal(event.isTerminal, false);
    assert.equal(event.isFinish, false);
    assert.equal(event.isError, type === 'error');
  }
});

test('sound in a responses stream is not read as text', () => {
  const event = reading('responses', { type: 'response.audio.delta', delta: 'AAAA' });

  assert.deepEqual(event.texts, []);
  assert.deepEqual(event.uninspected, ['audio']);
});
