import { type Bench, interleave, nginxNote, type Row, withPeers } from '../bench.ts';
import { compared, type Figure, type RowResult } from '../figure.ts';
import type { LoadOrder } from '../load-order.ts';
import type { Peer } from '../peers.ts';
import { difference, pairwise, spread } from '../statistics.ts';

interface Latency {
  readonly id: string;
  readonly what: string;
  readonly bar: number;
  readonly stretch: number;
  readonly order: Pick<LoadOrder, 'shape' | 'calls' | 'events'>;
  readonly of: 'wholeP50Us' | 'firstByteP50Us';
}

/** What the gateway adds to the answer of a provider that answers at once. */
export const addedLatency: Row = {
  id: 'latency',
  title: 'Added p50 (1 connection)',
  measure: (bench) => withPeers(bench, ['nginx', 'bare', 'ours-chain'], (peers) => measure(bench, peers)),
};

async function measure(bench: Bench, peers: readonly Peer[]): Promise<RowResult> {
  const { pingCalls, pacedStreams } = bench.scale;
  const call = { shape: 'whole', calls: pingCalls, events: 0 } as const;
  const stream = { shape: 'paced', calls: pacedStreams, events: 20 } as const;
  const latencies: readonly Latency[] = [
    { id: 'call', what: 'whole call', bar: 80, stretch: 40, order: call, of: 'wholeP50Us' },
    {
      id: 'stream',
      what: 'first byte of a paced stream',
      bar: 350,
      stretch: 200,
      order: stream,
      of: 'firstByteP50Us',
    },
  ];
  const figures: Figure[] = [];
  for (const latency of latencies) figures.push(...(await measureOne(bench, peers, latency)));
  const pace =
    'a paced stream is two writes of ten events, 10 ms apart: its first write holds more than what is held back';
  return { figures, notes: [pace, ...nginxNote] };
}

async function measureOne(
  bench: Bench,
  peers: readonly Peer[],
  latency: Latency,
): Promise<readonly Figure[]> {
  const values = await interleave(bench, peers, async ({ port }) => {
    const once = { connections: 1, connectsPerSecond: 1, bodyBytes: 0, timeoutMs: 60_000 };
    return (await bench.load.run({ ...latency.order, ...once, port }))[latency.of] ?? Number.NaN;
  });
  const ours = values.get('ours-chain') ?? [];
  const nginx = values.get('nginx');
  const bare = values.get('bare') ?? [];
  const id = `latency.${latency.id}`;
  const absolute = peers.map(({ name }) =>
    compared(`${id}.us.${name}`, `${latency.what}, ${name}`, 'us', spread(values.get(name) ?? [])),
  );
  const over = (name: string, base: readonly number[], limits: Pick<Figure, 'bar' | 'stretch'>): Figure => {
    const what = `${latency.what}, four-policy chain, added over ${name}`;
    return {
      id: `${id}.over.${name}`,
      what,
      unit: 'us',
      spread: pairwise(ours, base, difference),
      ...limits,
    };
  };
  const { bar, stretch } = latency;
  const judged = { bar, stretch };
  const forComparison = { bar: undefined, stretch: undefined };
  // Without nginx the bare proxy stands in for it: a stricter base.
  if (nginx === undefined) return [...absolute, over('bare', bare, judged)];
  return [...absolute, over('nginx', nginx, judged), over('bare', bare, forComparison)];
}
