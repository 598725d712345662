import { leastSpelling, type Sighting, type Signals } from '../rules/signals.ts';
import { escapeReading, runReadings } from './encoded.ts';
import { gapReading, selectorReading, tagReading } from './hidden.ts';
import type { Reading } from './reading.ts';
import { joinedReading, leetReading } from './respelled.ts';
import { turnedReadings } from './turned.ts';

/** Which readings to make besides the plain one. */
export interface ReadingSettings {
  readonly decodesBase64: boolean;
}

export interface Readings {
  readonly readings: readonly Reading[];
  /** Whether something that looked like another reading was not read, because a limit was reached. */
  readonly isTruncated: boolean;
}

/** Characters of a text that are read again in one way, from where the need for it was first seen. */
export const rereadLimit = 65_536;
const turnedLimit = 4_096;
const mostDecodes = 16;
/** Context before the first sign, so that a phrase only partly obscured is whole. */
const lead = 256;
const leastMixed = 2;
const leastHidden = 4;
const leastGaps = 3;

/** Makes the readings a text's signs call for; ordinary prose calls for none. */
export function otherReadings(text: string, signals: Signals, settings: ReadingSettings): Readings {
  const region = new Region(text);
  const readings: Reading[] = [];
  const when = (sighting: Sighting, least: number, read: (part: string, from: number) => Reading): void => {
    if (sighting.count >= least) readings.push(read(region.from(sighting), region.start(sighting)));
  };
  when(signals.tags, leastHidden, tagReading);
  when(signals.selectors, leastHidden, selectorReading);
  when(signals.otherInvisible, leastGaps, gapReading);
  when(signals.spelling, leastSpelling, joinedReading);
  when(signals.mixedWords, leastMixed, (part, from) => leetReading(part, from, 'i'));
  when(signals.mixedWords, leastMixed, (part, from) => leetReading(part, from, 'l'));
  if (text.includes('%') || text.includes('\\') || text.includes('&#')) readings.push(...region.escapes());
  if (settings.decodesBase64 && signals.longWords.count > 0) readings.push(...region.runs(signals.longWords));
  readings.push(...turnedReadings(text, signals.strangeRuns, turnedLimit));
  return { readings, isTruncated: region.isTruncated };
}

/** The part of a text that is read again. Readings are given the text cut at its end, so offsets stay the original's. */
class Region {
  readonly #text: string;
  isTruncated = false;

  constructor(text: string) {
    this.#text = text;
  }

  start(sighting: Sighting): number {
    return Math.max(0, sighting.from - lead);
  }

  from(sighting: Sighting): string {
    const end = this.start(sighting) + rereadLimit;
    if (end < this.#text.length) this.isTruncated = true;
    return this.#text.slice(0, end);
  }

  escapes(): readonly Reading[] {
    const first = this.#text.search(/%[0-9a-f]{2}|\\[xu][0-9a-f]{2}|&#/i);
    if (first < 0) return [];
    const sighting = { count: 1, from: first };
    const reading = escapeReading(this.from(sighting), this.start(sighting));
    return reading === undefined ? [] : [reading];
  }

  runs(sighting: Sighting): readonly Reading[] {
    const { readings, isTruncated } = runReadings(this.from(sighting), this.start(sighting), mostDecodes);
    if (isTruncated) this.isTruncated = true;
    return readings;
  }
}
