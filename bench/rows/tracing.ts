import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Row, withPeers } from '../bench.ts';
import { Child, freePort, untilReady } from '../child.ts';
import { cpuPerCall } from '../cpu-per-call.ts';
import { compared, type RowResult } from '../figure.ts';
import { labelOf } from '../labels.ts';
import { difference, pairwise, spread } from '../statistics.ts';
import { sampledShare } from '../tracing-environment.ts';

/** What tracing a tenth of the calls adds to all of them. */
export const tracing: Row = {
  id: 'tracing',
  title: 'CPU per call with tracing on, a tenth of the calls sampled',
  async measure(bench): Promise<RowResult> {
    const spanSinkPort = await freePort();
    const command = bench.programs.command('span-sink', spanSinkPort);
    await using sink = new Child({ name: 'the sink of spans', command, core: 'load' });
    await untilReady(sink, spanSinkPort, { path: '/spans' });
    return await measure({ ...bench, surroundings: { ...bench.surroundings, spanSinkPort } }, spanSinkPort);
  },
};

async function measure(bench: Bench, spanSinkPort: number): Promise<RowResult> {
  const { calls, rounds } = bench.scale;
  const traced = calls * (rounds + 1);
  return withPeers(bench, ['ours-chain', 'ours-traced'], async (peers) => {
    const load = { shape: 'whole', connections: 32, calls, events: 0 } as const;
    const values = await cpuPerCall(bench, peers, () => load);
    const spans = await untilExported(spanSinkPort, traced);
    const off = values.get('ours-chain') ?? [];
    const on = values.get('ours-traced') ?? [];
    return {
      figures: [
        compared('tracing.us.off', labelOf('ours-chain'), 'us', spread(off)),
        compared('tracing.us.on', labelOf('ours-traced'), 'us', spread(on)),
        {
          id: 'tracing.added',
          what: 'added by tracing a tenth of the calls',
          unit: 'us',
          spread: pairwise(on, off, difference),
          bar: 10,
          stretch: undefined,
        },
      ],
      notes: [`${spans} spans of ${traced} calls reached the sink, over OTLP on loopback`],
    };
  });
}

const patienceMs = 20_000;
const pollMs = 100;
// A sampled call has a span of its own and one for its attempt.
const fewestSpansEach = 1;
const mostSpansEach = 4;

/** How many spans came, once they are as many as a gateway that traces must send. Else nothing was measured. */
async function untilExported(port: number, calls: number): Promise<number> {
  const least = calls * sampledShare * fewestSpansEach * 0.5; // sampling is a matter of chance
  const most = calls * sampledShare * mostSpansEach;
  const startedAt = performance.now();
  for (;;) {
    const spans = Number(await (await fetch(`http://127.0.0.1:${port}/spans`)).text());
    if (spans > most) throw new Error(`${spans} spans of ${calls} calls: more than a tenth was sampled`);
    if (spans >= least) return spans;
    if (performance.now() - startedAt > patienceMs)
      throw new Error(`only ${spans} spans of ${calls} calls reached the sink: tracing was not on`);
    await sleep(pollMs);
  }
}
