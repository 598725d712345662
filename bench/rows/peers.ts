import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, interleave, nginxNote, type Row, withPeers } from '../bench.ts';
import { cpuPerCall } from '../cpu-per-call.ts';
import { compared, type Digest, type Figure, type RowResult } from '../figure.ts';
import { measuredPeerNames, isInstalled, missingNotes } from '../installed-peers.ts';
import { labelOf } from '../labels.ts';
import type { LoadOrder, LoadResult } from '../load-order.ts';
import { hasNginx } from '../nginx.ts';
import { type Peer, type PeerName, startPeer } from '../peers.ts';
import { rssBytes } from '../process-usage.ts';
import { pairwise, ratio, spread } from '../statistics.ts';

const mebi = 1024 * 1024;
const ours = 'ours-chain';

type Values = ReadonlyMap<PeerName, readonly number[]>;

/** One quantity, of every peer. */
interface Measure {
  readonly id: string;
  readonly what: string;
  readonly unit: Figure['unit'];
  readonly values: Values;
  /** Whether it says something to divide the others' by ours. */
  readonly isRatio?: boolean;
}

/** Other gateways, as plain proxies to the same upstream, beside ours. */
export const otherGateways: Row = {
  id: 'peers',
  title: 'Other gateways',
  async measure(bench): Promise<RowResult> {
    const floor: readonly PeerName[] = hasNginx ? ['nginx', 'bare'] : ['bare'];
    const names = [...floor, 'ours-logged', ours, ...measuredPeerNames.filter(isInstalled)] as const;
    const fresh = await measureFresh(bench, names);
    const used = await withPeers(bench, names, (peers) => measureUsed(bench, peers));
    const measures = [...used, ...fresh];
    return {
      figures: measures.flatMap((measure) => [...absolute(measure), ...relative(measure)]),
      digest: digest(names, measures),
      notes: [...notes, ...nginxNote, ...missingNotes()],
    };
  },
};

const notes = [
  'the peers enforce nothing here: each is a plain proxy to one provider, with nothing stored; ours with the four-policy chain screens everything',
  'Portkey runs on the same Node as ours; TensorZero in a Python process that only carries it, which is part of its start and memory; LiteLLM with one worker',
  'first answer: from spawn to the end of the first call, on one core',
  'a slow peer gets fewer calls a round; all of them have had a round that warms up',
];

/** Of the usual number of calls a round: what takes milliseconds a call is as well known from fewer. */
function share(name: PeerName): number {
  if (name === 'litellm') return 0.02;
  return name === 'portkey' ? 0.2 : 0.5;
}

function bounded(count: number, name: PeerName, least: number): number {
  return Math.min(count, Math.max(least, Math.round(count * share(name))));
}

async function measureFresh(bench: Bench, names: readonly PeerName[]): Promise<readonly Measure[]> {
  const { scale } = bench;
  const answersMs = new Map<PeerName, number[]>(names.map((name) => [name, []]));
  const idleMb = new Map<PeerName, number[]>(names.map((name) => [name, []]));
  // A first start of each fills the file cache.
  for (let round = 0; round <= scale.peerStarts; round += 1) {
    for (const name of names) {
      await using peer = await startPeer(name, bench.surroundings);
      await once(bench, peer);
      if (round === 0) continue;
      answersMs.get(name)?.push(performance.now() - peer.startedAt);
      await sleep(scale.settleMs);
      idleMb.get(name)?.push(rssBytes(peer.pid) / mebi);
    }
  }
  return [
    { id: 'answers', what: 'first answer', unit: 'ms', values: answersMs },
    { id: 'idle', what: 'RSS idle', unit: 'MB', values: idleMb },
  ];
}

async function measureUsed(bench: Bench, peers: readonly Peer[]): Promise<readonly Measure[]> {
  const { calls, streams, pingCalls, pacedStreams } = bench.scale;
  const call = await cpuPerCall(bench, peers, (name) => {
    return { shape: 'whole', connections: 32, calls: bounded(calls, name, 32), events: 0 };
  });
  const stream = await cpuPerCall(bench, peers, (name) => {
    return { shape: 'stream', connections: 16, calls: bounded(streams, name, 16), events: 0 };
  });
  const whole = await latency(bench, peers, 'wholeP50Us', (name) => {
    return { shape: 'whole', calls: bounded(pingCalls, name, 100), events: 0 };
  });
  const first = await latency(bench, peers, 'firstByteP50Us', (name) => {
    return { shape: 'paced', calls: bounded(pacedStreams, name, 20), events: 20 };
  });
  const usedMb = new Map(peers.map(({ name, pid }) => [name, [rssBytes(pid) / mebi]]));
  return [
    { id: 'call', what: 'CPU per call', unit: 'us', values: call, isRatio: true },
    { id: 'stream', what: 'CPU per stream of 200 events', unit: 'us', values: stream, isRatio: true },
    { id: 'whole', what: 'p50 of a call', unit: 'us', values: whole },
    { id: 'first', what: 'p50 of the first byte of a paced stream', unit: 'us', values: first },
    { id: 'used', what: 'RSS after load', unit: 'MB', values: usedMb },
  ];
}

function once(bench: Bench, { port, door }: Peer): Promise<LoadResult> {
  const single = { connections: 1, calls: 1, connectsPerSecond: 1, bodyBytes: 0, events: 0 };
  return bench.load.run({ ...single, shape: 'whole', port, door, timeoutMs: 30_000 });
}

function latency(
  bench: Bench,
  peers: readonly Peer[],
  of: 'wholeP50Us' | 'firstByteP50Us',
  loadOf: (name: PeerName) => Pick<LoadOrder, 'shape' | 'calls' | 'events'>,
): Promise<Values> {
  const alone = { connections: 1, connectsPerSecond: 1, bodyBytes: 0, timeoutMs: 60_000 };
  return interleave(bench, peers, async ({ name, port, door }) => {
    return (await bench.load.run({ ...loadOf(name), ...alone, port, door }))[of] ?? Number.NaN;
  });
}

function absolute({ id, what, unit, values }: Measure): readonly Figure[] {
  return [...values].map(([name, of]) =>
    compared(`peers.${id}.${name}`, `${what}: ${labelOf(name)}`, unit, spread(of)),
  );
}

/** How many times as much as ours with its whole chain. */
function relative({ id, what, values, isRatio = false }: Measure): readonly Figure[] {
  if (!isRatio) return [];
  return measuredPeerNames.flatMap((name) => {
    const of = values.get(name);
    if (of === undefined) return [];
    const times = pairwise(of, values.get(ours) ?? [], ratio);
    const label = `${what}: ${labelOf(name)}, over ${labelOf(ours)}`;
    return [compared(`peers.${id}.ratio.${name}`, label, 'x', times)];
  });
}

function digest(names: readonly PeerName[], measures: readonly Measure[]): Digest {
  return {
    columns: measures.map(({ what, unit }) => ({ what, unit })),
    lines: names.map((name) => ({
      label: labelOf(name),
      medians: measures.map(({ values }) => spread(values.get(name) ?? []).median),
    })),
  };
}
