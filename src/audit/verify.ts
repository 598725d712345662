import { hash } from 'node:crypto';
import type { ChainHead } from './audit-chain.ts';

type CheckedLine =
  | { readonly ok: true; readonly head: ChainHead; readonly prev: string }
  | { readonly ok: false; readonly reason: string };

// Only a writer of ours makes lines of this frame; between is one JSON object's worth of members.
const frame =
  /^\{"seq":([1-9]\d{0,15}),"ts":"[^"]+","kind":"[a-z_]+".*,"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}$/s;

// `,"hash":"` + 64 digits + `"}`
const hashMemberLength = 75;

/** Checks one line by itself: its frame and its own hash. */
export function checkLine(line: string): CheckedLine {
  const match = frame.exec(line);
  const [, seq, prev, digest] = match ?? [];
  if (seq === undefined || prev === undefined || digest === undefined)
    return { ok: false, reason: 'it is not an audit record' };
  const actual = hash('sha256', `${line.slice(0, -hashMemberLength)}}`);
  if (actual !== digest)
    return { ok: false, reason: 'it was altered: its hash is not the hash of its content' };
  return { ok: true, head: { seq: Number(seq), hash: digest }, prev };
}
