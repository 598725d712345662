import { type Bench, type Row, withPeers } from '../bench.ts';
import { closingEvents } from '../answer-bytes.ts';
import { compared, type Figure, type RowResult } from '../figure.ts';
import type { LoadResult } from '../load-order.ts';
import type { Peer } from '../peers.ts';
import { rssBytes } from '../process-usage.ts';
import { spread } from '../statistics.ts';

const kibi = 1024;
const sampleMs = 200;

interface Held {
  readonly result: LoadResult;
  readonly kbEach: number;
}

/** Many streams at once, an event every half second in each. */
export const slowStreams: Row = {
  id: 'slow',
  title: 'Concurrent slow streams',
  measure: (bench) => withPeers(bench, ['bare', 'ours-chain'], (peers) => measureAll(bench, peers)),
};

async function measureAll(bench: Bench, peers: readonly Peer[]): Promise<RowResult> {
  const figures: Figure[] = [];
  const notes = [
    'KB each: the most RSS while they are open, less the RSS before, after some calls and streams',
  ];
  for (const peer of peers) {
    const { result, kbEach } = await hold(bench, peer);
    const { name } = peer;
    const label = `${bench.scale.slowStreams.toLocaleString('en')} slow streams, ${name === 'bare' ? 'bare' : 'ours, four-policy chain'}`;
    const failures = spread([result.failed]);
    const memory = spread([kbEach]);
    if (name === 'bare') {
      figures.push(compared('slow.failed.bare', `${label}: failures`, 'failures', failures));
      figures.push(compared('slow.memory.bare', `${label}: memory each`, 'KB', memory));
    } else {
      figures.push({
        id: `slow.failed.${name}`,
        what: `${label}: failures`,
        unit: 'failures',
        spread: failures,
        bar: 0,
        stretch: undefined,
      });
      figures.push({
        id: `slow.memory.${name}`,
        what: `${label}: memory each`,
        unit: 'KB',
        spread: memory,
        bar: 60,
        stretch: 30,
      });
    }
    notes.push(
      `${name}: ${result.mostOpen} open at once${result.firstFailure === undefined ? '' : `; first failure: ${result.firstFailure}`}`,
    );
  }
  return { figures, notes };
}

async function hold(bench: Bench, { port, pid }: Peer): Promise<Held> {
  const { slowStreams: streams, slowWrites, isSmoke } = bench.scale;
  const warm = {
    port,
    connections: 16,
    connectsPerSecond: 1000,
    calls: isSmoke ? 32 : 2000,
    bodyBytes: 0,
    events: 0,
    timeoutMs: 60_000,
  };
  await bench.load.run({ ...warm, shape: 'whole' });
  await bench.load.run({ ...warm, shape: 'stream', calls: Math.ceil(warm.calls / 4) });
  const before = rssBytes(pid);
  let most = before;
  const sampling = setInterval(() => {
    most = Math.max(most, rssBytes(pid));
  }, sampleMs);
  try {
    const result = await bench.load.attempt({
      port,
      shape: 'slow',
      connections: streams,
      calls: streams,
      connectsPerSecond: 1000,
      bodyBytes: 0,
      events: slowWrites + closingEvents - 1, // the usage may be hidden
      timeoutMs: 60_000,
    });
    return { result, kbEach: (most - before) / streams / kibi };
  } finally {
    clearInterval(sampling);
  }
}
