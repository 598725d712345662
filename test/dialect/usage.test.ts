import assert from 'node:assert/strict';
import test from 'node:test';
import { findUsage, readUsage } from '../../src/dialect/usage.ts';
import { scanJson } from '../../src/json/scan.ts';

const limits = { depth: 20, nodes: 10_000 };
const chatCounts = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const zeros = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

const bodies: readonly (readonly [where: string, body: object])[] = [
  ['at the top', { usage: chatCounts }],
  ['under the names of Responses', { usage: { input_tokens: 7, output_tokens: 3 } }],
  ['under both, one of them zero', { usage: { ...zeros, input_tokens: 7, output_tokens: 3 } }],
  ['in x_groq', { x_groq: { id: 'r', usage: chatCounts } }],
  ['in x_groq beside a usage of nothing', { usage: null, x_groq: { usage: chatCounts } }],
  ['in x_groq beside zeros', { x_groq: { usage: chatCounts }, usage: zeros }],
  ['at the top beside zeros in x_groq', { usage: chatCounts, x_groq: { usage: zeros } }],
  ['in a response', { response: { usage: { input_tokens: 7, output_tokens: 3 } } }],
  ['in a choice', { choices: [{ index: 0, delta: {}, usage: chatCounts }] }],
  ['in a message', { message: { usage: { input_tokens: 7, output_tokens: 3 } } }],
  ['with cached tokens', { usage: { ...chatCounts, prompt_tokens_details: { cached_tokens: 4 }, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 3 } }],
  ['with a cost and details behind it', { usage: { ...chatCounts, cost: 0.1, completion_tokens_details: { reasoning_tokens: 1 } }, cached_usage: null }],
]; // prettier-ignore

for (const [where, body] of bodies) {
  test(`usage is read ${where}`, () => {
    const text = JSON.stringify(body);
    const root = scanJson(text, limits);

    assert.ok(root.kind === 'object');
    const expected = { inputTokens: 7, outputTokens: 3, estimated: false };
    assert.deepEqual(readUsage(text, root), expected);
    assert.deepEqual(findUsage(Buffer.from(text), limits), expected);
  });
}

const none: readonly object[] = [
  { usage: null },
  { usage: {} },
  { usage: 'many' },
  { usage: { prompt_tokens: '7', completion_tokens: '3' } },
  { usage: { prompt_tokens: -7, completion_tokens: 3.5 } },
  { usage: { total_tokens: 10 } },
  { usage: [chatCounts] },
  { text: '"usage":{"prompt_tokens":7,"completion_tokens":3}' },
];

for (const body of none) {
  test(`no usage is read in ${JSON.stringify(body)}`, () => {
    const text = JSON.stringify(body);
    const root = scanJson(text, limits);

    assert.ok(root.kind === 'object');
    assert.equal(readUsage(text, root), undefined);
    assert.equal(findUsage(Buffer.from(text), limits), undefined);
  });
}

test('counts of nothing stand where there are no others', () => {
  const text = JSON.stringify({ usage: zeros });
  const root = scanJson(text, limits);

  assert.ok(root.kind === 'object');
  assert.deepEqual(readUsage(text, root), { inputTokens: 0, outputTokens: 0, estimated: false });
});
