import type { EventReading, EventText } from '../dialect/dialect.ts';
import { formatPath } from '../dialect/path.ts';
import { written } from '../dialect/texts.ts';
import { laterUsage } from '../dialect/usage.ts';
import { GatewayError } from '../errors.ts';
import type { Splice } from '../json/splice.ts';
import { enforceWhole } from '../policy/guards/whole.ts';
import type { Role, TextForm } from '../policy/policy.ts';
import type { Usage } from '../telemetry/finished-exchange.ts';
import type { Channel } from './channel.ts';
import { Channels } from './channels.ts';
import type { EnforcerOptions, StreamEnd } from './enforcer-options.ts';
import { type HeldEvent, HeldEvents, type HeldPiece, placeOf, textless, unchanged } from './held-events.ts';
import type { Lane } from './lane.ts';
import { Outgoing } from './outgoing.ts';
import { hasOtherLines, judgeOtherLines } from './other-lines.ts';
import { missingEnd, replaceData, SseParser } from './parse.ts';
import { readEvent } from './read-event.ts';
import { type EventTemplate, learn, matchTemplate } from './template.ts';
import { unreadable } from './unreadable.ts';

/**
 * Enforces a streamed answer event by event: text in, text out, in one turn of the loop. An event leaves byte for byte
 * once nothing in it can still be part of a match; only events that hold part of one are edited. Events of one field keep
 * their order.
 */
export class StreamEnforcer {
  usage: Usage | undefined;
  isTerminal = false;
  isDenied = false;
  /** An error event has been seen: it is passed on, and the stream ends with it. */
  isError = false;
  /** What came and could not be judged. */
  readonly uninspected: string[] = [];
  pieces = 0;
  readonly #options: EnforcerOptions;
  readonly #parser: SseParser;
  readonly #channels: Channels;
  readonly #out = new Outgoing();
  readonly #held = new HeldEvents(this.#out);
  /** The lanes of an event without text of its own. */
  readonly #commonLanes: readonly Lane[];
  #templates: readonly EventTemplate[] = [];
  /** What is left of the stream has no blank line behind it. */
  #isEnding = false;

  constructor(options: EnforcerOptions) {
    this.#options = options;
    const { laneOf } = options.dialect;
    this.#channels = new Channels(options.guards, laneOf ?? (() => ''));
    this.#commonLanes = laneOf === undefined ? [this.#channels.lane('')] : [];
    this.#parser = new SseParser(
      options.eventChars,
      (raw, data) => this.#event(this.#withoutOther(raw), data),
      (piece, at) => this.#takeKnown(piece, at),
    );
  }

  get isHolding(): boolean {
    return !this.#held.isEmpty;
  }

  /** Characters of the events that are withheld, and of the one that is not whole yet. */
  get heldChars(): number {
    return this.#held.chars + this.#parser.heldChars;
  }

  /** Takes the next piece of the stream and returns what may leave now. */
  push(text: string): string {
    const piece = this.#out.begin(text);
    if (!this.isDenied) this.#parser.push(piece);
    return this.#out.take();
  }

  /** The upstream has ended, or broken off: what is undecided then is dropped. Returns what may still leave. */
  end(isBroken = false): { readonly text: string; readonly end: StreamEnd } {
    this.#isEnding = true;
    if (!this.isDenied) this.#parser.end();
    const isFinished = !isBroken && this.#channels.isFinished;
    if (isFinished && !this.#isOver) this.#complete('');
    if (!this.isDenied) this.#cut();
    const text = this.#out.take();
    return { text: this.isTerminal ? text : text + missingEnd(text), end: this.#verdict(isFinished) };
  }

  #verdict(isFinished: boolean): StreamEnd {
    if (this.isDenied) return 'denied';
    if (this.isError) return 'failed';
    return this.isTerminal || isFinished ? 'complete' : 'cut';
  }

  get #isOver(): boolean {
    return this.isDenied || this.isTerminal || this.isError;
  }

  /** The event with its lines other than data judged: each is a text of its own. */
  #withoutOther(raw: string): string {
    if (this.#isOver || this.#options.guards.isIdle === true || !hasOtherLines(raw)) return raw;
    return judgeOtherLines(raw, (line) => this.#whole('other', 'event', line, 'plain')) ?? raw;
  }

  #event(raw: string, data: string | undefined): void {
    if (this.#isOver) return;
    if (data === undefined) return this.#pass(raw);
    if (data.trim() === '[DONE]') return this.#done(raw);
    const reading = readEvent(data, this.#options);
    if (reading === undefined) this.#plain(raw, data);
    else this.#reading(raw, data, reading);
  }

  #done(raw: string): void {
    this.#complete('');
    if (this.isDenied) return;
    this.isTerminal = true;
    this.#pass(raw);
  }

  // The fast way, for nearly every event of a stream: known by its shape, its text taken by position.
  #takeKnown(piece: string, at: number): number {
    if (this.#isOver || this.#channels.hasSoFar) return -1;
    for (const template of this.#templates) {
      if (template.channel.isComplete) continue;
      const textEnd = matchTemplate(template, piece, at);
      if (textEnd === -1) continue;
      const end = textEnd + template.suffix.length;
      if (end - at > this.#options.eventChars) return -1;
      this.#known(template, piece, at, end);
      return end;
    }
    return -1;
  }

  #known(template: EventTemplate, piece: string, at: number, end: number): void {
    const { channel, prefix, suffix } = template;
    const text = piece.slice(at + prefix.length, end - suffix.length);
    const start = channel.length;
    this.#push(channel, text);
    if (this.isDenied) return;
    const isClear = channel.released >= channel.length && !channel.isEdited(start, channel.length);
    if (isClear && channel.lane.isEmpty && piece === this.#out.piece) return this.#out.pass(at, end);
    const nodeStart = prefix.length - 1;
    const nodeEnd = nodeStart + text.length + 2;
    const pieces = [{ channel, text, start, end: channel.length, nodeStart, nodeEnd }];
    const { lanes } = channel;
    this.#hold({ piece, at, end, data: undefined, pieces, lanes, splices: unchanged, logprobs: unchanged });
  }

  #reading(raw: string, data: string, reading: EventReading): void {
    if (reading.usage !== undefined) this.usage = laterUsage(reading.usage, this.usage);
    if (reading.isUsageOnly && !this.#options.showsUsage) return;
    for (const what of reading.uninspected) if (!this.uninspected.includes(what)) this.uninspected.push(what);
    this.#templates = learn(this.#templates, raw, reading, ({ channel, site, isSoFar }) =>
      channel === undefined || isSoFar === true
        ? undefined
        : this.#channels.open(channel, site.role, site.form),
    );
    const splices: Splice[] = this.#options.guards.isIdle === true ? [] : [...reading.strayLogprobs];
    const pieces = this.#judge(reading, splices);
    if (this.isDenied) return;
    const lanes = this.#lanesOf(reading, pieces);
    this.#conclude(reading);
    if (!this.isDenied)
      this.#hold({ ...placeOf(raw), data, pieces, lanes, splices, logprobs: reading.logprobs });
  }

  // Before the event itself leaves, and with it all that waited for these fields: after the end of the answer nothing
  // else will decide them, and after an error nothing does.
  #conclude(reading: EventReading): void {
    this.isError = reading.isError;
    this.isTerminal = reading.isTerminal;
    if (reading.isError) return this.#cut(); // whatever else it says: the answer has broken off
    for (const prefix of reading.completes) {
      if (reading.isFinish) this.#channels.finish(prefix);
      else if (!this.isDenied) this.#complete(prefix);
    }
    if (!this.isDenied && reading.isTerminal) this.#complete('');
  }

  #judge(reading: EventReading, splices: Splice[]): HeldPiece[] {
    const pieces: HeldPiece[] = [];
    for (const { channel, site } of this.#channels.hasSoFar ? reading.texts : [])
      if (channel !== undefined && site.text !== '') this.#channels.goOn(channel);
    for (const one of reading.texts) {
      const channel = this.#channelOf(one);
      if (channel === undefined) this.#judgeWhole(one, splices);
      else if (one.site.text !== '') pieces.push(this.#taken(one, channel));
      if (this.isDenied) return pieces;
    }
    return pieces;
  }

  #channelOf({ site: { role, form }, channel: key, isRepeatable, isSoFar }: EventText): Channel | undefined {
    if (key === undefined) return undefined;
    if (isSoFar === true) this.#channels.repeats(key);
    const channel = this.#channels.open(key, role, form);
    return isRepeatable === true && channel.isComplete ? undefined : channel;
  }

  #judgeWhole({ site }: EventText, splices: Splice[]): void {
    const { role, text, form, node } = site;
    const next = this.#whole(role, formatPath(site.path), text, form);
    if (next === undefined || next === text) return;
    splices.push({ start: node.start, end: node.end, replacement: written(site, next) });
  }

  #taken({ site: { text, node }, channel: key = '' }: EventText, channel: Channel): HeldPiece {
    const over = channel.length === 0 ? this.#options.dialect.endedBy?.(key) : undefined;
    if (over !== undefined) this.#complete(over);
    const start = channel.length;
    if (!this.isDenied) this.#push(channel, text);
    return { channel, text, start, end: channel.length, nodeStart: node.start, nodeEnd: node.end };
  }

  /**
   * An event without text stays where it came among those of the fields that it names: the first of a tool call, say. None
   * overtakes the end of a choice, and that none of the text before it.
   */
  #lanesOf({ texts, completes }: EventReading, pieces: readonly HeldPiece[]): readonly Lane[] {
    const fixed = this.#fixedLanes();
    if (fixed !== undefined) return fixed;
    const channels =
      pieces.length > 0 ? pieces.map(({ channel }) => channel) : texts.map((one) => this.#channelOf(one));
    const own = channels.flatMap((channel) => channel?.lane ?? []);
    return [...new Set([...own, ...this.#channels.lanesBefore(completes, pieces.length > 0)])];
  }

  #fixedLanes(): readonly Lane[] | undefined {
    if (this.#isEnding) return this.#channels.lanes; // without its blank line it must be the last
    return this.#commonLanes.length > 0 ? this.#commonLanes : undefined;
  }

  // Data that is no JSON has no fields: it is judged as one text. Cut off in the middle it says nothing, and no client
  // reads an event that never ended.
  #plain(raw: string, data: string): void {
    if (this.#isEnding) return;
    if (this.#options.guards.isIdle !== true && data.includes('{'))
      throw unreadable('an event that is not one JSON document');
    const next = this.#whole('other', 'data', data, 'plain');
    if (next !== undefined) this.#pass(next === data ? raw : replaceData(raw, next));
  }

  #whole(role: Role, path: string, text: string, form: TextForm): string | undefined {
    if (text === '') return text;
    const guard = this.#options.guards.open(role, path, form, text);
    if (guard === undefined) return text;
    const enforced = enforceWhole(guard, text);
    if (enforced.denied === undefined) return enforced.text;
    this.#deny();
    return undefined;
  }

  #push(channel: Channel, text: string): void {
    if (text === '') return;
    if (channel.isComplete) throw unreadable('more text for a field it had declared finished');
    this.pieces += 1;
    channel.push(text);
    if (channel.isDenied) this.#deny();
  }

  #deny(): void {
    this.isDenied = true;
    this.#held.clear(this.#channels.lanes);
  }

  #complete(prefix: string): void {
    if (this.#channels.complete(prefix)) this.#deny();
    else this.#flush();
  }

  #cut(): void {
    this.#channels.cut();
    this.#flush();
  }

  #pass(raw: string): void {
    this.#hold(textless(raw, this.#fixedLanes() ?? []));
  }

  #hold(event: HeldEvent): void {
    if (this.#held.push(event)) return;
    this.#held.take(event.lanes);
    if (this.#held.chars <= this.#options.heldChars) return;
    throw new GatewayError(
      'policy_failed',
      `more than ${this.#options.heldChars} characters of events were withheld (4 times limits.sse_event_bytes)`,
    );
  }

  #flush(): void {
    if (!this.#held.isEmpty) this.#held.take(this.#channels.lanes);
  }
}
