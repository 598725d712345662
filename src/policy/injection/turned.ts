import type { StrangeRun } from '../rules/signals.ts';
import { decoded, type Reading } from './reading.ts';

/** Runs this close are one: a word that is known by chance does not part them. */
const near = 48;

/** Readings of what is not English as it stands: letters rotated by thirteen, and turned around whole or word by word. */
export function turnedReadings(text: string, runs: readonly StrangeRun[], most: number): readonly Reading[] {
  return merge(runs, most).flatMap((run) => {
    const written = text.slice(run.start, run.end);
    if (!isLatin(written)) return [];
    const backwards = turn(written);
    return [
      decoded('rot13', rotate(written), run, true),
      decoded('reversed', backwards, run, true),
      decoded('reversed-words', backwards.split(' ').toReversed().join(' '), run, true),
    ];
  });
}

function merge(runs: readonly StrangeRun[], most: number): readonly StrangeRun[] {
  const merged: StrangeRun[] = [];
  let total = 0;
  for (const run of runs) {
    const last = merged.at(-1);
    const joins = last !== undefined && run.start - last.end <= near;
    const start = joins ? last.start : run.start;
    total += run.end - (joins ? last.end : run.start);
    if (total > most) break;
    if (joins) merged.pop();
    merged.push({ start, end: run.end });
  }
  return merged;
}

function isLatin(text: string): boolean {
  const start = text.slice(0, 200);
  return (start.match(/[A-Za-z]/g)?.length ?? 0) * 2 > start.length;
}

function rotate(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

function turn(text: string): string {
  return Array.from(text).toReversed().join('');
}
