import type { EventReading, EventText } from '../dialect/dialect.ts';
import type { Channel } from './channels.ts';
import { eventData } from './parse.ts';

/**
 * The shape of an event that differs from the one before only in its text: everything up to the text's opening quote,
 * and from its closing quote to the blank line. Between them stands a JSON string without quote, backslash or control
 * character, so an event that begins and ends alike parses alike, and its text is found by position (0.1 us, not 1.5).
 */
export interface EventTemplate {
  readonly prefix: string;
  readonly suffix: string;
  readonly channel: Channel;
}

const maxTemplates = 4;
/** What is longer holds a picture, say, and no second event is like it. */
const longestTemplate = 4096;

/** The templates after an event that none of them took: its own is added if its only text is one piece of one channel. */
export function learn(
  templates: readonly EventTemplate[],
  raw: string,
  reading: EventReading,
  channelOf: (text: EventText) => Channel | undefined,
): readonly EventTemplate[] {
  if (!isPlain(reading)) return templates;
  const only = onlyText(reading.texts);
  const offset = dataOffset(raw);
  if (only === undefined || offset === undefined) return templates;
  const { start, end } = only.site.node;
  if (raw.length - (end - start) > longestTemplate) return templates;
  const prefix = raw.slice(0, offset + start + 1);
  const suffix = raw.slice(offset + end - 1);
  // Known already: it was cut by the network, or its text holds an escape.
  if (templates.some((one) => one.prefix === prefix && one.suffix === suffix)) return templates;
  const channel = channelOf(only);
  if (channel === undefined) return templates;
  // Copied: slices would keep the whole network piece alive for as long as the stream lives.
  const template = { prefix: copy(prefix), suffix: copy(suffix), channel };
  return [template, ...templates.slice(0, maxTemplates - 1)];
}

function isPlain(reading: EventReading): boolean {
  if (reading.isTerminal || reading.isError || reading.usage !== undefined) return false;
  const { completes, logprobs, strayLogprobs, uninspected } = reading;
  return [completes, logprobs, strayLogprobs, uninspected].every(({ length }) => length === 0);
}

/** Where the text of an event of this shape ends that begins at `at`; -1 where the event there has another shape. */
export function matchTemplate(template: EventTemplate, piece: string, at: number): number {
  const { prefix, suffix } = template;
  const start = at + prefix.length;
  // Comparing slices is twice as fast as startsWith, and eight times as fast as comparing characters (measured).
  if (piece.slice(at, start) !== prefix) return -1;
  const end = piece.indexOf('"', start);
  if (end === -1 || piece.slice(end, end + suffix.length) !== suffix) return -1;
  for (let i = start; i < end; i += 1) {
    const code = piece.charCodeAt(i);
    if (code === 92 || code < 32) return -1;
  }
  return end;
}

function onlyText(texts: readonly EventText[]): EventText | undefined {
  let found: EventText | undefined;
  for (const one of texts) {
    if (one.site.text === '') continue;
    if (found !== undefined) return undefined;
    found = one;
  }
  return found;
}

/** Where the data begins in an event of one `data:` line and a blank one; undefined for any other form. */
function dataOffset(raw: string): number | undefined {
  if (!raw.startsWith('data:') || raw.indexOf('\n') !== raw.length - 2 || raw.includes('\r'))
    return undefined;
  return raw.length - 2 - (eventData(raw)?.length ?? 0);
}

function copy(text: string): string {
  return Buffer.from(text).toString();
}
