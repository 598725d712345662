import { GatewayError } from '../errors.ts';
import { type Splice, splice } from '../json/splice.ts';
import { replaceData } from './parse.ts';

/** A channel as the queue sees it: where its events wait, what of it is decided, and how that leaves. */
export interface QueuedChannel {
  readonly lanes: readonly Lane[];
  /** All text before this offset is decided. */
  readonly released: number;
  /** Whether anything changes of the piece that is next to leave, and ends there. */
  isEdited(end: number): boolean;
  /** The piece [start, end), which is next to leave, as it leaves. Once. */
  leave(text: string, start: number, end: number): string;
}

/** A piece of text in an event: its place in its channel and in the event's data. */
export interface HeldPiece {
  readonly channel: QueuedChannel;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly nodeStart: number;
  readonly nodeEnd: number;
}

/** An event on its way to the client. */
export interface HeldEvent {
  /** The event is [at, end) of this text: of a piece of the stream where it came whole, else all of it. */
  readonly piece: string;
  readonly at: number;
  readonly end: number;
  readonly pieces: readonly HeldPiece[];
  /** What it must not overtake, and must not be overtaken by: the lanes of its texts. */
  readonly lanes: readonly Lane[];
  /** Missing: places are those in the event itself, which has but one line of data. */
  readonly data?: string;
  /** Changes that were known at once: whole texts that were rewritten. */
  readonly splices?: readonly Splice[];
  /** Made as well where anything else changes. */
  readonly logprobs?: readonly Splice[];
  /** Its place in the order of those that wait. Given by the queue: copies with it were a third of what events cost. */
  arrival: number;
}

/** What waits in the order it came. One of thousands that moves by one at a time must not be copied for each. */
export class Line<T> {
  #all: (T | undefined)[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#all.length;
  }

  get head(): T | undefined {
    return this.#all[this.#first];
  }

  push(one: T): void {
    this.#all.push(one);
  }

  shift(): void {
    this.#all[this.#first] = undefined; // or it would be kept alive, and the piece of the stream that it is of
    this.#first += 1;
    if (this.isEmpty) this.clear();
    else if (this.#first >= 64 && this.#first * 2 > this.#all.length) this.#compact();
  }

  keep(isWanted: (one: T) => boolean): void {
    this.#compact();
    this.#all = this.#all.filter((one) => one !== undefined && isWanted(one));
  }

  clear(): void {
    this.#all = [];
    this.#first = 0;
  }

  #compact(): void {
    this.#all = this.#all.slice(this.#first);
    this.#first = 0;
  }
}

/**
 * Withheld events that must keep their order among themselves. Lanes do not wait for each other: the last word of the
 * reasoning, which only its end decides, must not hold up the whole of the answer behind it.
 */
export type Lane = Line<HeldEvent>;

/** The events of one stream from their verdict, or the wait for it, to the text that leaves. */
export class EventQueue {
  /** Characters of all events that wait. */
  chars = 0;
  /** The piece of the stream under way. */
  piece = '';
  readonly #mostChars: number;
  readonly #lanes = new Map<string, Lane>();
  #arrivals = 0;
  /** What leaves, and behind it the run of the piece that leaves as it came: a run is copied once. */
  #text = '';
  #runStart = 0;
  #runEnd = 0;

  /** `mostChars`: beyond so many withheld the stream is refused. */
  constructor(mostChars: number) {
    this.#mostChars = mostChars;
  }

  get isEmpty(): boolean {
    return this.chars === 0;
  }

  get lanes(): readonly Lane[] {
    return [...this.#lanes.values()];
  }

  /** The lane of this name, opened if it is new. */
  lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = new Line<HeldEvent>();
    this.#lanes.set(name, lane);
    return lane;
  }

  /** Events come out of the next piece from now on. */
  begin(piece: string): void {
    this.piece = piece;
    this.#runStart = this.#runEnd = 0;
  }

  /** What has left until now, once. */
  take(): string {
    this.#closeRun();
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** Part of the piece leaves, as it came. */
  pass(at: number, end: number): void {
    if (at !== this.#runEnd) {
      this.#closeRun();
      this.#runStart = at;
    }
    this.#runEnd = end;
  }

  add(text: string): void {
    if (text === '') return;
    this.#closeRun();
    this.#text += text;
  }

  /** What left untouched since the run began goes out before anything else does. */
  #closeRun(): void {
    if (this.#runEnd === this.#runStart) return;
    this.#text += this.piece.slice(this.#runStart, this.#runEnd);
    this.#runStart = this.#runEnd;
  }

  /** Takes an event, and lets it leave where it need not wait, and with it those that waited for its verdict. */
  push(event: HeldEvent): void {
    if (isDecided(event) && event.lanes.every((lane) => lane.isEmpty)) return this.#leave(event);
    this.#arrivals += 1;
    event.arrival = this.#arrivals;
    for (const lane of event.lanes) lane.push(event);
    this.chars += event.end - event.at;
    this.#flush(event.lanes);
    if (this.chars <= this.#mostChars) return;
    throw new GatewayError(
      'policy_failed',
      `more than ${this.#mostChars} characters of events were withheld (4 times limits.sse_event_bytes)`,
    );
  }

  /** Lets all leave that may leave by now. */
  flush(): void {
    if (!this.isEmpty) this.#flush(this.lanes);
  }

  /** Forgets what waits. */
  clear(): void {
    for (const lane of this.#lanes.values()) lane.clear();
    this.chars = 0;
  }

  /** Lets the events of these lanes leave that may leave by now, in the order they came. */
  #flush(lanes: readonly Lane[]): void {
    const [only] = lanes;
    if (only === undefined || lanes.length > 1 || !this.#flushOne(only)) this.#flushAll(lanes);
  }

  /** One lane has its events in the order they came, and nearly every stream has one; false where others have a say. */
  #flushOne(lane: Lane): boolean {
    for (let event = lane.head; event !== undefined; event = lane.head) {
      if (event.lanes.length > 1) return false;
      if (!isDecided(event)) break;
      lane.shift();
      this.#letGo(event);
    }
    return true;
  }

  #flushAll(lanes: readonly Lane[]): void {
    const ready: HeldEvent[] = [];
    const open = [...lanes];
    for (let lane = open.pop(); lane !== undefined; lane = open.pop()) {
      for (let event = lane.head; event !== undefined && isFree(event); event = lane.head) {
        ready.push(event);
        for (const one of event.lanes) one.shift();
        // It may have been what others of its lanes waited for.
        if (event.lanes.length > 1) open.push(...event.lanes);
      }
    }
    if (ready.length > 1) ready.sort((a, b) => a.arrival - b.arrival);
    for (const event of ready) this.#letGo(event);
  }

  #letGo(event: HeldEvent): void {
    this.chars -= event.end - event.at;
    this.#leave(event);
  }

  #leave(event: HeldEvent): void {
    const { piece, at, end } = event;
    const changed = rewritten(event);
    if (changed !== undefined) this.add(changed);
    else if (piece === this.piece) this.pass(at, end);
    else this.add(piece.slice(at, end));
  }
}

function isFree(event: HeldEvent): boolean {
  return isDecided(event) && event.lanes.every(({ head }) => head === event);
}

function isDecided({ pieces }: HeldEvent): boolean {
  for (const { channel, end } of pieces) if (channel.released < end) return false;
  return true;
}

/** The event as it leaves; undefined where nothing in it changed. */
function rewritten({ piece, at, end, data, pieces, splices, logprobs }: HeldEvent): string | undefined {
  let changes = splices;
  for (const { channel, text, start, end: pieceEnd, nodeStart, nodeEnd } of pieces) {
    if (!channel.isEdited(pieceEnd)) continue;
    const replacement = JSON.stringify(channel.leave(text, start, pieceEnd));
    changes = [...(changes ?? []), { start: nodeStart, end: nodeEnd, replacement }];
  }
  if (changes === undefined || changes.length === 0) return undefined;
  const all = [...changes, ...(logprobs ?? [])];
  const raw = piece.slice(at, end);
  return data === undefined ? splice(raw, all) : replaceData(raw, splice(data, all));
}
