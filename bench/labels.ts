import { type MeasuredPeerName, isMeasuredPeer, titleOf } from './installed-peers.ts';
import type { PeerName } from './peers.ts';

const labels: Readonly<Record<Exclude<PeerName, MeasuredPeerName>, string>> = {
  empty: 'empty node:http process',
  nginx: 'nginx, unbuffered, connections kept',
  bare: 'bare: node:http + undici dispatch, bytes as they come',
  'bare-events': 'bare, each event parsed and serialised again',
  'ours-logged': 'ours, no rewriting policy (audit-logger)',
  'ours-mail': 'ours, e-mail redaction',
  'ours-pii': 'ours, every PII entity',
  'ours-chain': 'ours, four-policy chain',
  'ours-traced': 'ours, four-policy chain, traced',
};

/** What a peer is called in the tables. */
export function labelOf(name: PeerName): string {
  return isMeasuredPeer(name) ? titleOf(name) : labels[name];
}
