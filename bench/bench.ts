import type { RowResult } from './figure.ts';
import type { Load } from './load.ts';
import { hasNginx } from './nginx.ts';
import { type Peer, type PeerName, type PeerSurroundings, startPeer } from './peers.ts';
import type { Programs } from './programs.ts';
import type { Scale } from './scale.ts';

/** What every row measures with. */
export interface Bench {
  readonly scale: Scale;
  readonly programs: Programs;
  readonly load: Load;
  readonly surroundings: PeerSurroundings;
}

/** A row of the program: one way of measuring, and the figures that come of it. */
export interface Row {
  readonly id: string;
  readonly title: string;
  measure(bench: Bench): Promise<RowResult>;
}

/** Runs with these peers up, side by side: an idle one costs the others nothing. */
export async function withPeers<T>(
  bench: Bench,
  names: readonly PeerName[],
  run: (peers: readonly Peer[]) => Promise<T>,
): Promise<T> {
  await using stack = new AsyncDisposableStack();
  const peers: Peer[] = [];
  for (const name of names) {
    if (name === 'nginx' && !hasNginx) continue;
    peers.push(stack.use(await startPeer(name, bench.surroundings)));
  }
  return await run(peers);
}

/** The values of each peer by round: A B C, A B C. A first round warms up and is not counted. */
export async function interleave(
  bench: Bench,
  peers: readonly Peer[],
  measure: (peer: Peer) => Promise<number>,
): Promise<ReadonlyMap<PeerName, readonly number[]>> {
  const values = new Map<PeerName, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = 0; round <= bench.scale.rounds; round += 1) {
    for (const peer of peers) {
      const value = await measure(peer);
      if (round > 0) values.get(peer.name)?.push(value);
    }
  }
  return values;
}

export const nginxNote: readonly string[] = hasNginx ? [] : ['nginx is not installed: not compared with it'];
