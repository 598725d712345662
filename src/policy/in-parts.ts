/** Work that stops after each part and goes on when it is asked to, so that others may come between. */
export type InParts<T> = Generator<undefined, T, undefined>;

/** What long work needs of the exchange it is done for. */
export interface Pace {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Resolves when it is this exchange's turn again. */
  turn(): Promise<void>;
  /** Its reason is thrown once nobody waits for the exchange any more. */
  readonly signal: AbortSignal;
}

/** A shorter text is judged in one go: even the worst takes no longer than a few turns. */
export const longText = 32_768;

/** UTF-16 code units of a long text that are judged between two looks at the clock. */
const partChars = 8_192;

// What a text costs differs by two orders of magnitude, so time decides when others have their turn, not length.
const turnMs = 5;

/** UTF-16 code units of all texts together. */
export function lengthOf(texts: readonly { readonly text: string }[]): number {
  let length = 0;
  for (let at = 0; at < texts.length; at += 1) length += texts[at]?.text.length ?? 0;
  return length;
}

/** The text in the order it is read. Cut by its length alone, so that what comes of it is the same however it is paced. */
export function* partsOf(text: string): Generator<string, undefined, undefined> {
  if (text.length < longText) yield text;
  else for (let at = 0; at < text.length; at += partChars) yield text.slice(at, at + partChars);
}

/** Does all of it within this very call. */
export function atOnce<T>(work: InParts<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Waits until the exchange has its turn. Throws where nobody waits for it any more. */
export async function nextTurn(pace: Pace): Promise<void> {
  const { signal } = pace;
  await pace.turn();
  signal.throwIfAborted();
}

/** Does it over many turns of the event loop, beginning with the next. Where nobody waits for it any more, the rest is left undone. */
export async function inTurns<T>(work: InParts<T>, pace: Pace): Promise<T> {
  let turnEnds = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (pace.now() >= turnEnds) {
      await nextTurn(pace);
      turnEnds = pace.now() + turnMs;
    }
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
