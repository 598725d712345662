import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FinishedQuestion, QuestionOutcome } from '../../src/record/finished-question.ts';
import { gateway, primary, series, start, value } from './exposed.ts';
import { finished } from './finished.ts';

test('an exchange is counted by target and outcome, with labels from the configuration', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);

  metrics.record(finished({ model: 'what the exchange says' }));
  metrics.record(finished());
  const body = await text();

  const labels =
    'target="primary",provider="together",model="llama",endpoint="chat_completions",status="200",verdict="allow",code=""';
  assert.equal(value(body, `${gateway}requests_total{${labels}} `), 2);
  assert.equal(value(body, `${gateway}upstream_attempts_total{target="primary",outcome="success"}`), 2);
  assert.equal(value(body, `${gateway}upstream_attempts_total{target="primary",outcome="failure"}`), 0);
  const tokens = 'target="primary",provider="together",model="llama",direction';
  assert.equal(value(body, `${gateway}tokens_total{${tokens}="input"}`), 240);
  assert.equal(value(body, `${gateway}tokens_total{${tokens}="output"}`), 90);
  assert.equal(value(body, `${gateway}policy_evaluations_total{policy="pii-detector",result="allow"}`), 4);
  assert.equal(value(body, `${gateway}inflight`), 2);
  assert.equal(value(body, `${gateway}log_lines_dropped_total`), 7);
  assert.equal(value(body, `${gateway}spans_dropped_total`), 9);
});

test('durations fall into cumulative buckets in seconds', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);

  for (const durationMs of [5, 10, 10.001, 700_000]) metrics.record(finished({ durationMs }));
  const body = await text();

  const bucket = (le: string): number =>
    value(
      body,
      `${gateway}request_duration_seconds_bucket{provider="together",endpoint="chat_completions",le="${le}"}`,
    );
  assert.equal(bucket('0.01'), 2);
  assert.equal(bucket('0.02'), 3);
  assert.equal(bucket('655'), 3);
  assert.equal(bucket('+Inf'), 4);
  assert.equal(value(body, `${gateway}request_duration_seconds_count`), 4);
  assert.ok(Math.abs(value(body, `${gateway}request_duration_seconds_sum`) - 700.025001) < 1e-6);
});

test('only streams are observed for hold-back, and are counted when they end early', async (t) => {
  const { metrics, text } = start(t);

  metrics.record(finished({ stream: true, aborted: 'upstream', holdBackMs: 2 }));
  metrics.record(finished({ aborted: 'client' }));
  const body = await text();

  assert.equal(value(body, `${gateway}policy_holdback_seconds_count`), 1);
  assert.equal(value(body, `${gateway}streams_aborted_total{reason="upstream"}`), 1);
  assert.equal(value(body, `${gateway}streams_aborted_total{reason="client"}`), 0);
});

test('the configuration is told as it stands', async (t) => {
  const { metrics, text } = start(t);
  metrics.reloaded('applied');
  metrics.reloaded('rejected');
  metrics.reloaded('rejected');

  const body = await text();

  assert.equal(value(body, 'keeptrusts_config_info{hash="aa",generation="3"}'), 1);
  assert.equal(value(body, 'keeptrusts_config_last_reload_successful'), 0);
  assert.equal(value(body, 'keeptrusts_config_last_reload_success_timestamp_seconds'), 1_700_000_000.5);
  assert.equal(value(body, 'keeptrusts_config_desired_since_timestamp_seconds'), 1_700_000_001);
  assert.equal(value(body, 'keeptrusts_config_watch_degraded'), 1);
  assert.equal(value(body, 'keeptrusts_config_reloads_total{result="applied"}'), 1);
  assert.equal(value(body, 'keeptrusts_config_reloads_total{result="rejected"}'), 2);
});

test('ten thousand odd names open no series of their own', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.record(finished());
  const before = series(await text()).length;

  for (let count = 0; count < 10_000; count += 1) {
    const odd = `odd-${count}`;
    const evaluations = [{ policy: odd, result: 'allow', durationMs: 1 }] as const;
    const attempts = [{ target: odd, outcome: 'failure', result: 500, durationMs: 1 }] as const;
    const status = 600 + count;
    metrics.record(
      finished({
        requestedModel: odd,
        model: odd,
        provider: odd,
        target: odd,
        status,
        evaluations,
        attempts,
      }),
    );
  }
  const body = await text();

  assert.doesNotMatch(body, /odd-/);
  assert.ok(series(body).length - before < 100, `${series(body).length - before} more`);
  assert.equal(value(body, `${gateway}upstream_attempts_total{target="other",outcome="failure"}`), 10_000);
});

test('beyond the limit everything counts as other, nothing is lost, and the metric says so', async (t) => {
  const { metrics, text } = start(t, 100);
  const targets = Array.from({ length: 200 }, (_, index) => ({
    id: `t${index}`,
    provider: `p${index}`,
    model: 'm',
  }));
  for (const target of targets) metrics.admitTarget(target);

  for (const { id } of targets) metrics.record(finished({ target: id, attempts: [] }));
  const body = await text();

  const lines = series(body);
  const requests = lines.filter((line) => line.startsWith(`${gateway}requests_total`));
  const total = requests.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  assert.equal(total, 200);
  assert.ok(value(body, `${gateway}metrics_dropped_series_total`) > 0);
  assert.ok(lines.length < 250, `${lines.length} series`);
  assert.equal(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).size, lines.length);
});

test('targets called other or none share series instead of doubling them', async (t) => {
  const { metrics, text } = start(t, 60);
  for (const id of ['other', 'none', 'x', 'y']) metrics.admitTarget({ id, provider: id, model: id });

  for (const target of ['other', 'none', 'x', 'y', 'unknown', undefined])
    metrics.record(finished({ target }));
  const lines = series(await text());

  assert.equal(new Set(lines.map((line) => line.slice(0, line.lastIndexOf(' ')))).size, lines.length);
});

test('the series of a target go when its last snapshot retires, and make room', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.admitTarget(primary);
  metrics.record(finished());

  metrics.retireTarget(primary);
  assert.match(await text(), /target="primary"/);
  metrics.retireTarget(primary);

  assert.doesNotMatch(await text(), /target="primary"|provider="together"/);
});

test('ten thousand reloads with other targets leave no series behind', async (t) => {
  const { metrics, text } = start(t);
  const before = series(await text()).length;

  for (let count = 0; count < 10_000; count += 1) {
    const target = { id: `t${count}`, provider: `p${count}`, model: `m${count}` };
    metrics.admitTarget(target);
    metrics.record(finished({ target: target.id, attempts: [], evaluations: [] }));
    metrics.retireTarget(target);
  }
  const body = await text();

  assert.equal(series(body).length, before);
  assert.equal(value(body, `${gateway}metrics_dropped_series_total`), 0);
});

test('two targets of one provider share its durations until both are gone', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.admitTarget({ ...primary, id: 'secondary' });
  metrics.record(finished());
  metrics.record(finished({ target: 'secondary' }));

  metrics.retireTarget(primary);

  const name = `${gateway}request_duration_seconds_count{provider="together",endpoint="chat_completions"}`;
  assert.equal(value(await text(), name), 2);
});

test('a target with another model begins anew', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.record(finished());

  metrics.admitTarget({ ...primary, model: 'newer' });
  metrics.retireTarget(primary);
  metrics.record(finished());
  const body = await text();

  assert.doesNotMatch(body, /model="llama"/);
  assert.match(body, /requests_total\{target="primary",provider="together",model="newer".*\} 1\n/);
});

test('names with quotes, backslashes and line breaks are escaped', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget({ id: 'a"b\\c\nd', provider: 'p', model: 'm' });

  const body = await text();

  assert.ok(body.includes(String.raw`{target="a\"b\\c\nd",outcome="success"} 0`));
});

const abbreviated = /(^|_)(ms|msec|sec|secs|kb|mb|us|ns)(_|$)/;

test('every metric keeps the rules that promtool checks', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitTarget(primary);
  metrics.record(finished({ stream: true }));

  const lines = (await text()).split('\n');

  const types = new Map(lines.filter((line) => line.startsWith('# TYPE ')).map((line) => typeOf(line)));
  assert.ok(types.size > 25);
  for (const [name, type] of types) {
    assert.ok(
      lines.some((line) => line.startsWith(`# HELP ${name} `) && line.length > `# HELP ${name} `.length),
      name,
    );
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.doesNotMatch(name, abbreviated);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    if (type === 'histogram') assert.match(name, /_seconds$/);
    assert.doesNotMatch(name, /_(count|sum|bucket|counter|gauge|histogram)(_|$)/);
  }
  for (const line of series(lines.join('\n'))) {
    const name = line.split(/[{ ]/, 1)[0] ?? '';
    assert.ok(types.has(name) || types.has(name.replace(/_(bucket|sum|count)$/, '')), line);
    assert.match(line, / (\d|\+Inf)/);
  }
});

function typeOf(line: string): [string, string] {
  const [, , name = '', type = ''] = line.split(' ');
  return [name, type];
}

test('the process is measured', async (t) => {
  const { text } = start(t);
  const before = value(await text(), 'process_cpu_seconds_total');

  const body = await text();

  assert.ok(value(body, 'process_cpu_seconds_total') >= before);
  assert.ok(value(body, 'process_resident_memory_bytes') > 10_000_000);
  assert.ok(value(body, 'process_open_fds') > 0);
  assert.ok(Math.abs(value(body, 'process_start_time_seconds') - Date.now() / 1000) < 600);
  assert.ok(value(body, 'nodejs_eventloop_lag_max_seconds') >= 0);
});

const url = 'http://analyzer:3000/analyze';

function question(outcome: QuestionOutcome, durationMs: number, texts: number): FinishedQuestion {
  return { url, outcome, durationMs, texts, error: undefined, startedAt: 0, spanId: undefined };
}

test('questions to an adviser are counted by how they ended, with their texts and their time', async (t) => {
  const { metrics, advisers, text } = start(t);
  metrics.admitAdvisers([url]);
  advisers.push({ url, state: 'open' });
  for (const [outcome, ms, texts] of [
    ['success', 4, 3],
    ['success', 40, 1],
    ['timeout', 1000, 2],
    ['unasked', 0, 5],
  ] as const)
    metrics.questioned(question(outcome, ms, texts));
  const scraped = await text();

  const counted = (outcome: string): number =>
    value(scraped, `${gateway}questions_total{url="${url}",outcome="${outcome}"}`);
  assert.deepEqual(['success', 'failure', 'timeout', 'void', 'unasked'].map(counted), [2, 0, 1, 0, 1]);
  assert.equal(value(scraped, `${gateway}question_texts_total{`), 6);
  assert.equal(value(scraped, `${gateway}question_duration_seconds_count{`), 3);
  assert.equal(value(scraped, `${gateway}question_duration_seconds_sum{`), 1.044);
  assert.equal(value(scraped, `${gateway}adviser_state{url="${url}",state="open"}`), 1);
  assert.equal(value(scraped, `${gateway}adviser_state{url="${url}",state="closed"}`), 0);
});

test('the series of an adviser go with the last configuration that names it', async (t) => {
  const { metrics, text } = start(t);
  metrics.admitAdvisers([url]);
  metrics.admitAdvisers([url]);
  metrics.retireAdvisers([url]);
  metrics.questioned(question('success', 1, 1));
  assert.equal(value(await text(), `${gateway}questions_total{url="${url}",outcome="success"}`), 1);
  metrics.retireAdvisers([url]);
  metrics.questioned(question('success', 1, 1));

  assert.equal(
    series(await text()).some((line) => line.includes(url)),
    false,
  );
});
