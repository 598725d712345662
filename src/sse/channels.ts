import type { FieldGuards } from '../policy/field-guards.ts';
import type { Guard, GuardOut } from '../policy/guard.ts';
import type { Role, TextForm } from '../policy/policy.ts';
import { type QueuedChannel, Lane } from './queue.ts';
import { unreadable } from './unreadable.ts';

const maxChannels = 4096;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** One text field of a streamed answer: how much of it came, how much may leave, and what must change on the way. */
export class Channel implements GuardOut, QueuedChannel {
  /** UTF-16 code units that came so far. */
  length = 0;
  /** All text before this offset is decided. */
  released = 0;
  isComplete = false;
  /** Its choice has said why it finished, and no more of this text has come since. It may yet: some say so with every event. */
  isFinished = false;
  /** It began after its choice had finished: nobody says of it again that it has. */
  isLate = false;
  isDenied = false;
  /** The guard broke: nothing that is undecided will ever be decided. */
  #isBroken = false;
  /** Where its events wait, and the same as they have it. */
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

  /** As far as anybody said. */
  get isOver(): boolean {
    return this.isComplete || this.isFinished || this.isLate;
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

/** The text fields of one streamed answer, by key. */
export class Channels {
  readonly #guards: FieldGuards;
  readonly #laneOf: (key: string) => Lane;
  readonly #channels = new Map<string, Channel>();
  /** Prefixes of choices that said why they finished. */
  readonly #finished = new Set<string>();
  /** Fields that repeat what came of their choice. */
  readonly #soFar = new Set<string>();

  constructor(guards: FieldGuards, laneOf: (key: string) => Lane) {
    this.#guards = guards;
    this.#laneOf = laneOf;
  }

  /** Whether some choice finished and none has text that is not. */
  get isFinished(): boolean {
    return this.#finished.size > 0 && [...this.#channels.values()].every((channel) => channel.isOver);
  }

  get hasSoFar(): boolean {
    return this.#soFar.size > 0;
  }

  /** The field repeats all that came of its choice, until more of that comes. */
  repeats(key: string): void {
    this.#soFar.add(key);
  }

  /** More comes of a choice: what repeated it until now was no whole text, and nothing decides the rest of it. */
  goOn(key: string): void {
    const choice = key.slice(0, key.indexOf('.') + 1);
    for (const old of this.#soFar) {
      const channel = this.#channels.get(old);
      if (channel === undefined || !old.startsWith(choice)) continue;
      channel.cut();
      this.#channels.delete(old);
      this.#soFar.delete(old);
    }
  }

  /** The field with this key, opened if it is new. */
  open(key: string, role: Role, form: TextForm): Channel {
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    this.#refuseBeyond(this.#channels.size);
    const channel = new Channel(this.#guards.open(role, key, form), this.#laneOf(key));
    this.#channels.set(key, channel);
    channel.isLate = this.#isFinished(key);
    return channel;
  }

  /** Decides all text of the fields whose key starts so; returns whether that was a denial. */
  complete(prefix: string): boolean {
    for (const [key, channel] of this.#channels) {
      if (!key.startsWith(prefix)) continue;
      channel.complete();
      if (channel.isDenied) return true;
    }
    return false;
  }

  /** The stream broke off: drops the text of every field that is not decided. */
  cut(): void {
    for (const channel of this.#channels.values()) channel.cut();
  }

  /** A choice has said why it finished. Nothing is decided by that: only the end of the stream proves it. */
  finish(prefix: string): void {
    this.#refuseBeyond(this.#finished.size);
    this.#finished.add(prefix);
    for (const [key, channel] of this.#channels) if (key.startsWith(prefix)) channel.isFinished = true;
  }

  /**
   * The lanes that an event must not overtake, besides those of its own text: of choices that say in it, for the first
   * time, that they have finished; and if it has no text, those in which the end of a choice waits.
   */
  lanesBefore(finishing: readonly string[], hasText: boolean): readonly Lane[] {
    const fresh = finishing.filter((prefix) => !this.#finished.has(prefix));
    if (fresh.length === 0 && (hasText || this.#finished.size === 0)) return [];
    const isBefore = (key: string, channel: Channel): boolean =>
      fresh.some((prefix) => key.startsWith(prefix)) || (!hasText && channel.isOver && !channel.lane.isEmpty);
    return [...this.#channels].flatMap(([key, channel]) => (isBefore(key, channel) ? [channel.lane] : []));
  }

  #isFinished(key: string): boolean {
    for (const prefix of this.#finished) if (key.startsWith(prefix)) return true;
    return false;
  }

  #refuseBeyond(size: number): void {
    if (size < maxChannels) return;
    throw unreadable(`more than ${maxChannels} text fields in one stream`);
  }
}
