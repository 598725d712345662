import { closeSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import type { FinishedExchange } from '../src/record/finished-exchange.ts';
import type { LogLevel } from '../src/telemetry/log.ts';
import { Telemetry } from '../src/telemetry/telemetry.ts';

// Times what the gateway does when an exchange is over, in a process of its own. Argument: least milliseconds for a
// sample. One JSON line a sample; garbage that it makes is collected within it.

const [leastMs = 0, samples = 0] = z.array(z.coerce.number()).parse(process.argv.slice(2));
const targets = ['primary', 'secondary', 'last'];
// What a busy turn of the loop records before the output is flushed.
const burst = 64;

/** Exchanges of the four-policy chain: most whole and allowed, some streams, a fallback, a denial, a fault. */
function exchanges(): readonly FinishedExchange[] {
  return Array.from({ length: 1024 }, (_, at) => exchange(at));
}

function exchange(at: number): FinishedExchange {
  const target = targets[at % targets.length] ?? 'primary';
  const isStream = at % 3 === 0;
  const isDenied = at % 50 === 7;
  const answered = { target, outcome: 'success', result: 200, durationMs: 210.5 } as const;
  const failed = { target: 'primary', outcome: 'failure', result: 503, durationMs: 3.25 } as const;
  const policies = ['prompt-injection', 'safety-filter', 'pii-detector'];
  return {
    requestId: `01J${at.toString(36).padStart(23, '0')}`,
    trace: undefined,
    startedAt: Date.now(),
    endpoint: 'chat_completions',
    generation: 3,
    configHash: 'c'.repeat(64),
    requestedModel: `model-${at % 7}`,
    target: isDenied ? undefined : target,
    provider: isDenied ? undefined : 'together',
    model: isDenied ? undefined : 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    stream: isStream,
    status: isDenied ? 409 : 200,
    verdict: isDenied ? 'deny' : 'allow',
    code: isDenied ? 'input_blocked' : undefined,
    durationMs: 200 + at / 7,
    firstByteMs: 100 + at / 3,
    overheadMs: 0.1 + at / 10_000,
    holdBackMs: isStream ? 1.5 : 0,
    attempts: at % 20 === 3 ? [failed, answered] : [answered],
    evaluations: [
      ...policies.map((policy) => ({ policy, result: 'allow', durationMs: 0.01 }) as const),
      ...policies.slice(1).map((policy) => ({ policy, result: 'allow', durationMs: 0.02 }) as const),
    ],
    decisions: [],
    usage: isDenied ? undefined : { inputTokens: 120 + at, outputTokens: 45 + at, estimated: false },
    costNanoUsd: isDenied ? undefined : 12_345 + at,
    requestBytes: 400 + at,
    replyBytes: 900 + at,
    uninspected: [],
    aborted: undefined,
  };
}

const all = exchanges();

function open(level: LogLevel, outputFd: number): Telemetry {
  const telemetry = new Telemetry({
    log: { format: 'json', level },
    outputFd,
    env: {},
    version: '0.0.0',
    policies: ['prompt-injection', 'safety-filter', 'pii-detector', 'audit-logger'],
    inFlight: () => 0,
    config: () => ({
      generation: 3,
      appliedHash: '',
      desiredHash: '',
      lastReloadSuccessful: true,
      lastSuccessAt: 0,
      desiredSince: 0,
      isWatchDegraded: false,
      weakened: [],
    }),
    auditFailures: () => 0,
    isAuditFailing: () => false,
    targets: () => [],
    advisers: () => [],
  });
  for (const id of targets)
    telemetry.metrics.admitTarget({
      id,
      provider: 'together',
      model: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    });
  return telemetry;
}

/** CPU microseconds of one exchange, its line written out. `record` undefined: what the loop around it costs. */
async function sample(telemetry: Telemetry | undefined): Promise<number> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let recorded = 0;
  while (performance.now() - startedAt < leastMs || recorded === 0) {
    for (let at = 0; at < burst; at += 1) {
      const finished = all[(recorded + at) % all.length];
      if (finished !== undefined) telemetry?.record(finished);
    }
    recorded += burst;
    await setImmediate();
  }
  const { user, system } = process.cpuUsage(before);
  if ((telemetry?.output.dropped ?? 0) > 0) throw new Error('lines were dropped: they cost nothing');
  return (user + system) / recorded;
}

const fd = openSync('/dev/null', 'w');
const telemetries = [
  ['metrics', open('error', fd)],
  ['metrics and line', open('info', fd)],
] as const;
for (const [, telemetry] of telemetries) await sample(telemetry); // warms up
for (let round = 0; round < samples; round += 1) {
  const floor = await sample(undefined);
  for (const [name, telemetry] of telemetries)
    process.stdout.write(`${JSON.stringify({ name, us: (await sample(telemetry)) - floor })}\n`);
}
for (const [, telemetry] of telemetries) await telemetry.close();
closeSync(fd);
