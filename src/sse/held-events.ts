import { type Splice, splice } from '../json/splice.ts';
import type { Channel } from './channel.ts';
import type { Lane, Waiting } from './lane.ts';
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
  readonly raw: string;
  readonly data: string;
  readonly pieces: readonly HeldPiece[];
  /** What it must not overtake, and must not be overtaken by: the lanes of its texts. */
  readonly lanes: readonly Lane[];
  /** Changes that were known at once: whole texts that were rewritten. */
  readonly splices: readonly Splice[];
  /** Made as well where anything else changes. */
  readonly logprobs: readonly Splice[];
}

/** Events that wait for a verdict, each in its lanes. */
export class HeldEvents {
  /** Characters of all of them together. */
  chars = 0;
  #arrivals = 0;
  #count = 0;

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Takes an event, and returns it as it leaves where it need not wait. */
  push(event: HeldEvent): string | undefined {
    if (isDecided(event) && event.lanes.every((lane) => lane.isEmpty)) return left(event);
    this.#arrivals += 1;
    const waiting = { ...event, arrival: this.#arrivals };
    for (const lane of event.lanes) lane.push(waiting);
    this.#count += 1;
    this.chars += event.raw.length;
    return undefined;
  }

  /** The events of these lanes as they leave that may leave by now, in the order they came. */
  take(lanes: readonly Lane[]): string {
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
    this.#count -= ready.length;
    if (ready.length > 1) ready.sort((a, b) => a.arrival - b.arrival);
    let text = '';
    for (const event of ready) {
      this.chars -= event.raw.length;
      text += left(event);
    }
    return text;
  }

  /** Forgets what waits in these lanes, which are all there are. */
  clear(lanes: readonly Lane[]): void {
    for (const lane of lanes) lane.clear();
    this.#count = 0;
    this.chars = 0;
  }
}

function isFree(event: HeldEvent): boolean {
  return isDecided(event) && event.lanes.every(({ head }) => head === event);
}

function left(event: HeldEvent): string {
  const text = written(event);
  for (const { channel, end } of event.pieces) channel.forget(end);
  return text;
}

function isDecided(event: HeldEvent): boolean {
  return event.pieces.every(({ channel, end }) => channel.released >= end);
}

/** The event as it leaves: its own bytes unless something in it changed. */
function written(event: HeldEvent): string {
  const splices = [...event.splices];
  for (const { channel, text, start, end, nodeStart, nodeEnd } of event.pieces) {
    if (!channel.isEdited(start, end)) continue;
    const replacement = JSON.stringify(channel.enforced(text, start, end));
    splices.push({ start: nodeStart, end: nodeEnd, replacement });
  }
  if (splices.length === 0) return event.raw;
  return replaceData(event.raw, splice(event.data, [...splices, ...event.logprobs]));
}
