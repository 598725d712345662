import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Row, withPeers } from '../bench.ts';
import { compared, type Figure, type RowResult } from '../figure.ts';
import { type Peer, type PeerName, startPeer } from '../peers.ts';
import { rssBytes } from '../process-usage.ts';
import { spread } from '../statistics.ts';

const mebi = 1024 * 1024;
const peers = ['empty', 'bare', 'ours-chain'] as const satisfies readonly PeerName[];
type Name = (typeof peers)[number];

const labels: Readonly<Record<Name, string>> = {
  empty: 'empty node:http process',
  bare: 'bare',
  'ours-chain': 'ours, four-policy chain',
};

/** How soon it serves, what it weighs idle, and whether it grows. */
export const startAndMemory: Row = {
  id: 'start',
  title: 'Start and memory',
  async measure(bench): Promise<RowResult> {
    const fresh = await measureFresh(bench);
    const used = await withPeers(bench, peers.slice(1), (running) => measureUsed(bench, running));
    return {
      figures: [...fresh, ...used],
      notes: [
        'ready: from spawn to the first 200 (/readyz), on one core; a first start of each fills the file cache and is not counted',
        'RSS "grown": from half of the calls to all of them, in per cent',
      ],
    };
  },
};

async function measureFresh(bench: Bench): Promise<readonly Figure[]> {
  const { scale } = bench;
  const readyMs = new Map<Name, number[]>(peers.map((name) => [name, []]));
  const idleMb = new Map<Name, number[]>(peers.map((name) => [name, []]));
  for (let round = 0; round <= scale.starts; round += 1) {
    // Memory settles slowly and hardly varies: three processes of each are enough.
    const isWeighed = round > 0 && round <= 3;
    for (const name of peers) {
      await using peer = await startPeer(name, bench.surroundings);
      if (round > 0) readyMs.get(name)?.push(peer.readyMs);
      if (!isWeighed) continue;
      await sleep(scale.settleMs);
      idleMb.get(name)?.push(rssBytes(peer.pid) / mebi);
    }
  }
  return [
    ...peers.map((name) =>
      figure(
        name,
        { id: 'ready', what: 'ready', unit: 'ms', bar: 150, stretch: 90 },
        readyMs.get(name) ?? [],
      ),
    ),
    ...peers.map((name) =>
      figure(
        name,
        { id: 'idle', what: 'RSS idle', unit: 'MB', bar: 80, stretch: 72 },
        idleMb.get(name) ?? [],
      ),
    ),
  ];
}

async function measureUsed(bench: Bench, running: readonly Peer[]): Promise<readonly Figure[]> {
  const { memoryCalls } = bench.scale;
  const calls = Math.ceil(memoryCalls / 4);
  const order = {
    shape: 'whole',
    connections: 32,
    connectsPerSecond: 5000,
    bodyBytes: 0,
    events: 0,
    timeoutMs: 120_000,
  } as const;
  const after = new Map<string, number[]>(running.map(({ name }) => [name, []]));
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    for (const { name, pid, port } of running) {
      await bench.load.run({ ...order, port, calls });
      after.get(name)?.push(rssBytes(pid) / mebi);
    }
  }
  return peers.slice(1).flatMap((name) => {
    const [, half = Number.NaN, , whole = Number.NaN] = after.get(name) ?? [];
    const rss = {
      id: 'used',
      what: `RSS after ${memoryCalls.toLocaleString('en')} calls`,
      unit: 'MB',
      bar: 120,
      stretch: 100,
    } as const;
    const growth = {
      id: 'grown',
      what: 'RSS grown by the second half of them',
      unit: '%',
      bar: 5,
      stretch: 0,
    } as const;
    return [figure(name, rss, [whole]), figure(name, growth, [(whole / half - 1) * 100])];
  });
}

function figure(name: Name, about: Omit<Figure, 'spread'>, values: readonly number[]): Figure {
  const id = `start.${about.id}.${name}`;
  const what = `${about.what}: ${labels[name]}`;
  if (name !== 'ours-chain') return compared(id, what, about.unit, spread(values));
  return { ...about, id, what, spread: spread(values) };
}
