import type { ParsedEvent, EventText } from '../dialect/dialect.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import type { Guard, GuardOut } from '../policy/guard.ts';
import type { Role, TextForm } from '../policy/policy.ts';
import { type HeldPiece, type Lane, Line, type QueuedChannel } from './queue.ts';
import { unreadableStream } from './parse.ts';

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
  readonly lanes: readonly Lane[];
  readonly #guard: Guard | undefined;
  /** In order, those that have not left. */
  readonly #edits = new Line<Edit>();

  constructor(guard: Guard | undefined, lane: Lane = new Line()) {
    this.#guard = guard;
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
    this.#edits.keep(({ start }) => start < this.released); // none reaches across it
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

  isEdited(end: number): boolean {
    const edit = this.#edits.head;
    return edit !== undefined && edit.start < end; // an insertion belongs to the piece that it begins
  }

  /** A replacement stands where its match began. */
  leave(text: string, start: number, end: number): string {
    let result = '';
    let at = start;
    for (let edit = this.#edits.head; edit !== undefined && edit.start < end; edit = this.#edits.head) {
      if (edit.start >= start) result += text.slice(at - start, edit.start - start) + edit.replacement;
      at = Math.min(edit.end, end);
      if (edit.end > end) break; // the next piece begins within it
      this.#edits.shift();
    }
    return result + text.slice(at - start);
  }
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

  /** Where more comes of a choice, what repeated it until now was no whole text, and nothing decides the rest of it. */
  goOn(texts: readonly EventText[]): void {
    if (this.hasSoFar)
      for (const { channel, site } of texts)
        if (channel !== undefined && site.text !== '') this.#goOn(channel);
  }

  #goOn(key: string): void {
    const choice = key.slice(0, key.indexOf('.') + 1);
    for (const old of this.#soFar) {
      const channel = this.#channels.get(old);
      if (channel === undefined || !old.startsWith(choice)) continue;
      channel.cut();
      this.#channels.delete(old);
      this.#soFar.delete(old);
    }
  }

  /** The field that a text is a piece of, opened if it is new; undefined where the text is whole by itself. */
  of({ site: { role, form }, channel: key, isRepeatable, isSoFar }: EventText): Channel | undefined {
    if (key === undefined) return undefined;
    if (isSoFar === true) this.#soFar.add(key);
    const channel = this.#open(key, role, form);
    return isRepeatable === true && channel.isComplete ? undefined : channel;
  }

  #open(key: string, role: Role, form: TextForm): Channel {
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
   * The lanes of an event with these pieces. Without any it stays where it came among those of the fields that it names: the
   * first of a tool call, say. None overtakes the end of a choice, and that none of the text before it.
   */
  lanesOf({ texts, completes }: ParsedEvent, pieces: readonly HeldPiece[]): readonly Lane[] {
    const hasText = pieces.length > 0;
    const channels = hasText ? pieces.map(({ channel }) => channel) : texts.map((one) => this.of(one));
    const own = channels.flatMap((channel) => channel?.lanes ?? []);
    return [...new Set([...own, ...this.#lanesBefore(completes, hasText)])];
  }

  /**
   * Those of choices that say in an event, for the first time, that they have finished; and if it has no text, those in which
   * the end of a choice waits.
   */
  #lanesBefore(finishing: readonly string[], hasText: boolean): readonly Lane[] {
    const fresh = finishing.filter((prefix) => !this.#finished.has(prefix));
    if (fresh.length === 0 && (hasText || this.#finished.size === 0)) return [];
    const isBefore = (key: string, channel: Channel): boolean =>
      fresh.some((prefix) => key.startsWith(prefix)) ||
      (!hasText && channel.isOver && channel.lanes.some((lane) => !lane.isEmpty));
    return [...this.#channels].flatMap(([key, channel]) => (isBefore(key, channel) ? channel.lanes : []));
  }

  #isFinished(key: string): boolean {
    for (const prefix of this.#finished) if (key.startsWith(prefix)) return true;
    return false;
  }

  #refuseBeyond(size: number): void {
    if (size < maxChannels) return;
    throw unreadableStream(`more than ${maxChannels} text fields in one stream`);
  }
}
