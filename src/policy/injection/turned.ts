import { decoded, type Reading, type Span } from './reading.ts';
import { rotate, turnAround } from './turned-words.ts';

/** What letters rotated by thirteen say. */
export function rotatedReading(text: string, span: Span): readonly Reading[] {
  return [decoded('rot13', rotate(text), span)];
}

/** What a text says from its end, and what each of its words says from its end. */
export function reversedReadings(text: string, span: Span): readonly Reading[] {
  const backwards = turnAround(text);
  return [
    decoded('reversed', backwards, span),
    decoded('reversed-words', backwards.split(' ').toReversed().join(' '), span),
  ];
}
