import { type Splice, splice } from '../json/splice.ts';
import type { Channel } from './channel.ts';
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
  /** Changes that were known at once: whole texts that were rewritten. */
  readonly splices: readonly Splice[];
  /** Made as well where anything else changes. */
  readonly logprobs: readonly Splice[];
}

/** Events that wait for a verdict, in the order they came. */
export class HeldEvents {
  /** Characters of all of them together. */
  chars = 0;
  #events: HeldEvent[] = [];
  #first = 0;

  get isEmpty(): boolean {
    return this.#first === this.#events.length;
  }

  push(event: HeldEvent): void {
    this.#events.push(event);
    this.chars += event.raw.length;
  }

  /** The first event as it leaves, once everything in it is decided. */
  take(): string | undefined {
    const event = this.#events[this.#first];
    if (event === undefined || !isDecided(event)) return undefined;
    this.chars -= event.raw.length;
    this.#shift();
    const text = written(event);
    for (const { channel, end } of event.pieces) channel.forget(end);
    return text;
  }

  clear(): void {
    this.#events = [];
    this.#first = 0;
    this.chars = 0;
  }

  // A queue of thousands that moves one event at a time must not be copied for each.
  #shift(): void {
    this.#first += 1;
    if (this.#first === this.#events.length) {
      this.#events = [];
      this.#first = 0;
    } else if (this.#first >= 64 && this.#first * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
  }
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
