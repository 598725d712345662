import { GatewayError } from '../errors.ts';
import { type Evidence, type Place, wholeVerdict } from './evidence.ts';
import type { Finding, Guard, GuardOut } from './guard.ts';

const mostEdits = 64;

/**
 * Puts the common keys around a guard: its findings become evidence, `shadow` lets everything pass, and a guard that
 * throws blocks or steps aside as its `on_error` says.
 */
export class SupervisedGuard implements Guard, GuardOut {
  readonly #guard: Guard;
  readonly #place: Place;
  readonly #evidence: Evidence;
  readonly #isLenient: boolean;
  #out: GuardOut | undefined;
  #length = 0;
  #released = 0;
  #isOff = false;
  #findings: Finding[] = [];
  #edits: { start: number; end: number }[] = [];
  #isDenied = false;

  constructor(guard: Guard, place: Place, evidence: Evidence, isLenient: boolean) {
    this.#guard = guard;
    this.#place = place;
    this.#evidence = evidence;
    this.#isLenient = isLenient;
  }

  push(text: string, out: GuardOut): void {
    this.#length += text.length;
    this.#run(out, text);
  }

  end(out: GuardOut): void {
    this.#run(out, undefined);
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
    let low = 0;
    let high = this.#edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edits[middle]?.end ?? 0) <= start) low = middle + 1;
      else high = middle;
    }
    const edit = this.#edits[low];
    return edit !== undefined && edit.start < end;
  }

  #fail(cause: unknown): void {
    // A policy further down the chain failed while it took what this one let go: not ours to forgive.
    if (cause instanceof GatewayError) throw cause;
    this.#evidence.fail(this.#place);
    if (!this.#isLenient && !this.#place.isShadow) {
      throw new GatewayError('policy_failed', `policy "${this.#place.policy}" failed`, { cause });
    }
    this.#isOff = true;
  }
}
