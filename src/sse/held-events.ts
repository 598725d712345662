import { type Splice, splice } from '../json/splice.ts';
import type { Channel } from './channel.ts';
import type { Lane, Waiting } from './lane.ts';
import type { Outgoing } from './outgoing.ts';
import { replaceData } from './parse.ts';

/** A piece of text in a withheld event: its place in its channel and in the event's data. */
export interface HeldPiece {
  readonly channel: Channel;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly nodeStart: number;
  readonly nodeEnd: number;
}

export interface HeldEvent {
  /** The event is [at, end) of this text: of a piece of the stream where it came whole, else all of it. */
  readonly piece: string;
  readonly at: number;
  readonly end: number;
  /** Undefined: places are those in the event itself, which has but one line of data. */
  readonly data: string | undefined;
  readonly pieces: readonly HeldPiece[];
  /** What it must not overtake, and must not be overtaken by: the lanes of its texts. */
  readonly lanes: readonly Lane[];
  /** Changes that were known at once: whole texts that were rewritten. */
  readonly splices: readonly Splice[];
  /** Made as well where anything else changes. */
  readonly logprobs: readonly Splice[];
}

/** What changes in most events. */
export const unchanged: readonly Splice[] = [];

/** Where an event is that came in parts, or was written anew. */
export function placeOf(raw: string): Pick<HeldEvent, 'piece' | 'at' | 'end'> {
  return { piece: raw, at: 0, end: raw.length };
}

/** An event with nothing in it to be judged. */
export function textless(raw: string, lanes: readonly Lane[]): HeldEvent {
  return { ...placeOf(raw), data: '', pieces: [], lanes, splices: unchanged, logprobs: unchanged };
}

/** Events that wait for a verdict, each in its lanes. */
export class HeldEvents {
  /** Characters of all of them together. */
  chars = 0;
  #arrivals = 0;
  #count = 0;
  readonly #out: Outgoing;

  constructor(out: Outgoing) {
    this.#out = out;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Takes an event, and lets it leave where it need not wait; whether it left. */
  push(event: HeldEvent): boolean {
    if (isDecided(event) && event.lanes.every((lane) => lane.isEmpty)) {
      this.#leave(event);
      return true;
    }
    this.#arrivals += 1;
    const waiting = { ...event, arrival: this.#arrivals };
    for (const lane of event.lanes) lane.push(waiting);
    this.#count += 1;
    this.chars += event.end - event.at;
    return false;
  }

  /** Lets the events of these lanes leave that may leave by now, in the order they came. */
  take(lanes: readonly Lane[]): void {
    const [only] = lanes;
    if (only === undefined || lanes.length > 1 || !this.#takeFrom(only)) this.#takeAll(lanes);
  }

  /** One lane has its events in the order they came, and nearly every stream has one; false where others have a say. */
  #takeFrom(lane: Lane): boolean {
    for (let event = lane.head; event !== undefined; event = lane.head) {
      if (event.lanes.length > 1) return false;
      if (!isDecided(event)) break;
      lane.shift();
      this.#letGo(event);
    }
    return true;
  }

  #takeAll(lanes: readonly Lane[]): void {
    const ready: Waiting[] = [];
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

  /** Forgets what waits in these lanes, which are all there are. */
  clear(lanes: readonly Lane[]): void {
    for (const lane of lanes) lane.clear();
    this.#count = 0;
    this.chars = 0;
  }

  #letGo(event: Waiting): void {
    this.#count -= 1;
    this.chars -= event.end - event.at;
    this.#leave(event);
  }

  #leave(event: HeldEvent): void {
    const { piece, at, end } = event;
    const changed = rewritten(event);
    if (changed !== undefined) this.#out.add(changed);
    // A run of events that leave as they came is copied once.
    else if (piece === this.#out.piece) this.#out.pass(at, end);
    else this.#out.add(piece.slice(at, end));
    for (const one of event.pieces) one.channel.forget(one.end);
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
  let changes: Splice[] | undefined;
  for (const one of pieces) {
    if (!one.channel.isEdited(one.start, one.end)) continue;
    const replacement = JSON.stringify(one.channel.enforced(one.text, one.start, one.end));
    changes ??= [...splices];
    changes.push({ start: one.nodeStart, end: one.nodeEnd, replacement });
  }
  if (changes === undefined && splices.length === 0) return undefined;
  const all = [...(changes ?? splices), ...logprobs];
  const raw = piece.slice(at, end);
  return data === undefined ? splice(raw, all) : replaceData(raw, splice(data, all));
}
