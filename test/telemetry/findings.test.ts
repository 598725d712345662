import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, start, value } from './exposed.ts';
import { decision, finished } from './finished.ts';

test('a match is counted by its rule and by what was done', async (t) => {
  const { metrics, text } = start(t);
  const trial = decision({ policy: 'prompt-injection', rule: 'override', result: 'shadow_deny' });

  metrics.record(finished({ decisions: [decision(), decision(), trial] }));
  metrics.record(finished({ decisions: [decision()] }));
  const body = await text();

  const findings = `${gateway}findings_total{policy=`;
  assert.equal(value(body, `${findings}"pii-detector",rule="EMAIL",result="rewrite"}`), 3);
  assert.equal(value(body, `${findings}"prompt-injection",rule="override",result="shadow_deny"}`), 1);
});
