import { type Bench, interleave, nginxNote, type Row, withPeers } from '../bench.ts';
import { cpuUs } from '../process-usage.ts';
import { compared, type Figure, type RowResult } from '../figure.ts';
import type { LoadOrder } from '../load-order.ts';
import type { Peer, PeerName } from '../peers.ts';
import { pairwise, ratio, spread } from '../statistics.ts';
import { closingEvents, usualEvents } from '../answer-bytes.ts';

interface CpuRow {
  readonly id: string;
  readonly peers: readonly PeerName[];
  readonly floor: PeerName;
  readonly bars: Readonly<Partial<Record<PeerName, { readonly bar: number; readonly stretch: number }>>>;
  readonly notes: readonly string[];
  order(bench: Bench): Pick<LoadOrder, 'shape' | 'connections' | 'calls' | 'events'>;
}

const labels: Readonly<Record<PeerName, string>> = {
  empty: 'empty node:http process',
  nginx: 'nginx, unbuffered, connections kept',
  bare: 'bare: node:http + undici dispatch, bytes as they come',
  'bare-events': 'bare, each event parsed and serialised again',
  'ours-logged': 'ours, no rewriting policy (audit-logger)',
  'ours-mail': 'ours, e-mail redaction',
  'ours-pii': 'ours, every PII entity',
  'ours-chain': 'ours, four-policy chain',
};

const logNote = 'the gateway logs a line for each call and audits to stdout: a pipe, read by `cat`';

export const cpuOfCalls: Row = row('CPU per call (32 connections, 0.4 KB answer)', {
  id: 'call',
  peers: ['nginx', 'bare', 'ours-logged', 'ours-chain'],
  floor: 'bare',
  bars: { 'ours-logged': { bar: 1.3, stretch: 1.15 }, 'ours-chain': { bar: 1.6, stretch: 1.3 } },
  notes: [logNote, ...nginxNote],
  order: ({ scale }) => ({ shape: 'whole', connections: 32, calls: scale.calls, events: 0 }),
});

export const cpuOfStreams: Row = row('CPU per stream (16 connections, 200 events in 4 writes)', {
  id: 'stream',
  peers: ['bare', 'bare-events', 'ours-mail', 'ours-pii', 'ours-chain'],
  floor: 'bare-events',
  bars: { 'ours-pii': { bar: 1.2, stretch: 0.8 } },
  notes: [logNote, 'the text is harmless prose, one word an event'],
  order: ({ scale }) => ({ shape: 'stream', connections: 16, calls: scale.streams, events: 0 }),
});

function row(title: string, spec: CpuRow): Row {
  return {
    id: spec.id,
    title,
    measure: (bench) => withPeers(bench, spec.peers, (peers) => measure(bench, spec, peers)),
  };
}

async function measure(bench: Bench, spec: CpuRow, peers: readonly Peer[]): Promise<RowResult> {
  const order = { ...spec.order(bench), connectsPerSecond: 5000, timeoutMs: 60_000 };
  const bodyBytes = new Map<string, number>();
  for (const { name, port } of peers) bodyBytes.set(name, await lengthOfAnswer(bench, order.shape, port));
  const values = await interleave(bench, peers, async ({ name, pid, port }) => {
    const before = cpuUs(pid);
    await bench.load.run({ ...order, port, bodyBytes: bodyBytes.get(name) ?? 0 });
    return (cpuUs(pid) - before) / order.calls;
  });
  return { figures: figures(spec, values), notes: spec.notes };
}

/** Of one answer that was read with care; in the rounds only its length is compared, which costs the client less. */
async function lengthOfAnswer(bench: Bench, shape: LoadOrder['shape'], port: number): Promise<number> {
  const events = shape === 'stream' ? usualEvents + closingEvents - 1 : 0; // the usage may be hidden
  const once = { connections: 1, calls: 1, connectsPerSecond: 1, timeoutMs: 10_000, bodyBytes: 0 };
  return (await bench.load.run({ ...once, shape, port, events })).bodyBytes;
}

function figures(spec: CpuRow, values: ReadonlyMap<string, readonly number[]>): readonly Figure[] {
  const floor = values.get(spec.floor) ?? [];
  const absolute = spec.peers.flatMap((name) => {
    const of = values.get(name);
    return of === undefined ? [] : [compared(`${spec.id}.us.${name}`, labels[name], 'us', spread(of))];
  });
  const relative = spec.peers.flatMap((name): readonly Figure[] => {
    const of = values.get(name);
    if (of === undefined || name === spec.floor) return [];
    const limits = spec.bars[name] ?? { bar: undefined, stretch: undefined };
    const what = `${labels[name]}, over ${spec.floor}`;
    return [
      { id: `${spec.id}.ratio.${name}`, what, unit: 'x', spread: pairwise(of, floor, ratio), ...limits },
    ];
  });
  return [...absolute, ...relative];
}
