import { hash } from 'node:crypto';
import { type ChainHead, genesis } from './chain.ts';

export type Verification =
  | { readonly ok: true; readonly count: number }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string };

export type CheckedLine =
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

/**
 * Verifies lines that follow on `after`; by default they are a whole chain from its first record. Finds every altered,
 * missing, added or reordered record but those cut off the end: that the last line is the last record ever written is
 * known only to who knows its number.
 */
export function verifyChain(lines: Iterable<string>, after: ChainHead = genesis): Verification {
  let head = after;
  let count = 0;
  for (const line of lines) {
    count += 1;
    const checked = checkLine(line);
    if (!checked.ok) return { ok: false, line: count, reason: checked.reason };
    const reason = misplaced(checked, head);
    if (reason !== undefined) return { ok: false, line: count, reason };
    head = checked.head;
  }
  return { ok: true, count };
}

function misplaced(checked: CheckedLine & { readonly ok: true }, head: ChainHead): string | undefined {
  const { seq } = checked.head;
  const expected = head.seq + 1;
  if (seq > expected) return `records ${expected} to ${seq - 1} are missing before record ${seq}`;
  if (seq < expected) return `record ${seq} stands where record ${expected} belongs`;
  if (checked.prev !== head.hash) return `record ${seq} does not follow on the record before it`;
  return undefined;
}
