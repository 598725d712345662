import { type ChainHead, checkLine, genesis } from '../../src/audit/audit-chain.ts';

/** Where a chain goes on in another file, or after a break, as its own record says. */
interface VerifiedSeam {
  readonly line: number;
  readonly reason: string;
  /** Records that are missing before it and stand behind it again. */
  readonly restored: number;
}

type Verification =
  | { readonly ok: true; readonly count: number; readonly seams: readonly VerifiedSeam[] }
  /** `line` counts from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** Only records of this frame name a seam; it is covered by their hash. */
const seam =
  /^\{"seq":\d+,"ts":"[^"]+","kind":"reopened","reason":"([a-z]+)","lost":\d+,"repeats_from":(\d+)[,}]/;
const repetition = /,"repeats":(\d+),"prev":"[0-9a-f]{64}","hash":"[0-9a-f]{64}"\}$/;

interface Placed {
  readonly head: ChainHead;
  readonly prev: string;
}

/** Records that must stand behind a seam, since they are missing before it. */
interface Awaited {
  readonly line: number;
  readonly reason: string;
  readonly last: number;
  readonly next: number;
}

/**
 * Verifies lines that follow on `after`; by default they are a whole chain from its first record. Several files are one
 * chain: the older one's lines come first. Finds every altered, missing, added or reordered record but those cut off the
 * end: that the last line is the last record ever written is known only to who knows its number.
 */
export function verifyChain(lines: Iterable<string>, after: ChainHead = genesis): Verification {
  const seams: VerifiedSeam[] = [];
  let head = after;
  let count = 0;
  let awaited: Awaited | undefined;
  for (const line of lines) {
    count += 1;
    const checked = checkLine(line);
    if (!checked.ok) return { ok: false, line: count, reason: checked.reason };
    if (awaited !== undefined) {
      if (repetition.exec(line)?.[1] !== String(awaited.next)) break;
      awaited = awaited.next === awaited.last ? undefined : { ...awaited, next: awaited.next + 1 };
    }
    const reason = misplaced(checked, head);
    const [, why, from] = seam.exec(line) ?? [];
    const last = checked.head.seq - 1;
    if (reason !== undefined) {
      const isRestored =
        from !== undefined && from !== '0' && Number(from) <= head.seq + 1 && head.seq < last;
      if (!isRestored) return { ok: false, line: count, reason };
      awaited = { line: count, reason, last, next: Number(from) };
    }
    if (why !== undefined) seams.push({ line: count, reason: why, restored: last - head.seq });
    head = checked.head;
  }
  if (awaited !== undefined) return { ok: false, line: awaited.line, reason: awaited.reason };
  return { ok: true, count, seams };
}

function misplaced({ head: { seq }, prev }: Placed, head: ChainHead): string | undefined {
  const expected = head.seq + 1;
  if (seq > expected) return `records ${expected} to ${seq - 1} are missing before record ${seq}`;
  if (seq < expected) return `record ${seq} stands where record ${expected} belongs`;
  if (prev !== head.hash) return `record ${seq} does not follow on the record before it`;
  return undefined;
}
