import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateway, primary, series, start, value } from './exposed.ts';
import { finished } from './finished.ts';

function requests(model: string): string {
  return `${gateway}requests_total{target="primary",provider="together",model="${model}"`;
}

const labels = 'target="primary",provider="together",model="llama"';

test('what differs in one label alone is counted by itself', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  const others = [
    { endpoint: 'embeddings' },
    { status: 201 },
    { verdict: 'deny' },
    { code: 'policy_failed' },
  ] as const;

  metrics.record(finished());
  for (const other of others) metrics.record(finished(other));
  const body = await text();

  const counted = series(body).filter((line) => line.startsWith(requests('llama')));
  assert.deepEqual(
    counted.map((line) => line.split('} ')[1]),
    ['1', '1', '1', '1', '1'],
  );
});

test('cost is summed in nano-dollars and told in dollars; without pricing a call counts as unpriced', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);

  for (let call = 0; call < 10; call += 1) metrics.record(finished({ costNanoUsd: 100_000_001 }));
  metrics.record(finished({ costNanoUsd: undefined }));
  metrics.record(finished({ costNanoUsd: undefined, usage: undefined }));
  const body = await text();

  assert.equal(value(body, `${gateway}cost_usd_total{${labels}}`), 1.00000001);
  assert.equal(value(body, `${gateway}unpriced_exchanges_total{target="primary"}`), 1);
});

test('complete answers without usage are counted, those that were cut short are not', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  const estimated = { inputTokens: 1, outputTokens: 1, estimated: true };

  metrics.record(finished({ stream: true, usage: estimated }));
  metrics.record(finished({ usage: undefined }));
  metrics.record(finished({ stream: true, usage: estimated, aborted: 'client' }));
  metrics.record(finished({ usage: undefined, status: 500 }));
  metrics.record(finished({ usage: undefined, target: undefined }));

  assert.equal(value(await text(), `${gateway}usage_missing_total{target="primary"}`), 2);
});

test('each target of the configuration is in one state, and in none once it has left it', async (t) => {
  const { metrics, targets, text } = start(t);
  metrics.admitTarget(primary);
  const states = async (): Promise<readonly number[]> => {
    const body = await text();
    return ['available', 'unavailable'].map((state) =>
      value(body, `${gateway}target_state{target="primary",state="${state}"}`),
    );
  };

  assert.deepEqual(await states(), [0, 0]);
  targets.push({ id: 'primary', state: 'available' });
  assert.deepEqual(await states(), [1, 0]);
  targets[0] = { id: 'primary', state: 'unavailable' };
  assert.deepEqual(await states(), [0, 1]);
  metrics.retireTarget(primary);
  assert.doesNotMatch(await text(), /target_state\{/);
});

test('parts that nobody judged and requests that nobody could read are counted by a closed set of names', async (t) => {
  const { metrics, text } = start(t);

  metrics.record(finished({ uninspected: ['image', 'something new'] }));
  metrics.unreadable('headers_too_large');
  const body = await text();

  assert.equal(value(body, `${gateway}uninspected_exchanges_total{part="image"}`), 1);
  assert.equal(value(body, `${gateway}uninspected_exchanges_total{part="other"}`), 1);
  assert.equal(value(body, `${gateway}uninspected_exchanges_total{part="audio"}`), 0);
  assert.equal(value(body, `${gateway}unreadable_requests_total{code="headers_too_large"}`), 1);
  assert.equal(value(body, `${gateway}audit_failures_total`), 3);
});

test('a target that gets another model: calls under the old one count there, and shared counters go on', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.record(finished({ model: 'llama' }));

  metrics.admitTarget({ ...primary, model: 'newer' });
  metrics.record(finished({ model: 'llama' }));
  metrics.record(finished({ model: 'newer' }));
  const both = await text();
  metrics.retireTarget(primary);
  const after = await text();

  assert.equal(value(both, requests('llama')), 2);
  assert.equal(value(both, requests('newer')), 1);
  assert.doesNotMatch(after, /model="llama"/);
  for (const body of [both, after]) {
    assert.equal(value(body, `${gateway}upstream_attempts_total{target="primary",outcome="success"}`), 3);
    assert.equal(value(body, `${gateway}time_to_first_byte_seconds_count{target="primary"}`), 3);
    assert.equal(value(body, `${gateway}request_duration_seconds_count{provider="together"`), 3);
  }
});

test('counters that do not name the model go on where the old one retires before the new one is called', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  const missing = { inputTokens: 1, outputTokens: 1, estimated: true };
  metrics.record(finished({ usage: missing }));

  metrics.admitTarget({ ...primary, model: 'newer' });
  metrics.retireTarget(primary);
  const body = await text();

  assert.doesNotMatch(body, /model="llama"/);
  for (const name of [
    'upstream_attempts_total{target="primary",outcome="success"}',
    'time_to_first_byte_seconds_count{target="primary"}',
    'request_duration_seconds_count{provider="together",endpoint="chat_completions"}',
    'unpriced_exchanges_total{target="primary"}',
    'usage_missing_total{target="primary"}',
  ])
    assert.equal(value(body, `${gateway}${name}`), 1, name);
});

test('the names of the callback are exported where they are asked for, and only then', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.record(finished());
  assert.doesNotMatch(await text(), /keeptrusts_llm/);

  metrics.exportsCallback = true;
  metrics.record(finished({ costNanoUsd: 5e8, status: 777, verdict: 'rewrite' }));
  const body = await text();

  const of = 'model="llama",provider="together"';
  assert.equal(value(body, `keeptrusts_llm_requests_total{${of},status="other",verdict="rewrite"}`), 1);
  assert.equal(value(body, `keeptrusts_llm_tokens_total{${of},direction="input"}`), 120);
  assert.equal(value(body, `keeptrusts_llm_tokens_total{${of},direction="output"}`), 45);
  assert.equal(value(body, `keeptrusts_llm_cost_total{${of}}`), 0.5);
  assert.equal(value(body, `keeptrusts_llm_latency_seconds_count{${of}}`), 1);
  metrics.retireTarget(primary);
  assert.deepEqual(
    series(await text()).filter((line) => line.includes('llm') && line.includes('llama')),
    [],
  );
});
