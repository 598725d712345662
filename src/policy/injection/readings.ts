import type { Work } from '../../work.ts';
import { Spots } from '../rules/signals.ts';
import { escapeReading, runReadings } from './encoded.ts';
import { gapReading, selectorReading, tagReading } from './hidden.ts';
import type { Reading, TextSpan } from './reading.ts';
import { joinedReading, leetReadings } from './respelled.ts';
import type { RuleScorer } from './rule-scorer.ts';
import { reversedReadings, rotatedReading } from './turned.ts';

/** What calls for another reading: what any scan notices, and words that are English once turned around. */
type Signs = Pick<RuleScorer, 'signals' | 'rotated' | 'reversed'>;

export interface Readings {
  /** Each makes the readings of one part of the text. */
  readonly makes: readonly (() => readonly Reading[])[];
  /** Whether something that called for another reading was left out of it, because a limit was reached. */
  readonly isTruncated: boolean;
}

/** Characters of a text that are read again in one way, beginning with the first spot that calls for it. */
export const rereadLimit = 65_536;
/** Context on both sides, so that a phrase only partly disguised is whole. */
const margin = 192;
/** Sightings in one spot that call for another reading. */
const least = { hidden: 4, gaps: 3, spelt: 1, mixed: 2, turned: 2, escapes: 1, long: 1 } as const;

const escapeMarks = ['%', '\\x', '\\u', '&#'];
const escapeSign = /%[0-9a-f]{2}|\\[xu][0-9a-f]{2}|&#/i;
const longestSign = 4;

/** The escapes of a text without any. */
export const noEscapes = new Spots(0);

/**
 * The readings that the signs of a text and its escapes call for; ordinary prose calls for none. What one costs is spent
 * when it is made.
 */
export function planReadings(text: string, signs: Signs, decodesBase64: boolean, escapes: Spots): Readings {
  const { signals, rotated, reversed } = signs;
  const isPlain = signals.isEmpty && rotated.isEmpty && reversed.isEmpty && escapes.isEmpty;
  if (isPlain) return noReadings;
  const makes: (() => readonly Reading[])[] = [];
  let isTruncated = false;
  const read = (spots: Spots, enough: number, make: Make): void => {
    let room = rereadLimit;
    let from = 0;
    for (const spot of spots.all) {
      if (spot.count < enough || spot.end <= from) continue;
      const start = Math.max(from, spot.start - margin);
      const end = Math.min(text.length, spot.end + margin, start + room);
      if (end < spot.end) isTruncated = true;
      if (end <= start) return;
      room -= end - start;
      from = end;
      makes.push(() => make(text.slice(start, end), { start, end }));
    }
  };
  read(signals.tags, least.hidden, tagReading);
  read(signals.selectors, least.hidden, selectorReading);
  read(signals.otherInvisible, least.gaps, gapReading);
  read(signals.spelling, least.spelt, joinedReading);
  read(signals.mixedWords, least.mixed, leetReadings);
  read(rotated, least.turned, rotatedReading);
  read(reversed, least.turned, reversedReadings);
  read(escapes, least.escapes, escapeReading);
  if (decodesBase64) read(signals.longWords, least.long, runReadings);
  return { makes, isTruncated };
}

const noReadings: Readings = { makes: [], isTruncated: false };

/** Makes readings of a part of the text, which lies at the span. */
type Make = (part: string, span: TextSpan) => readonly Reading[];

/** Whether there may be an escape in it. */
export function mayHoldEscapes(text: string): boolean {
  return escapeMarks.some((mark) => text.includes(mark));
}

/** From the first escape on. */
export function* escapesIn(text: string): Work<Spots> {
  const spots = new Spots(0);
  for (let at = 0; at < text.length; at += rereadLimit) {
    if (at > 0) yield;
    const found = text.slice(at, at + rereadLimit + longestSign).search(escapeSign);
    if (found < 0) continue;
    spots.add(at + found, text.length);
    break;
  }
  return spots;
}
