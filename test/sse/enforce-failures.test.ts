import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Common, evidence, guarding, linked, piiPolicy } from '../support/chains.ts';
import { answerGuards } from '../../src/policy/answer-guards.ts';
import { brokenGuard } from '../support/broken-guard.ts';
import { enforcerOf } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

const says = (content: string, index = 0) => chatChunk({ content, index });

function broken(where: 'push' | 'end', common: Common = {}) {
  const record = evidence();
  const chain = [linked(guarding(brokenGuard(where), 'broken'), common), linked(piiPolicy())];
  return { enforcer: enforcerOf('chat/completions', answerGuards(chain, record)), record };
}

test('nothing of a field leaves once its guard broke, also not when the stream is ended', () => {
  const { enforcer, record } = broken('push');
  const out = enforcer.push(sse(says('hi ')));

  assert.throws(() => enforcer.push(sse(says('now break '), says('and after'))), { code: 'policy_failed' });

  assert.equal(out, sse(says('hi ')));
  assert.equal(enforcer.end().text, '');
  assert.deepEqual(
    record.decisions.map(({ policy, result }) => [policy, result]),
    [['broken', 'failed']],
  );
});

test('what was decided in the same piece before a guard broke may still leave', () => {
  const { enforcer } = broken('push');

  assert.throws(() => enforcer.push(sse(says('hi '), says('ho '), says('break'))), { code: 'policy_failed' });

  assert.equal(enforcer.end().text, sse(says('hi '), says('ho ')));
});

test('a guard that breaks at the end of its field lets nothing of it go', () => {
  const { enforcer } = broken('end');
  const out = enforcer.push(sse(says('hi ')));

  assert.throws(() => enforcer.push(sse('[DONE]')), { code: 'policy_failed' });

  assert.equal(out, '');
  assert.equal(enforcer.end().text, sse(says('')));
});

test('a guard that may fail steps aside, and the others of its chain go on', () => {
  for (const where of ['push', 'end'] as const) {
    const { enforcer, record } = broken(where, { onError: 'allow' });
    const stream = sse(says('hi '), says('break '), says('a@b'), says('.co'), '[DONE]');

    const out = enforcer.push(stream);

    assert.equal(out, sse(says('hi '), says('break '), says('[EMAIL]'), says(''), '[DONE]'));
    assert.deepEqual(
      record.decisions.map(({ policy, result }) => `${policy} ${result}`),
      ['broken failed', 'pii-detector rewrite'],
    );
  }
});
