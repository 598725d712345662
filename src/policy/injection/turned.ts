import { aligned, mirrored, type Reading, type Span } from './reading.ts';
import { rotate, turnAround } from './turned-words.ts';

/** What letters rotated by thirteen say. */
export function rotatedReading(part: string, span: Span): readonly Reading[] {
  return [aligned('rot13', rotate(part), span)];
}

/** What a text says from its end, and what each of its words says from its end. */
export function reversedReadings(part: string, span: Span): readonly Reading[] {
  const backwards = turnAround(part);
  return [
    mirrored('reversed', backwards, span),
    aligned('reversed-words', backwards.split(' ').toReversed().join(' '), span),
  ];
}
