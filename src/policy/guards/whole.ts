import type { Finding, Guard, GuardOut } from '../guard.ts';
import { partAt } from '../../work.ts';

/** A text after enforcement. */
export interface Enforced {
  /** What may be delivered; where the field was denied, what came before the denial. */
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Why the field must not be delivered, where it must not. */
  readonly denied: string | undefined;
}

/** Runs a fresh guard over one whole text, within this very call. */
export function enforceWhole(guard: Guard, text: string): Enforced {
  const whole = new WholeText(guard, text);
  while (whole.step());
  return { text: whole.text, findings: whole.findings, denied: whole.denied };
}

/** Each takes some thirty bytes beside its characters. */
const mostParts = 1024;

/**
 * One whole text under a fresh guard, part by part: `while (whole.step()) yield;`. No generator of its own, which would
 * cost every text of every call 250 bytes.
 */
export class WholeText implements Enforced, GuardOut {
  readonly findings: Finding[] = [];
  denied: string | undefined;
  readonly #guard: Guard;
  readonly #text: string;
  /** Where the next part begins. */
  #at = 0;
  /** What is written already, in strings of some length: a long text can have a million edits. */
  readonly #done: string[] = [];
  #parts: string[] = [];
  /** All of the original before this is in them, edited or not. */
  #taken = 0;
  #released = 0;

  constructor(guard: Guard, text: string) {
    this.#guard = guard;
    this.#text = text;
  }

  /** Takes the next part. Says whether there are more. */
  step(): boolean {
    const part = partAt(this.#text, this.#at);
    this.#at += part.length;
    this.#guard.push(part, this);
    if (this.denied !== undefined) return false;
    if (this.#at < this.#text.length) return true;
    this.#guard.end(this);
    return false;
  }

  get text(): string {
    const end = this.denied === undefined ? this.#text.length : this.#released;
    return (
      this.#done.join('') + this.#parts.join('') + this.#text.slice(this.#taken, Math.max(this.#taken, end))
    );
  }

  release(upTo: number): void {
    this.#released = upTo;
  }

  edit(start: number, end: number, replacement: string): void {
    this.#parts.push(this.#text.slice(this.#taken, start), replacement);
    this.#taken = end;
    if (this.#parts.length < mostParts) return;
    this.#done.push(this.#parts.join(''));
    this.#parts = [];
  }

  report(finding: Finding): void {
    this.findings.push(finding);
  }

  deny(message: string): void {
    this.denied = message;
  }
}
