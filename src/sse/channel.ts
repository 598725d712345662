import type { Guard, GuardOut } from '../policy/guard.ts';
import { Lane } from './lane.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** One text field of a streamed answer: how much of it came, how much may leave, and what must change on the way. */
export class Channel implements GuardOut {
  /** UTF-16 code units that came so far. */
  length = 0;
  /** All text before this offset is decided. */
  released = 0;
  isComplete = false;
  /** Its choice has said why it finished, and no more of this text has come since. It may yet: some say so with every event. */
  isFinished = false;
  isDenied = false;
  /** The guard broke: nothing that is undecided will ever be decided. */
  #isBroken = false;
  /** Where its events wait. */
  readonly lane: Lane;
  readonly lanes: readonly Lane[];
  readonly #guard: Guard | undefined;
  /** In order; those before `#first` have left. */
  #edits: Edit[] = [];
  #first = 0;

  constructor(guard: Guard | undefined, lane = new Lane()) {
    this.#guard = guard;
    this.lane = lane;
    this.lanes = [lane];
  }

  push(text: string): void {
    this.isFinished = false;
    this.length += text.length;
    if (this.#guard === undefined) this.released = this.length;
    else {
      this.#isBroken = true; // unless it returns: cheaper than catching what passes through
      this.#guard.push(text, this);
      this.#isBroken = false;
    }
  }

  /** Everything that came is decided now. */
  complete(): void {
    if (this.isComplete || this.#isBroken) return;
    this.#isBroken = true;
    this.#guard?.end(this);
    this.#isBroken = false;
    this.isComplete = true;
    if (!this.isDenied) this.released = this.length;
  }

  /**
   * The stream broke off. What a guard still holds back could have become part of a match: nobody will ever know, so it
   * does not leave.
   */
  cut(): void {
    if (this.isComplete) return;
    this.isComplete = true;
    while ((this.#edits.at(-1)?.start ?? -1) >= this.released) this.#edits.pop(); // no edit reaches across `released`
    if (this.released < this.length) this.edit(this.released, this.length, '');
    this.released = this.length;
  }

  release(upTo: number): void {
    this.released = upTo;
  }

  edit(start: number, end: number, replacement: string): void {
    this.#edits.push({ start, end, replacement });
  }

  report(): void {
    // Findings are taken by the chain that opened the guard.
  }

  deny(): void {
    this.isDenied = true;
  }

  /** Whether an edit touches the piece [start, end). */
  isEdited(start: number, end: number): boolean {
    for (let index = this.#firstFrom(start); index < this.#edits.length; index += 1) {
      const edit = this.#edits[index];
      if (edit === undefined || edit.start >= end) return false;
      if (touches(edit, start, end)) return true;
    }
    return false;
  }

  /** The piece [start, end) as it leaves. A replacement stands where its match began. */
  enforced(text: string, start: number, end: number): string {
    let result = '';
    let at = start;
    for (let index = this.#firstFrom(start); index < this.#edits.length; index += 1) {
      const edit = this.#edits[index];
      if (edit === undefined || edit.start >= end) break;
      if (!touches(edit, start, end)) continue;
      if (edit.start >= start) result += text.slice(at - start, edit.start - start) + edit.replacement;
      at = Math.min(edit.end, end);
    }
    return result + text.slice(at - start);
  }

  /** The first edit that ends at or behind `start`. A field behind one that waits may have thousands. */
  #firstFrom(start: number): number {
    let low = this.#first;
    let high = this.#edits.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#edits[middle]?.end ?? start) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Edits that lie before `upTo` have left and are forgotten. */
  forget(upTo: number): void {
    for (;;) {
      const edit = this.#edits[this.#first];
      if (edit === undefined || edit.end > upTo || edit.start >= upTo) break;
      this.#first += 1;
    }
    if (this.#first > 0 && this.#first * 2 >= this.#edits.length) {
      this.#edits = this.#edits.slice(this.#first);
      this.#first = 0;
    }
  }
}

/** An insertion belongs to the piece that it stands in or begins. */
function touches(edit: Edit, start: number, end: number): boolean {
  return edit.start < end && (edit.end > start || edit.start >= start);
}
