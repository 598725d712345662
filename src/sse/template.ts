import type { ParsedEvent, EventText } from '../dialect/dialect.ts';
import type { Channel, Channels } from './channels.ts';
import { eventData, isOneLine } from './parse.ts';

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

/** What events of one stream looked like. */
export class Templates {
  #all: readonly EventTemplate[] = [];
  /** Where the event ends that was matched last. */
  end = -1;

  /** The template of the event that begins at `at`. */
  match(piece: string, at: number): EventTemplate | undefined {
    for (const template of this.#all) {
      if (template.channel.isComplete) continue;
      const textEnd = textEndOf(template, piece, at);
      if (textEnd === -1) continue;
      this.end = textEnd + template.suffix.length;
      return template;
    }
    return undefined;
  }

  /** Takes in an event that none of them matched, if its only text is one piece of one channel. */
  learn(raw: string, reading: ParsedEvent, channels: Channels): void {
    const only = isPlain(reading) && isOneLine(raw) ? onlyText(reading.texts) : undefined;
    if (only === undefined || only.isSoFar === true) return;
    const { start, end } = only.site.node;
    if (raw.length - (end - start) > longestTemplate) return;
    const offset = raw.length - 2 - (eventData(raw)?.length ?? 0);
    const prefix = raw.slice(0, offset + start + 1);
    const suffix = raw.slice(offset + end - 1);
    // Known already: it was cut by the network, or its text holds an escape.
    if (this.#all.some((one) => one.prefix === prefix && one.suffix === suffix)) return;
    const channel = channels.of(only);
    if (channel === undefined) return;
    // Copied: slices would keep the whole network piece alive for as long as the stream lives.
    const template = { prefix: copy(prefix), suffix: copy(suffix), channel };
    this.#all = [template, ...this.#all.slice(0, maxTemplates - 1)];
  }
}

function isPlain(reading: ParsedEvent): boolean {
  if (reading.isTerminal || reading.isError || reading.usage !== undefined) return false;
  const { completes, logprobs, strayLogprobs, uninspected } = reading;
  return [completes, logprobs, strayLogprobs, uninspected].every(({ length }) => length === 0);
}

/** Where the text of an event of this shape ends that begins at `at`; -1 where the event there has another shape. */
function textEndOf({ prefix, suffix }: EventTemplate, piece: string, at: number): number {
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

function copy(text: string): string {
  return Buffer.from(text).toString();
}
