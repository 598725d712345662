import type { Finding, Guard, GuardOut } from '../guard.ts';
import { atOnce, type InParts, longText, partsOf } from '../in-parts.ts';

/** A text after enforcement. */
export interface Enforced {
  /** What may be delivered; where the field was denied, what came before the denial. */
  readonly text: string;
  readonly findings: readonly Finding[];
  /** Why the field must not be delivered, where it must not. */
  readonly denied: string | undefined;
}

/** Runs a fresh guard over one whole text. */
export function enforceWhole(guard: Guard, text: string): Enforced {
  if (text.length >= longText) return atOnce(enforceInParts(guard, text));
  const out = new Whole(text);
  guard.push(text, out);
  return ended(guard, out);
}

/** The same, so that others may come between. */
export function* enforceInParts(guard: Guard, text: string): InParts<Enforced> {
  const out = new Whole(text);
  for (const part of partsOf(text)) {
    guard.push(part, out);
    if (out.denied !== undefined) break;
    yield;
  }
  return ended(guard, out);
}

function ended(guard: Guard, out: Whole): Enforced {
  if (out.denied === undefined) guard.end(out);
  return { text: out.result(), findings: out.findings, denied: out.denied };
}

/** Each takes some thirty bytes beside its characters. */
const mostParts = 1024;

class Whole implements GuardOut {
  readonly findings: Finding[] = [];
  denied: string | undefined;
  readonly #text: string;
  /** What is written already, in strings of some length: a long text can have a million edits. */
  readonly #done: string[] = [];
  #parts: string[] = [];
  /** All of the original before this is in them, edited or not. */
  #taken = 0;
  #released = 0;

  constructor(text: string) {
    this.#text = text;
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

  result(): string {
    const end = this.denied === undefined ? this.#text.length : this.#released;
    return (
      this.#done.join('') + this.#parts.join('') + this.#text.slice(this.#taken, Math.max(this.#taken, end))
    );
  }
}
