import { isMapping } from '../config/path.ts';
import { SimulatorRefusal } from './refusal.ts';

/** A JSON object as it came from the wire: every field is unknown until it is read. */
export type Fields = Readonly<Record<string, unknown>>;

/** The elements of a list; none where the value is no list. */
export function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of a list, anything else left out. */
export function objects(value: unknown): readonly Fields[] {
  return elements(value).filter(isMapping);
}

export function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

/** A required, non-empty string. */
export function requireText(body: Fields, key: string): string {
  const value = body[key];
  if (typeof value === 'string' && value !== '') return value;
  throw new SimulatorRefusal(`you must provide a ${key} parameter`, { param: key });
}

/** A whole number within bounds, or what stands in for it when the field is absent or null. */
export function wholeOr<T>(
  body: Fields,
  key: string,
  bounds: readonly [number, number],
  otherwise: T,
): number | T {
  const value = body[key];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'number' && Number.isInteger(value) && value >= bounds[0] && value <= bounds[1])
    return value;
  throw new SimulatorRefusal(`'${key}' must be a whole number from ${bounds[0]} to ${bounds[1]}`, {
    param: key,
  });
}

export function flag(body: Fields, key: string): boolean {
  const value = body[key];
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  throw new SimulatorRefusal(`'${key}' must be true or false`, { param: key });
}

/** The text of a message's content: a string, or the text of its parts. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objects(content)
    .map((part) => textOr(part['text'], ''))
    .join('');
}

/** `stop` as a list: sequences the answer ends before. */
export function stopSequences(body: Fields): readonly string[] {
  const value = body['stop'];
  const list = typeof value === 'string' ? [value] : elements(value);
  return list.filter((entry) => typeof entry === 'string' && entry !== '').map(String);
}

/** What the user said last. */
export function lastUserText(messages: readonly Fields[]): string {
  return contentText(messages.findLast((message) => message['role'] === 'user')?.['content']);
}
