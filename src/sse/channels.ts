import type { FieldGuards } from '../policy/field-guards.ts';
import type { Role, TextForm } from '../policy/policy.ts';
import { Channel } from './channel.ts';
import { Lane } from './lane.ts';
import { unreadable } from './unreadable.ts';

const maxChannels = 4096;

/** The name of a channel's lane. */
export type LaneOf = (channel: string) => string;

/** The text fields of one streamed answer, by key. */
export class Channels {
  readonly #guards: FieldGuards;
  readonly #laneOf: LaneOf;
  readonly #lanes = new Map<string, Lane>();
  /** Every lane of the stream. */
  readonly lanes: Lane[] = [];
  readonly #channels = new Map<string, Channel>();
  /** Prefixes of choices that said why they finished. */
  readonly #finished = new Set<string>();
  /** Fields that began after their choice had finished: nobody says of them again that they have. */
  readonly #late = new Set<Channel>();
  /** Fields that repeat what came of their choice. */
  readonly #soFar = new Set<string>();

  constructor(guards: FieldGuards, laneOf: LaneOf) {
    this.#guards = guards;
    this.#laneOf = laneOf;
  }

  /** Whether some choice finished and none has text that is not. */
  get isFinished(): boolean {
    return this.#finished.size > 0 && [...this.#channels.values()].every((channel) => this.#isOver(channel));
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
      this.#late.delete(channel);
      this.#channels.delete(old);
      this.#soFar.delete(old);
    }
  }

  #isOver(channel: Channel): boolean {
    return channel.isComplete || channel.isFinished || this.#late.has(channel);
  }

  /** The field with this key, opened if it is new. */
  open(key: string, role: Role, form: TextForm): Channel {
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    this.#refuseBeyond(this.#channels.size);
    const channel = new Channel(this.#guards.open(role, key, form), this.lane(this.#laneOf(key)));
    this.#channels.set(key, channel);
    if (this.#isFinished(key)) this.#late.add(channel);
    return channel;
  }

  lane(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = new Lane();
    this.#lanes.set(name, lane);
    this.lanes.push(lane);
    return lane;
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
      fresh.some((prefix) => key.startsWith(prefix)) ||
      (!hasText && this.#isOver(channel) && !channel.lane.isEmpty);
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
