import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { Exposition } from '../../src/telemetry/exposition.ts';
import type { AdviserState, TargetStateName } from '../../src/telemetry/metric-labels.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { ProcessGauge } from '../../src/telemetry/process-gauge.ts';

export const primary = { id: 'primary', provider: 'together', model: 'llama' };
const policies = ['prompt-injection', 'pii-detector'];

/** Metrics as a scrape shows them, with sources that stand still. */
export function start(t: TestContext, seriesLimit = 2000) {
  const targets: { id: string; state: TargetStateName }[] = [];
  const advisers: { url: string; state: AdviserState }[] = [];
  const metrics = new Metrics(policies, seriesLimit);
  const gauge = new ProcessGauge();
  t.after(() => gauge.close());
  const exposition = new Exposition({
    metrics,
    process: gauge,
    inFlight: () => 2,
    droppedLogLines: () => 7,
    droppedSpans: () => 9,
    auditFailures: () => 3,
    isAuditFailing: () => true,
    targets: () => targets,
    advisers: () => advisers,
    config: () => ({
      generation: 3,
      appliedHash: 'aa',
      desiredHash: 'bb',
      lastReloadSuccessful: false,
      lastSuccessAt: 1_700_000_000_500,
      desiredSince: 1_700_000_001_000,
      isWatchDegraded: true,
      weakened: [],
    }),
  });
  return { metrics, targets, advisers, text: () => exposition.text() };
}

/** Every line of a scrape that is a figure. */
export function series(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** The value of the one series whose line begins so. */
export function value(text: string, beginning: string): number {
  const found = series(text).filter((line) => line.startsWith(beginning));
  assert.equal(found.length, 1, `${beginning}: ${found.length} series`);
  return Number(found[0]?.slice(found[0].lastIndexOf(' ') + 1));
}

export const gateway = 'keeptrusts_gateway_';
