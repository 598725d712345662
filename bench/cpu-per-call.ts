import { closingEvents, usualEvents } from './answer-bytes.ts';
import { type Bench, interleave } from './bench.ts';
import type { LoadOrder } from './load-order.ts';
import type { Peer, PeerName } from './peers.ts';
import { cpuUs } from './process-usage.ts';

/** One round of load for one peer. */
export type CpuLoad = Pick<LoadOrder, 'shape' | 'connections' | 'calls' | 'events'>;

/** Microseconds of CPU time that each peer used for one call, by round. */
export async function cpuPerCall(
  bench: Bench,
  peers: readonly Peer[],
  loadOf: (name: PeerName) => CpuLoad,
): Promise<ReadonlyMap<PeerName, readonly number[]>> {
  const bodyBytes = new Map<PeerName, number>();
  for (const peer of peers)
    bodyBytes.set(peer.name, await lengthOfAnswer(bench, loadOf(peer.name).shape, peer));
  return interleave(bench, peers, async ({ name, pid, port, door }) => {
    const load = { ...loadOf(name), connectsPerSecond: 5000, timeoutMs: 60_000 };
    const before = cpuUs(pid);
    await bench.load.run({ ...load, port, door, bodyBytes: bodyBytes.get(name) ?? 0 });
    return (cpuUs(pid) - before) / load.calls;
  });
}

/** Of one answer that was read with care; in the rounds only its length is compared, which costs the client less. */
async function lengthOfAnswer(
  bench: Bench,
  shape: LoadOrder['shape'],
  { port, door }: Peer,
): Promise<number> {
  const events = shape === 'stream' ? usualEvents + closingEvents - 1 : 0; // the usage may be hidden
  const once = { connections: 1, calls: 1, connectsPerSecond: 1, timeoutMs: 10_000, bodyBytes: 0 };
  return (await bench.load.run({ ...once, shape, port, door, events })).bodyBytes;
}
