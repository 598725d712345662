import { type Bench, nginxNote, type Row, withPeers } from '../bench.ts';
import { cpuPerCall, type CpuLoad } from '../cpu-per-call.ts';
import { compared, type Figure, type RowResult } from '../figure.ts';
import { labelOf } from '../labels.ts';
import type { Peer, PeerName } from '../peers.ts';
import { pairwise, ratio, spread } from '../statistics.ts';

interface CpuRow {
  readonly id: string;
  readonly peers: readonly PeerName[];
  readonly floor: PeerName;
  readonly bars: Readonly<Partial<Record<PeerName, { readonly bar: number; readonly stretch: number }>>>;
  readonly notes: readonly string[];
  load(bench: Bench): CpuLoad;
}

const logNote = 'the gateway logs a line for each call and audits to stdout: a pipe, read by `cat`';

export const cpuOfCalls: Row = row('CPU per call (32 connections, 0.4 KB answer)', {
  id: 'call',
  peers: ['nginx', 'bare', 'ours-logged', 'ours-chain'],
  floor: 'bare',
  bars: { 'ours-logged': { bar: 1.3, stretch: 1.15 }, 'ours-chain': { bar: 1.6, stretch: 1.3 } },
  notes: [logNote, ...nginxNote],
  load: ({ scale }) => ({ shape: 'whole', connections: 32, calls: scale.calls, events: 0 }),
});

export const cpuOfStreams: Row = row('CPU per stream (16 connections, 200 events in 4 writes)', {
  id: 'stream',
  peers: ['bare', 'bare-events', 'ours-mail', 'ours-pii', 'ours-chain'],
  floor: 'bare-events',
  bars: { 'ours-pii': { bar: 1.2, stretch: 0.8 } },
  notes: [logNote, 'the text is harmless prose, one word an event'],
  load: ({ scale }) => ({ shape: 'stream', connections: 16, calls: scale.streams, events: 0 }),
});

function row(title: string, spec: CpuRow): Row {
  return {
    id: spec.id,
    title,
    measure: (bench) => withPeers(bench, spec.peers, (peers) => measure(bench, spec, peers)),
  };
}

async function measure(bench: Bench, spec: CpuRow, peers: readonly Peer[]): Promise<RowResult> {
  const values = await cpuPerCall(bench, peers, () => spec.load(bench));
  return { figures: figures(spec, values), notes: spec.notes };
}

function figures(spec: CpuRow, values: ReadonlyMap<PeerName, readonly number[]>): readonly Figure[] {
  const floor = values.get(spec.floor) ?? [];
  const absolute = spec.peers.flatMap((name) => {
    const of = values.get(name);
    return of === undefined ? [] : [compared(`${spec.id}.us.${name}`, labelOf(name), 'us', spread(of))];
  });
  const relative = spec.peers.flatMap((name): readonly Figure[] => {
    const of = values.get(name);
    if (of === undefined || name === spec.floor) return [];
    const limits = spec.bars[name] ?? { bar: undefined, stretch: undefined };
    const what = `${labelOf(name)}, over ${spec.floor}`;
    return [
      { id: `${spec.id}.ratio.${name}`, what, unit: 'x', spread: pairwise(of, floor, ratio), ...limits },
    ];
  });
  return [...absolute, ...relative];
}
