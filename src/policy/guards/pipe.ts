import { type Finding, type Guard, type GuardOut, unheard } from '../guard.ts';

/** One guard that does what `guards` do one after the other; undefined where there are none. */
export function pipeAll(guards: readonly Guard[]): Guard | undefined {
  return guards.reduce<Guard | undefined>(piped, undefined);
}

/** The same of two, each of which may be none. */
export function piped(before: Guard | undefined, guard: Guard | undefined): Guard | undefined {
  return before === undefined || guard === undefined ? (guard ?? before) : pipe(before, guard);
}

/** `second` sees the text as `first` leaves it. Its edits are mapped back to the original text. */
export function pipe(first: Guard, second: Guard): Guard {
  return new Pipe(first, second);
}

/** A change both texts know: [start, end) between the guards stands for [originalStart, originalEnd) of the original. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly originalStart: number;
  readonly originalEnd: number;
  readonly replacement: string;
}

type Edit = Pick<Change, 'start' | 'end' | 'replacement'>;

class Pipe implements Guard {
  readonly #first: Guard;
  readonly #second: Guard;
  readonly #between: Between;
  readonly #after: After;

  constructor(first: Guard, second: Guard) {
    this.#first = first;
    this.#second = second;
    this.#after = new After();
    this.#between = new Between(second, this.#after);
  }

  push(text: string, out: GuardOut): void {
    if (this.#after.denied) return;
    this.#after.out = out;
    this.#between.take(text);
    this.#first.push(text, this.#between);
  }

  end(out: GuardOut): void {
    if (this.#after.denied) return;
    this.#after.out = out;
    this.#first.end(this.#between);
    this.#between.release(Infinity);
    if (this.#after.denied) return;
    this.#second.end(this.#after);
    if (!this.#after.denied) this.#after.release(this.#between.length);
  }
}

/** What the first guard writes to: hands the second guard the text as the first leaves it. */
class Between implements GuardOut {
  readonly #second: Guard;
  readonly #after: After;
  /** Original text the first guard has not released, and where it begins. */
  #held = '';
  #base = 0;
  #edits: Edit[] = [];
  /** Length of the text the second guard was given. */
  length = 0;

  constructor(second: Guard, after: After) {
    this.#second = second;
    this.#after = after;
  }

  take(text: string): void {
    this.#held = this.#held === '' ? text : this.#held + text;
  }

  /** All of it where `to` lies beyond. */
  release(to: number): void {
    const upTo = Math.min(to, this.#base + this.#held.length);
    if (upTo <= this.#base || this.#after.denied) return;
    const size = upTo - this.#base;
    const text = size === this.#held.length ? this.#held : this.#held.slice(0, size);
    this.#held = size === this.#held.length ? '' : this.#held.slice(size);
    const passed = this.#edits.length === 0 ? text : this.#apply(text, upTo);
    this.#base = upTo;
    if (passed === '') return this.#after.settle();
    this.length += passed.length;
    this.#second.push(passed, this.#after);
  }

  edit(start: number, end: number, replacement: string): void {
    this.#edits.push({ start, end, replacement });
  }

  report(finding: Finding): void {
    if (!this.#after.denied) this.#after.out.report(finding);
  }

  deny(message: string): void {
    this.#after.deny(message);
  }

  /** `text`, which ends at `upTo` in the original, with the edits before `upTo` made and noted. */
  #apply(text: string, upTo: number): string {
    const parts: string[] = [];
    let done = this.#base;
    let length = this.length;
    let made = 0;
    for (const { start, end, replacement } of this.#edits) {
      if (end > upTo) break;
      made += 1;
      parts.push(text.slice(done - this.#base, start - this.#base), replacement);
      length += start - done;
      this.#after.note({
        start: length,
        end: length + replacement.length,
        originalStart: start,
        originalEnd: end,
        replacement,
      });
      length += replacement.length;
      done = end;
    }
    this.#edits = made === this.#edits.length ? [] : this.#edits.slice(made);
    parts.push(text.slice(done - this.#base));
    return parts.join('');
  }
}

/** What the second guard writes to: maps its decisions back to the original text. */
class After implements GuardOut {
  /** Where decisions about the original go: what the caller gave with the push under way. */
  out: GuardOut = unheard;
  denied = false;
  /** Changes not passed on yet, in order. Those before `#first` have been. */
  #changes: Change[] = [];
  #first = 0;
  /** Original offset minus offset between the guards, for text before the first change in the list. */
  #shift = 0;
  #released = 0;

  note(change: Change): void {
    this.#changes.push(change);
  }

  /** The first guard let text go that it deleted: nothing for the second to judge, but it may leave. */
  settle(): void {
    this.release(this.#released);
  }

  release(upTo: number): void {
    if (this.denied) return;
    this.#released = upTo;
    this.#passOn(upTo);
    const inside = this.#changes[this.#first];
    const clear = inside !== undefined && inside.start < upTo ? inside.originalStart : upTo + this.#shift;
    this.out.release(clear);
  }

  edit(start: number, end: number, replacement: string): void {
    this.#passOn(start);
    const touched = this.#touched(start, end);
    const [head, tail] = [touched[0], touched.at(-1)];
    const shiftAfter = tail === undefined ? this.#shift : tail.originalEnd - tail.end;
    const before = head !== undefined && head.start < start ? head : undefined;
    const after = tail !== undefined && tail.end > end ? tail : undefined;
    this.#putBack(touched.length, {
      start: before?.start ?? start,
      end: after?.end ?? end,
      originalStart: before?.originalStart ?? start + this.#shift,
      originalEnd: after?.originalEnd ?? end + shiftAfter,
      // What follows the last edit in a change is still as the first guard left it, so it is counted from the end.
      replacement: `${cut(before, start)}${replacement}${remainder(after, end)}`,
    });
  }

  /** Puts `change` in the place of the first `replaced` ones, using the slot of one passed on before shifting the list. */
  #putBack(replaced: number, change: Change): void {
    const slot = this.#first + replaced - 1;
    if (slot < 0) {
      this.#changes.unshift(change);
      return;
    }
    this.#changes[slot] = change;
    this.#first = slot;
  }

  report(finding: Finding): void {
    if (!this.denied) this.out.report(finding);
  }

  deny(message: string): void {
    if (this.denied) return;
    this.denied = true;
    this.out.deny(message);
  }

  /** The changes that share text with [start, end), or are deletions inside it. All earlier ones have been passed on. */
  #touched(start: number, end: number): readonly Change[] {
    const touched: Change[] = [];
    for (let index = this.#first; index < this.#changes.length; index += 1) {
      const change = this.#changes[index];
      if (change === undefined || change.start >= end) break;
      if (change.end > start) touched.push(change);
    }
    return touched;
  }

  /** Passes on the changes that end at or before `upTo`: no later edit can touch them. */
  #passOn(upTo: number): void {
    for (;;) {
      const change = this.#changes[this.#first];
      if (change === undefined || change.end > upTo) break;
      this.out.edit(change.originalStart, change.originalEnd, change.replacement);
      this.#shift = change.originalEnd - change.end;
      this.#first += 1;
    }
    if (this.#first > 64 && this.#first * 2 > this.#changes.length) {
      this.#changes = this.#changes.slice(this.#first);
      this.#first = 0;
    }
  }
}

/** What `change` puts before `start`, a position inside it. */
function cut(change: Change | undefined, start: number): string {
  return change === undefined
    ? ''
    : change.replacement.slice(0, change.replacement.length - (change.end - start));
}

/** What `change` puts after `end`, a position inside it. */
function remainder(change: Change | undefined, end: number): string {
  return change === undefined ? '' : change.replacement.slice(change.replacement.length - (change.end - end));
}
