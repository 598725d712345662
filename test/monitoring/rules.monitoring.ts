import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { type Rule, rules, rulesPath } from './chart-queries.ts';

// Every alert fires in its case, and none does where all is well: judged by promtool.

const promtool = process.env['PROMTOOL'] ?? 'promtool';
const run = promisify(execFile);

interface Case {
  readonly series: Readonly<Record<string, string>>;
  /** When it must have fired. */
  readonly at: string;
}

const pod = 'namespace="demo", pod="app-1", container="kt-sidecar"';
const many = (first: number, step: number): string => `${first}+${step}x800`;
const flat = (value: number): string => `${value}x800`;
const calls = (more: string): string =>
  `keeptrusts_gateway_requests_total{${pod}, target="t", endpoint="chat_completions", ${more}}`;
const well = calls('status="200", verdict="allow", code=""');
const failed = calls('status="502", verdict="fault", code="upstream_unreachable"');

const cases: Readonly<Record<string, Case>> = {
  KtConfigRejected: { series: { [`keeptrusts_config_last_reload_successful{${pod}}`]: flat(0) }, at: '5m' },
  KtConfigVersionsDiffer: {
    series: {
      [`keeptrusts_config_info{${pod}, hash="aa", generation="1"}`]: flat(1),
      'keeptrusts_config_info{namespace="demo", pod="app-2", hash="bb", generation="1"}': flat(1),
    },
    at: '40m',
  },
  KtConfigWatchDegraded: { series: { [`keeptrusts_config_watch_degraded{${pod}}`]: flat(1) }, at: '20m' },
  KtConfigWeakened: { series: { [`keeptrusts_config_weakened_total{${pod}}`]: '0x5 1x800' }, at: '10m' },
  KtFaultsFast: { series: { [well]: many(0, 90), [failed]: many(0, 10) }, at: '65m' },
  KtFaultsSlow: { series: { [well]: many(0, 990), [failed]: many(0, 10) }, at: '400m' },
  KtNoTarget: {
    series: {
      [`keeptrusts_gateway_target_state{${pod}, target="t", state="available"}`]: flat(0),
      [`keeptrusts_gateway_target_state{${pod}, target="t", state="unavailable"}`]: flat(1),
    },
    at: '5m',
  },
  KtTargetMisconfigured: {
    series: { [`keeptrusts_gateway_target_state{${pod}, target="t", state="misconfigured"}`]: flat(1) },
    at: '10m',
  },
  KtTargetFails: {
    series: {
      [`keeptrusts_gateway_upstream_attempts_total{${pod}, target="t", outcome="success"}`]: many(0, 10),
      [`keeptrusts_gateway_upstream_attempts_total{${pod}, target="t", outcome="failure"}`]: many(0, 30),
    },
    at: '20m',
  },
  KtOverloaded: {
    series: { [calls('status="503", verdict="fault", code="overloaded"')]: many(0, 1) },
    at: '15m',
  },
  KtPolicyFails: {
    series: {
      [`keeptrusts_gateway_policy_evaluations_total{${pod}, policy="pii-detector", result="failed"}`]: many(
        0,
        1,
      ),
    },
    at: '15m',
  },
  KtAdviserOpen: {
    series: { [`keeptrusts_gateway_adviser_state{${pod}, url="http://a", state="open"}`]: flat(1) },
    at: '5m',
  },
  KtAuditFails: { series: { [`keeptrusts_gateway_audit_failing{${pod}}`]: flat(1) }, at: '5m' },
  KtLogLinesDropped: {
    series: { [`keeptrusts_gateway_log_lines_dropped_total{${pod}}`]: many(0, 3) },
    at: '10m',
  },
  KtSpansDropped: { series: { [`keeptrusts_gateway_spans_dropped_total{${pod}}`]: many(0, 3) }, at: '10m' },
  KtMemoryHigh: { series: { [`process_resident_memory_bytes{${pod}}`]: flat(250e6) }, at: '20m' },
  KtSidecarMissing: {
    series: { 'kt_controller_missing_sidecars{pod="c", reason="host_network"}': flat(2) },
    at: '10m',
  },
  KtCertificateExpires: {
    series: { kt_controller_certificate_expiry_timestamp_seconds: flat(86_400) },
    at: '30m',
  },
  KtAdmissionFails: {
    series: { 'kt_controller_admissions_total{webhook="mutate", result="failed"}': many(0, 1) },
    at: '15m',
  },
  KtWatchStale: { series: { 'kt_controller_watch_age_seconds{resource="pods"}': flat(1200) }, at: '10m' },
};

/** Everything at once, as it is when all is well. */
const healthy: Readonly<Record<string, string>> = {
  [well]: many(0, 1000),
  [failed]: flat(3),
  [calls('status="409", verdict="deny", code="input_blocked"')]: many(0, 500),
  [`keeptrusts_config_last_reload_successful{${pod}}`]: flat(1),
  [`keeptrusts_config_info{${pod}, hash="aa", generation="1"}`]: flat(1),
  [`keeptrusts_config_watch_degraded{${pod}}`]: flat(0),
  [`keeptrusts_config_weakened_total{${pod}}`]: flat(0),
  [`keeptrusts_gateway_target_state{${pod}, target="t", state="available"}`]: flat(1),
  [`keeptrusts_gateway_target_state{${pod}, target="t", state="misconfigured"}`]: flat(0),
  [`keeptrusts_gateway_upstream_attempts_total{${pod}, target="t", outcome="success"}`]: many(0, 100),
  [`keeptrusts_gateway_upstream_attempts_total{${pod}, target="t", outcome="failure"}`]: many(0, 1),
  [`keeptrusts_gateway_policy_evaluations_total{${pod}, policy="pii-detector", result="failed"}`]: flat(0),
  [`keeptrusts_gateway_adviser_state{${pod}, url="http://a", state="open"}`]: flat(0),
  [`keeptrusts_gateway_audit_failing{${pod}}`]: flat(0),
  [`keeptrusts_gateway_log_lines_dropped_total{${pod}}`]: flat(7),
  [`keeptrusts_gateway_spans_dropped_total{${pod}}`]: flat(7),
  [`process_resident_memory_bytes{${pod}}`]: flat(120e6),
  kt_controller_certificate_expiry_timestamp_seconds: flat(7 * 86_400),
  'kt_controller_admissions_total{webhook="mutate", result="allowed"}': many(0, 10),
  'kt_controller_watch_age_seconds{resource="pods"}': flat(30),
};

const alerts = rules.filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

/** Runs promtool over one case; what it says where the alert is not as expected. */
async function judge(
  t: { after(done: () => unknown): void },
  series: Case['series'],
  checks: object,
): Promise<string> {
  const file = join(await temporaryDirectory(t), 'case.json');
  const input_series = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const tests = [{ interval: '1m', input_series, ...checks }];
  writeFileSync(file, JSON.stringify({ rule_files: [rulesPath], evaluation_interval: '1m', tests }));
  return run(promtool, ['test', 'rules', file]).then(
    () => '',
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
  );
}

/** Whether the alert is firing then, by the series that Prometheus itself keeps of alerts. */
const firing = (alert: string, at: string, count: number): object => ({
  promql_expr_test: [
    {
      expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) or vector(0)`,
      eval_time: at,
      exp_samples: [{ labels: '{}', value: count }],
    },
  ],
});

describe('the rules', () => {
  test('are sound to promtool', async () => {
    await run(promtool, ['check', 'rules', rulesPath]);
  });

  for (const { alert, annotations = {} } of alerts) {
    test(`${alert} fires in its case, and only then`, async (t) => {
      const { series, at } = cases[alert] ?? assert.fail(`no case for ${alert}`);

      assert.equal(await judge(t, series, firing(alert, at, 1)), '');
      assert.equal(await judge(t, healthy, firing(alert, '600m', 0)), '');
    });

    test(`${alert} has a page`, () => {
      const page = (annotations['runbook_url'] ?? '').replace('RUNBOOKS/', 'docs/runbooks/');

      assert.ok(existsSync(join(import.meta.dirname, '../..', page)), page);
      assert.ok((annotations['summary'] ?? '') !== '' && (annotations['description'] ?? '') !== '');
    });
  }

  test('a controller without webhooks has no certificate to renew', async (t) => {
    const none = { kt_controller_certificate_expiry_timestamp_seconds: flat(0) };

    assert.equal(await judge(t, none, firing('KtCertificateExpires', '60m', 0)), '');
  });

  test('a wrong expectation is seen', async (t) => {
    assert.match(await judge(t, healthy, firing('KtAuditFails', '10m', 1)), /FAILED/);
  });
});
