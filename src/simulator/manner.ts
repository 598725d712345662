import type { Directives } from './directives.ts';

/** How fast the model is, for every call that does not say otherwise. */
export interface WritePace {
  /** Time before the response head. */
  readonly latencyMs: number;
  /** Undefined: as fast as the reader reads. */
  readonly tokensPerSecond: number | undefined;
}

/** How an answer travels: its timing, its shape on the wire, and where it breaks. */
export interface Manner {
  readonly delayMs: number;
  readonly gapMs: number;
  readonly tokensPerSecond: number | undefined;
  readonly eventsPerWrite: number;
  readonly breakAt: BreakAt | undefined;
  readonly omitsClosing: boolean;
  /** Bytes in one write. */
  readonly pieceBytes: number | undefined;
  readonly gzip: boolean;
  readonly crlf: boolean;
}

/** What happens to an answer after so many events, or so many bytes of its body; the other of the two is infinite. */
export interface BreakAt {
  readonly kind: 'cut' | 'reset' | 'stall' | 'error';
  readonly events: number;
  readonly bytes: number;
}

/** About 12 KB of chat events: large enough to be cheap, small enough to keep the loop responsive. */
const eventsPerWrite = 64;
/** Timers are no finer than this; a faster model writes several events at once. */
const mostWritesPerSecond = 100;

export function mannerOf(directives: Directives, pace: WritePace): Manner {
  const { gap } = directives;
  const rate = gap === undefined ? pace.tokensPerSecond : undefined;
  const paced = rate === undefined ? undefined : Math.ceil(rate / mostWritesPerSecond);
  const per = directives.per ?? paced ?? (gap === undefined ? eventsPerWrite : 1);
  return {
    delayMs: directives.delay ?? pace.latencyMs,
    gapMs: gap ?? (rate === undefined ? 0 : (per * 1000) / rate),
    tokensPerSecond: rate,
    eventsPerWrite: per,
    breakAt: breakOf(directives),
    omitsClosing: directives.nodone ?? false,
    pieceBytes: directives.chunk,
    gzip: directives.gzip ?? false,
    crlf: directives.crlf ?? false,
  };
}

/** The earliest break wins; one by events goes before one by bytes. */
function breakOf(directives: Directives): BreakAt | undefined {
  const breaks: BreakAt[] = [];
  for (const kind of ['cut', 'reset', 'stall', 'error'] as const) {
    const events = directives[kind];
    const bytes = kind === 'error' ? undefined : directives[`${kind}-bytes`];
    if (events !== undefined) breaks.push({ kind, events, bytes: Infinity });
    if (bytes !== undefined) breaks.push({ kind, events: Infinity, bytes });
  }
  const byPlace = (one: BreakAt, other: BreakAt): number =>
    one.events === other.events ? one.bytes - other.bytes : one.events - other.events;
  return breaks.toSorted(byPlace)[0];
}
