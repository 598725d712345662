import { calls } from './call-places.ts';
import { chatBodies, chatStreams, oddChatStreams } from './chat-places.ts';
import { bodyCuts, type Cut, cuts } from './cuts.ts';
import type { Place } from './place.ts';
import { responsesBodies, responsesStreams } from './responses-places.ts';
import { type Planted, secrets } from './secrets.ts';

/** One place and one way of cutting it, with the values that are planted there in turn. */
export interface Group {
  /** `stream: content`. */
  readonly id: string;
  readonly place: Place;
  readonly cut: Cut;
  readonly planted: readonly Planted[];
}

export const places: readonly Place[] = [
  ...chatStreams,
  ...oddChatStreams,
  ...responsesStreams,
  ...chatBodies,
  ...responsesBodies,
  ...calls,
];

export function nameOf(place: Place): string {
  return `${place.kind}: ${place.id}`;
}

/** A provider writes a call in no other way than it got it: only its client's packets can be cut. */
function cutsOf({ kind }: Place): readonly Cut[] {
  if (kind === 'stream') return cuts;
  return kind === 'answer' ? bodyCuts : ['one event', 'every byte'];
}

/** The escapes are those of the at sign. */
function plantedAt({ spelling }: Place, of: readonly Planted[]): readonly Planted[] {
  return spelling === 'escaped arguments' ? of.filter(({ value }) => value.includes('@')) : of;
}

export function allGroups(): readonly Group[] {
  return places.flatMap((place) =>
    cutsOf(place).map((cut) => ({ id: nameOf(place), place, cut, planted: plantedAt(place, secrets) })),
  );
}

/** A group for every place and two secrets, each cut where it hurts most. */
export function smokeGroups(): readonly Group[] {
  const few = secrets.filter(({ id }) => id === 'long e-mail' || id === 'SSN');
  return places.map((place) => {
    const cut = place.kind === 'stream' ? 'every character' : 'one event';
    return { id: nameOf(place), place, cut, planted: plantedAt(place, few) };
  });
}
