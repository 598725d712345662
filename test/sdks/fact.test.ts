import assert from 'node:assert/strict';
import test from 'node:test';
import { type Fact, type RawResult, toFact } from './fact.ts';

const cases: readonly (readonly [string, RawResult, Omit<Fact, 'sdk'>])[] = [
  [
    'a pass',
    { name: 'chat: an answer', outcome: 'passed' },
    { feature: 'chat', text: 'an answer', outcome: 'passed' },
  ],
  [
    'a failure',
    { name: 'stream helper: a: b', outcome: 'failed', detail: 'why' },
    { feature: 'stream helper', text: 'a: b', outcome: 'failed', detail: 'why' },
  ],
  [
    'what the library lacks',
    { name: 'models: none', outcome: 'skipped', detail: 'not offered: no list' },
    { feature: 'models', text: 'none', outcome: 'not-offered', detail: 'no list' },
  ],
  [
    'what the gateway lacks',
    { name: 'chat: none', outcome: 'skipped', detail: 'not served: no path' },
    { feature: 'chat', text: 'none', outcome: 'not-served', detail: 'no path' },
  ],
  [
    'a skip without a reason, which fails',
    { name: 'chat: none', outcome: 'skipped', detail: 'later' },
    { feature: 'chat', text: 'none', outcome: 'failed', detail: 'skipped without a reason: later' },
  ],
  [
    'a pass that names no feature, which fails',
    { name: 'chats: an answer', outcome: 'passed' },
    { feature: undefined, text: 'chats: an answer', outcome: 'failed', detail: 'names no feature' },
  ],
];

for (const [what, result, fact] of cases) {
  test(`a result becomes a fact: ${what}`, () => {
    assert.deepEqual(toFact('openai-node', result), { sdk: 'openai-node', ...fact });
  });
}
