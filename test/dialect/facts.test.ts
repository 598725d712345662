import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerFacts, type CallFacts, readCallFacts } from '../../src/dialect/facts.ts';
import { scanJson } from '../../src/json/scan.ts';

function objectOf(text: string) {
  const root = scanJson(text, { depth: 64, nodes: 10_000 });
  assert.equal(root.kind, 'object');
  return root;
}

const calls: readonly (readonly [call: unknown, facts: CallFacts])[] = [
  [{}, {}],
  [{ max_tokens: 5 }, { maxTokens: 5 }],
  [{ max_tokens: 5, max_completion_tokens: 6 }, { maxTokens: 6 }],
  [{ max_output_tokens: 7 }, { maxTokens: 7 }],
  [
    { temperature: 0.5, top_p: 1, top_k: 40 },
    { temperature: 0.5, topP: 1, topK: 40 },
  ],
  [
    { frequency_penalty: -1, presence_penalty: 0 },
    { frequencyPenalty: -1, presencePenalty: 0 },
  ],
  [
    { seed: 1, n: 3 },
    { seed: 1, choices: 3 },
  ],
  [
    { encoding_format: 'base64', dimensions: 256 },
    { encodingFormat: 'base64', dimensions: 256 },
  ],
  [{ temperature: null, n: 'x', top_p: [1], encoding_format: 1 }, {}],
];
for (const [call, facts] of calls) {
  test(`what is asked by ${JSON.stringify(call)}`, () => {
    const text = JSON.stringify(call);

    assert.deepEqual(readCallFacts(text, objectOf(text)), facts);
  });
}

function factsOf(...bodies: readonly unknown[]) {
  const facts = new AnswerFacts();
  for (const body of bodies) {
    const text = JSON.stringify(body);
    facts.observe(text, objectOf(text));
  }
  const { id, model, finishReasons } = facts;
  return { id, model, finishReasons };
}

test('a whole answer tells its id, its model and why each choice ended', () => {
  const choices = [{ finish_reason: 'stop' }, { finish_reason: 'length' }];

  assert.deepEqual(factsOf({ id: 'c-1', model: 'm-1', choices }), {
    id: 'c-1',
    model: 'm-1',
    finishReasons: ['stop', 'length'],
  });
});

const event = (finish_reason: unknown) => ({ id: 'c-1', model: 'm-1', choices: [{ finish_reason }] });

test('a streamed answer tells them in its events', () => {
  assert.deepEqual(factsOf(event(null), event(''), event('stop'), { choices: [], usage: {} }), {
    id: 'c-1',
    model: 'm-1',
    finishReasons: ['stop'],
  });
});

test('an answer of the responses family tells its status', () => {
  const response = { id: 'r-1', model: 'm-1', output: [] };

  assert.deepEqual(
    factsOf(
      { response: { ...response, status: 'in_progress' } },
      { response: { ...response, status: 'completed' } },
    ),
    { id: 'r-1', model: 'm-1', finishReasons: ['completed'] },
  );
});

test('nothing a provider says there grows beyond its limit', () => {
  const choices = Array.from({ length: 100 }, () => ({ finish_reason: 'x'.repeat(1000) }));
  const facts = factsOf({ id: 'i'.repeat(1000), model: 'm'.repeat(1000), choices });

  assert.equal(facts.id?.length, 128);
  assert.equal(facts.model?.length, 128);
  assert.equal(facts.finishReasons.length, 16);
  assert.equal(facts.finishReasons[0]?.length, 128);
});
