import { parsedJson } from '../json/parsed.ts';
import { eventData, SseParser } from './parse.ts';

/** The number of the last numbered event in a text of whole events. */
export function lastNumber(text: string): number | undefined {
  let last: number | undefined;
  const parser = new SseParser(Number.POSITIVE_INFINITY);
  parser.push(text);
  for (let raw = parser.next(); raw !== undefined; raw = parser.next()) {
    const data = eventData(raw);
    if (data?.includes('"sequence_number"') === true) last = numberOf(data) ?? last;
  }
  return last;
}

function numberOf(data: string): number | undefined {
  const event = parsedJson(data);
  if (typeof event !== 'object' || event === null || !('sequence_number' in event)) return undefined;
  return typeof event.sequence_number === 'number' ? event.sequence_number : undefined;
}
