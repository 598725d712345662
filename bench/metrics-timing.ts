import { getHeapStatistics } from 'node:v8';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '../src/telemetry/metrics.ts';
import { bounds } from '../src/telemetry/metric-labels.ts';
import type { FinishedExchange } from '../src/record/finished-exchange.ts';

// What counting one exchange of the four-policy chain costs: by the tallies of the gateway, and by the client library with
// the same names, labels and buckets. `node bench/metrics-timing.ts`: microseconds and bytes allocated, a call.

const calls = 100_000;
const rounds = 5;
const policies = ['prompt-injection', 'safety-filter', 'pii-detector'];
const target = { id: 'primary', provider: 'together', model: 'llama' };

const exchange: FinishedExchange = {
  requestId: '01J',
  trace: undefined,
  startedAt: 0,
  endpoint: 'chat_completions',
  generation: 3,
  configHash: 'c',
  requestedModel: 'llama',
  target: target.id,
  provider: target.provider,
  model: target.model,
  stream: false,
  status: 200,
  verdict: 'allow',
  code: undefined,
  durationMs: 212.5,
  firstByteMs: 208,
  overheadMs: 0.2,
  holdBackMs: 0,
  attempts: [{ target: target.id, outcome: 'success', result: 200, durationMs: 210 }],
  evaluations: [...policies, ...policies.slice(1)].map((policy) => {
    return { policy, result: 'allow', durationMs: 0.01 } as const;
  }),
  decisions: [],
  usage: { inputTokens: 120, outputTokens: 45, estimated: false },
  costNanoUsd: 12_345,
  requestBytes: 400,
  replyBytes: 900,
  uninspected: [],
  aborted: undefined,
};

function ours(): () => void {
  const metrics = new Metrics(policies);
  metrics.admitTarget(target);
  return () => metrics.record(exchange);
}

function counter(name: string, ...labelNames: string[]): Counter<string> {
  return new Counter({ name, help: name, labelNames, registers: [] });
}

function histogram(name: string, boundsMs: readonly number[], ...labelNames: string[]): Histogram<string> {
  const buckets = boundsMs.map((bound) => bound / 1000);
  return new Histogram({ name, help: name, labelNames, buckets, registers: [] });
}

function byTheLibrary(): () => void {
  const of = ['target', 'provider', 'model'];
  const requests = counter('requests_total', ...of, 'endpoint', 'status', 'verdict', 'code');
  const request = histogram('request_seconds', bounds.request, 'provider', 'endpoint');
  const firstByte = histogram('first_byte_seconds', bounds.firstByte, 'target');
  const overhead = histogram('overhead_seconds', bounds.overhead);
  const evaluations = counter('policy_evaluations_total', 'policy', 'result');
  const policySeconds = histogram('policy_seconds', bounds.policy, 'policy');
  const attempts = counter('attempts_total', 'target', 'outcome');
  const tokens = counter('tokens_total', ...of, 'direction');
  const cost = counter('cost_usd_total', ...of);
  return () => {
    const { endpoint, verdict, usage, costNanoUsd = 0 } = exchange;
    const { id, provider, model } = target;
    const named = { target: id, provider, model };
    requests.inc({ ...named, endpoint, status: String(exchange.status), verdict, code: exchange.code ?? '' });
    request.observe({ provider, endpoint }, exchange.durationMs / 1000);
    firstByte.observe({ target: id }, (exchange.firstByteMs ?? 0) / 1000);
    overhead.observe(exchange.overheadMs / 1000);
    for (const { outcome } of exchange.attempts) attempts.inc({ target: id, outcome });
    tokens.inc({ ...named, direction: 'input' }, usage?.inputTokens);
    tokens.inc({ ...named, direction: 'output' }, usage?.outputTokens);
    cost.inc(named, costNanoUsd / 1e9);
    for (const { policy, result, durationMs } of exchange.evaluations) {
      evaluations.inc({ policy, result });
      policySeconds.observe({ policy }, durationMs / 1000);
    }
  };
}

function measured(count: () => void): { readonly us: number; readonly bytes: number } {
  const allocated = getHeapStatistics().total_allocated_bytes;
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) count();
  const { user, system } = process.cpuUsage(before);
  const bytes = getHeapStatistics().total_allocated_bytes - allocated;
  return { us: (user + system) / calls, bytes: bytes / calls };
}

const ways = { ours: ours(), library: byTheLibrary() };
for (const count of Object.values(ways)) measured(count); // warms up
for (let round = 0; round < rounds; round += 1) {
  for (const [way, count] of Object.entries(ways)) {
    const { us, bytes } = measured(count);
    process.stdout.write(`${way}: ${us.toFixed(2)} us, ${bytes.toFixed(0)} bytes a call\n`);
  }
}
