import type { Finding, Guard, GuardOut } from '../guard.ts';

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
  const out = new Whole(text);
  guard.push(text, out);
  if (out.denied === undefined) guard.end(out);
  return { text: out.result(), findings: out.findings, denied: out.denied };
}

class Whole implements GuardOut {
  readonly findings: Finding[] = [];
  denied: string | undefined;
  readonly #text: string;
  readonly #parts: string[] = [];
  /** All of the original before this is in `#parts`, edited or not. */
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
  }

  report(finding: Finding): void {
    this.findings.push(finding);
  }

  deny(message: string): void {
    this.denied = message;
  }

  result(): string {
    const end = this.denied === undefined ? this.#text.length : this.#released;
    return this.#parts.join('') + this.#text.slice(this.#taken, Math.max(this.#taken, end));
  }
}
