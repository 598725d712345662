import { GatewayError } from '../errors.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import type { Role, TextForm } from '../policy/policy.ts';
import { Channel } from './channel.ts';
import { Lane } from './lane.ts';

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
  #late: Channel[] = [];

  constructor(guards: FieldGuards, laneOf: LaneOf) {
    this.#guards = guards;
    this.#laneOf = laneOf;
  }

  /** Whether some choice finished and none has text that is not complete. */
  get isFinished(): boolean {
    return this.#finished.size > 0 && [...this.#channels.values()].every((channel) => channel.isComplete);
  }

  /** The field with this key, opened if it is new. */
  open(key: string, role: Role, form: TextForm): Channel {
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    this.#refuseBeyond(this.#channels.size);
    const channel = new Channel(this.#guards.open(role, key, form), this.lane(this.#laneOf(key)));
    this.#channels.set(key, channel);
    if (this.#isFinished(key)) this.#late.push(channel);
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

  finish(prefix: string): void {
    this.#refuseBeyond(this.#finished.size);
    this.#finished.add(prefix);
  }

  /** A field that begins after its choice has finished (notes, citations) is over with its first event. */
  completeLate(): boolean {
    if (this.#late.length === 0) return false;
    const late = this.#late;
    this.#late = [];
    for (const channel of late) {
      channel.complete();
      if (channel.isDenied) return true;
    }
    return false;
  }

  #isFinished(key: string): boolean {
    for (const prefix of this.#finished) if (key.startsWith(prefix)) return true;
    return false;
  }

  #refuseBeyond(size: number): void {
    if (size < maxChannels) return;
    throw new GatewayError(
      'upstream_invalid',
      `the provider sent more than ${maxChannels} text fields in one stream`,
    );
  }
}
