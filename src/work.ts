/**
 * Work written as one straight line, however long it takes and whomever it has to wait for. It yields nothing where others
 * may have their turn, and a promise where it cannot go on before that is fulfilled. What a promise rejects with is thrown
 * where it was yielded, and so is the reason why nobody waits for the work any more: it is cleaned up in one place.
 */
export type Work<T> = Generator<Promise<unknown> | undefined, T, void>;

/** What work needs of the exchange it is done for. */
export interface Pace {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Resolves when it is this exchange's turn again. */
  turn(): Promise<void>;
  /** Its reason is thrown once nobody waits for the exchange any more. */
  readonly signal: AbortSignal;
}

/** A shorter text is judged in one go, without a yield: even the worst takes no longer than a few turns. */
export const longText = 32_768;

/** UTF-16 code units of a long text that are judged between two yields. */
const partChars = 8_192;

// What a text costs differs by two orders of magnitude, so time decides when others have their turn, not length.
const turnMs = 5;

/** UTF-16 code units of all texts together. */
export function lengthOf(texts: readonly { readonly text: string }[]): number {
  let length = 0;
  for (let at = 0; at < texts.length; at += 1) length += texts[at]?.text.length ?? 0;
  return length;
}

/** The part that begins there. Cut by the length of the text alone, so that what comes of it is the same however it is paced. */
export function partAt(text: string, at: number): string {
  return text.length < longText ? text : text.slice(at, at + partChars);
}

/**
 * Does the work. What yields nothing is over within this very call, and no promise is made (4 us less for an ordinary call
 * through the embedded policies, measured); all else goes on over many turns of the event loop, beginning with the next.
 */
export function run<T>(work: Work<T>, pace: Pace): T | Promise<T> {
  const step = work.next();
  return step.done === true ? step.value : goOn(work, step.value, pace);
}

/** Waits until the exchange has its turn. Throws where nobody waits for it any more. */
export async function nextTurn(pace: Pace): Promise<void> {
  const { signal } = pace;
  await pace.turn();
  signal.throwIfAborted();
}

async function goOn<T>(work: Work<T>, first: Promise<unknown> | undefined, pace: Pace): Promise<T> {
  let turnEnds = Number.NEGATIVE_INFINITY;
  let wanted = first;
  for (;;) {
    let failure: { readonly cause: unknown } | undefined;
    if (wanted !== undefined || pace.now() >= turnEnds) {
      try {
        await (wanted ?? nextTurn(pace));
      } catch (cause) {
        failure = { cause };
      }
      turnEnds = wanted === undefined ? pace.now() + turnMs : Number.NEGATIVE_INFINITY;
    }
    const step = failure === undefined ? work.next() : work.throw(failure.cause);
    if (step.done === true) return step.value;
    wanted = step.value;
  }
}

/** Does all of it within this very call, however long it takes; for work that waits for nobody. */
export function atOnce<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (step.value !== undefined) throw new Error('work that waits cannot be done at once');
  }
}
