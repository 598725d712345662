import { type ChainedPolicy, failed, placeOf } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import type { Finding, Guard, GuardOut } from './guard.ts';
import { WholeGuard } from './guards/whole-guard.ts';
import type { CallText, Direction, Role, TextMatch, TextVerdict } from './policy.ts';
import { SupervisedGuard } from './supervise.ts';

/**
 * What one policy that waits is asked of one call or answer: the texts are collected, it is asked once about all of them,
 * and then the same texts are enforced by what it said. Verdicts are found by the text itself, so a text that it was not
 * asked about cannot pass.
 */
export class Inquiry {
  readonly #link: ChainedPolicy;
  readonly #direction: Direction;
  readonly #texts = new Map<string, CallText>();
  readonly #verdicts = new Map<string, TextVerdict>();
  /** The policy failed, and its failures let the text pass. */
  #isOff = false;

  constructor(link: ChainedPolicy, direction: Direction) {
    this.#link = link;
    this.#direction = direction;
  }

  /** Whether the policy is to see texts of this author. */
  admits(role: Role): boolean {
    return this.#link.directions.has(this.#direction) && this.#link.roles.has(role);
  }

  /** Takes a field in. It decides nothing: what passes it must not be given to anybody. */
  collecting(role: Role): Guard {
    return new CollectingGuard((text) => this.#texts.set(keyOf(role, text), { role, text }));
  }

  /** Throws where the exchange is to stop: it has been given up, or the policy failed and its `on_error` says so. */
  async ask(evidence: Evidence): Promise<void> {
    const texts = [...this.#texts.values()];
    if (texts.length === 0) return;
    const { policy } = this.#link;
    const { signal } = evidence;
    const startedAt = evidence.now();
    try {
      const asked = policy.judgeTexts?.(this.#direction, texts, evidence) ?? Promise.resolve([]);
      this.#note(texts, await untilAborted(asked, signal));
    } catch (cause) {
      signal.throwIfAborted();
      this.#isOff = true;
      failed(placeOf(this.#link, this.#direction), evidence, cause);
    } finally {
      if (this.#direction === 'answer') evidence.asked(policy.kind).ended(evidence.now() - startedAt);
    }
  }

  /** Does to a field what the policy said of its text. */
  enforcing(role: Role, path: () => string, evidence: Evidence): Guard | undefined {
    if (this.#isOff) return undefined;
    const guard = new WholeGuard((text, out) => enforce(this.#verdicts.get(keyOf(role, text)), text, out));
    // Not timed: the time it took is that of the asking.
    return new SupervisedGuard(guard, placeOf(this.#link, this.#direction, path), evidence);
  }

  #note(texts: readonly CallText[], verdicts: readonly TextVerdict[]): void {
    if (verdicts.length !== texts.length)
      throw new Error(`${verdicts.length} verdicts came back for ${texts.length} texts`);
    for (const [at, { role, text }] of texts.entries()) {
      const verdict = verdicts[at];
      if (verdict === undefined) continue;
      check(verdict, text);
      this.#verdicts.set(keyOf(role, text), verdict);
    }
  }
}

function keyOf(role: Role, text: string): string {
  return `${role} ${text}`;
}

function matchesOf(verdict: TextVerdict): readonly TextMatch[] {
  return verdict.kind === 'rewrite' ? verdict.edits : verdict.matches;
}

/** Offsets that lie elsewhere would change what nobody judged. */
function check(verdict: TextVerdict, text: string): void {
  let last = 0;
  for (const { start, end } of matchesOf(verdict)) {
    const isWithin = start >= 0 && end >= start && end <= text.length;
    if (!isWithin || (verdict.kind === 'rewrite' && start < last))
      throw new Error(`a verdict speaks of ${start}-${end} in a text of ${text.length}`);
    last = end;
  }
}

async function untilAborted<T>(asked: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([asked, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

class CollectingGuard extends WholeGuard {
  #length = 0;

  override push(text: string, out: GuardOut): void {
    super.push(text);
    this.#length += text.length;
    out.release(this.#length); // nothing is kept waiting for what will be judged again
  }
}

function enforce(verdict: TextVerdict | undefined, text: string, out: GuardOut): void {
  if (verdict === undefined) throw new Error('a text has no verdict');
  if (verdict.kind === 'rewrite') {
    for (const { replacement, ...match } of verdict.edits) {
      out.release(match.start);
      out.report(findingOf(match, text));
      out.edit(match.start, match.end, replacement);
    }
  } else for (const match of verdict.matches) out.report(findingOf(match, text));
  if (verdict.kind === 'deny') out.deny(verdict.message);
  else out.release(text.length);
}

function findingOf(match: TextMatch, text: string): Finding {
  return { ...match, sample: text.slice(match.start, match.end) };
}
