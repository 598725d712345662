import { ask, type Door, type Reception } from './client.ts';
import { chatStreams } from './chat-places.ts';
import { callFor } from './journey.ts';
import { readFields } from './fields.ts';
import type { StreamPlace } from './place.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';
import { readSse } from './sse-record.ts';

/** When the words of a harmless, paced stream reached the client, measured from when the provider sent each. */
export interface Delay {
  readonly words: number;
  readonly gapMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
  /** At how many different moments words arrived: one means all at once. */
  readonly moments: number;
  /** Whether the first word came only after the last was sent. */
  readonly isBuffered: boolean;
}

const prose =
  'The harbour lay quiet under a pale sky while small boats rocked against the old stone wall and the gulls walked along it as if they had been asked to count every one of them before the tide came in again and the evening lamps were lit';
const words: readonly string[] = prose.match(/\S+\s*/g) ?? [];
const gapMs = 25;

const place: StreamPlace | undefined = chatStreams.find(({ id }) => id === 'content');

/** With a gateway and without: what differs is the gateway's doing. */
export interface Delays {
  readonly delay: Delay | undefined;
  readonly directDelay: Delay | undefined;
}

/** The calmest of some rounds, taken in turn: what else the machine does only adds. */
export async function measureDelays(
  upstream: ScriptedUpstream,
  doors: { readonly gateway: Door; readonly direct: Door },
  rounds: number,
): Promise<Delays> {
  const through: (Delay | undefined)[] = [];
  const past: (Delay | undefined)[] = [];
  for (let round = 0; round < rounds; round += 1) {
    past.push(await measureDelay(upstream, doors.direct));
    through.push(await measureDelay(upstream, doors.gateway));
  }
  return { delay: calmest(through), directDelay: calmest(past) };
}

/** Undefined where the words were not all there in some round. */
function calmest(rounds: readonly (Delay | undefined)[]): Delay | undefined {
  if (rounds.includes(undefined)) return undefined;
  return rounds.toSorted((a, b) => (a?.maxMs ?? 0) - (b?.maxMs ?? 0))[0];
}

/** Undefined where the words do not all arrive. */
export async function measureDelay(upstream: ScriptedUpstream, door: Door): Promise<Delay | undefined> {
  if (place === undefined) return undefined;
  upstream.answerWith({
    path: place.path,
    headers: { 'content-type': 'text/event-stream' },
    writes: place.events(words).map((event) => ({ bytes: Buffer.from(event), pauseMs: gapMs })),
    ending: 'whole',
  });
  const reception = await ask(door, { path: place.path, body: callFor(place) });
  return delayOf(words, upstream.sentAtMs.slice(1), reception);
}

/** `sentAtMs` has the moment of each word, and may go on. */
export function delayOf(
  said: readonly string[],
  sentAtMs: readonly number[],
  { arrivals }: Pick<Reception, 'arrivals'>,
): Delay | undefined {
  const arrivedAtMs = arrivalOfEach(said, arrivals);
  if (arrivedAtMs === undefined) return undefined;
  const delays = arrivedAtMs.map((at, word) => at - (sentAtMs[word] ?? Number.NaN));
  const sorted = delays.toSorted((a, b) => a - b);
  return {
    words: said.length,
    gapMs,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    maxMs: sorted.at(-1) ?? Number.NaN,
    moments: new Set(arrivedAtMs).size,
    isBuffered: (arrivedAtMs[0] ?? 0) > (sentAtMs[said.length - 1] ?? Number.NaN),
  };
}

/** When the last character of each word was there: a word of which a part is withheld has not arrived. */
function arrivalOfEach(
  said: readonly string[],
  arrivals: Reception['arrivals'],
): readonly number[] | undefined {
  const ends: number[] = [];
  for (const word of said) ends.push((ends.at(-1) ?? 0) + word.length);
  const arrivedAtMs: number[] = [];
  let text = '';
  for (const { atMs, bytes } of arrivals) {
    text += bytes.toString('latin1'); // the words are ASCII
    const shown = readFields(readSse(text).documents).get('choices[0].delta.content') ?? '';
    if (!said.join('').startsWith(shown)) return undefined;
    while (arrivedAtMs.length < ends.length && shown.length >= (ends[arrivedAtMs.length] ?? Number.NaN))
      arrivedAtMs.push(atMs);
  }
  return arrivedAtMs.length === said.length ? arrivedAtMs : undefined;
}
