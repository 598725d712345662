import { GatewayError } from '../errors.ts';
import { failed, type PolicyPlace } from './chained-policy.ts';
import { type Evidence, wholeVerdict } from './evidence.ts';
import type { Finding, Guard, GuardOut } from './guard.ts';
import type { Timing } from './timing.ts';

const mostEdits = 64;

// Pieces 1, 4, 16, 64, … are timed: a long stream costs little more than a short one.
const sparser = 4;

/**
 * Puts the common keys around a guard: its findings become evidence, `shadow` lets everything pass, and a guard that
 * throws blocks or steps aside as its `on_error` says.
 */
export class SupervisedGuard implements Guard, GuardOut {
  readonly #guard: Guard;
  readonly #place: PolicyPlace;
  readonly #evidence: Evidence;
  /** Undefined where the caller takes the time: calls are screened policy by policy. */
  readonly #timing: Timing | undefined;
  #pieces = 0;
  #nextTimed = 1;
  #out: GuardOut | undefined;
  #length = 0;
  #released = 0;
  #isOff = false;
  #findings: Finding[] = [];
  #edits: { start: number; end: number }[] = [];
  #isDenied = false;

  /** `timing`: where the time it takes is noted, if it is. */
  constructor(guard: Guard, place: PolicyPlace, evidence: Evidence, timing?: Timing) {
    this.#timing = timing;
    this.#guard = guard;
    this.#place = place;
    this.#evidence = evidence;
  }

  push(text: string, out: GuardOut): void {
    this.#length += text.length;
    const timing = this.#timing;
    if (timing === undefined) return this.#run(out, text);
    this.#pieces += 1;
    // Within the timed run of the policy before it, it must be timed too: its share is not the other's.
    const isSampled = this.#pieces === this.#nextTimed || this.#evidence.nestedMs !== undefined;
    if (!isSampled) return this.#run(out, text);
    if (this.#pieces === this.#nextTimed) this.#nextTimed *= sparser;
    timing.timed(text.length, this.#runTimed(out, text));
  }

  end(out: GuardOut): void {
    const timing = this.#timing;
    if (timing === undefined) return this.#run(out, undefined);
    timing.given(this.#length);
    timing.ended(this.#runTimed(out, undefined));
  }

  /** Milliseconds of this policy alone. */
  #runTimed(out: GuardOut, text: string | undefined): number {
    const evidence = this.#evidence;
    const before = evidence.nestedMs;
    evidence.nestedMs = 0;
    const startedAt = evidence.now();
    this.#run(out, text);
    const ms = evidence.now() - startedAt;
    const own = Math.max(0, ms - evidence.nestedMs);
    evidence.nestedMs = before === undefined ? undefined : before + ms;
    return own;
  }

  #run(out: GuardOut, text: string | undefined): void {
    this.#out = out;
    if (!this.#isOff) {
      try {
        if (text === undefined) this.#guard.end(this);
        else this.#guard.push(text, this);
      } catch (cause) {
        this.#fail(cause);
      }
    }
    if (this.#findings.length > 0 || this.#edits.length > mostEdits) this.#record();
    if (this.#isOff || this.#place.isShadow) this.#releaseAll(out);
  }

  release(upTo: number): void {
    if (this.#place.isShadow) return;
    this.#released = upTo;
    this.#out?.release(upTo);
  }

  edit(start: number, end: number, replacement: string): void {
    this.#edits.push({ start, end });
    if (!this.#place.isShadow) this.#out?.edit(start, end, replacement);
  }

  report(finding: Finding): void {
    this.#findings.push(finding);
  }

  deny(message: string): void {
    this.#isDenied = true;
    if (this.#findings.length === 0) this.#findings.push(wholeVerdict);
    if (this.#place.isShadow) {
      this.#isOff = true;
      return;
    }
    this.#evidence.deny(this.#place, message);
    this.#out?.deny(message);
  }

  #releaseAll(out: GuardOut): void {
    if (this.#isDenied && !this.#place.isShadow) return;
    if (this.#released < this.#length) out.release(this.#length);
    this.#released = this.#length;
  }

  #record(): void {
    for (const finding of this.#findings) this.#evidence.find(this.#place, this.#actOn(finding), finding);
    this.#findings = [];
    // A finding may follow its edit, but not by much: a long answer must not pile them up.
    if (this.#edits.length > mostEdits) this.#edits = this.#edits.slice(-mostEdits / 2);
  }

  #actOn(finding: Finding): 'flag' | 'rewrite' | 'deny' {
    if (this.#isDenied) return 'deny';
    return this.#isEdited(finding) ? 'rewrite' : 'flag';
  }

  // Edits are in order. A long text may hold thousands, so they are not gone through for each finding.
  #isEdited({ start, end }: Finding): boolean {
    const isInsertion = start === end; // there is nothing of the original in it: an edit that begins or ends there made it
    let low = 0;
    let high = this.#edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const editEnd = this.#edits[middle]?.end ?? 0;
      if (isInsertion ? editEnd < start : editEnd <= start) low = middle + 1;
      else high = middle;
    }
    const edit = this.#edits[low];
    return edit !== undefined && (edit.start < end || (isInsertion && edit.start === end));
  }

  #fail(cause: unknown): void {
    // A policy further down the chain failed while it took what this one let go: not ours to forgive.
    if (cause instanceof GatewayError) throw cause;
    failed(this.#place, this.#evidence, cause);
    this.#isOff = true;
  }
}
