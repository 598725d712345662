import type { ParsedEvent, EventText } from '../dialect/dialect.ts';
import { formatBodyPath } from '../dialect/path.ts';
import { written } from '../dialect/texts.ts';
import { laterUsage } from '../dialect/usage.ts';
import type { Splice } from '../json/splice.ts';
import { enforceWhole } from '../policy/guards/whole.ts';
import type { Role, TextForm } from '../policy/policy.ts';
import type { Usage } from '../record/usage.ts';
import { type Channel, Channels } from './channels.ts';
import type { EnforcerOptions, StreamEnd } from './enforcer-options.ts';
import type { OpenedStream } from './opening.ts';
import { hasOtherLines, judgeOtherLines } from './other-lines.ts';
import { eventData, missingEnd, replaceData, SseParser, unreadableStream } from './parse.ts';
import { EventQueue, type HeldPiece, type Lane } from './queue.ts';
import { type ReadEvent, readEvent } from './read-event.ts';
import { type EventTemplate, Templates } from './template.ts';

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
  #parser: SseParser;
  readonly #channels: Channels;
  readonly #queue: EventQueue;
  /** That of all events, where these are numbered. */
  readonly #onlyLane: readonly Lane[] | undefined;
  readonly #templates = new Templates();
  /** What is left of the stream has no blank line behind it. */
  #isEnding = false;

  constructor(options: EnforcerOptions) {
    this.#options = options;
    const queue = new EventQueue(options.heldChars);
    const { laneOf } = options.dialect;
    this.#queue = queue;
    this.#channels = new Channels(options.guards, (key) => queue.lane(laneOf?.(key) ?? ''));
    this.#onlyLane = laneOf === undefined ? [queue.lane('')] : undefined;
    this.#parser = new SseParser(options.eventChars);
  }

  get isHolding(): boolean {
    return !this.#queue.isEmpty;
  }

  /** Characters of the events that are withheld, and of the one that is not whole yet. */
  get heldChars(): number {
    return this.#queue.chars + this.#parser.heldChars;
  }

  /** Goes on with a stream where its opening stopped, and returns what may leave now. */
  begin({ parser, events }: OpenedStream): string {
    this.#parser = parser;
    this.#queue.add(parser.takeMark());
    for (const { raw, data, read } of events) this.#event(raw, data, read);
    return this.#readOn();
  }

  /** Takes the next piece of the stream and returns what may leave now. */
  push(text: string): string {
    if (this.#isOver) return this.#queue.take();
    this.#parser.push(text);
    this.#queue.add(this.#parser.takeMark()); // at once: no client knows one behind an event that has overtaken it
    return this.#readOn();
  }

  #readOn(): string {
    const parser = this.#parser;
    this.#queue.begin(parser.piece);
    while (!this.#isOver) {
      const { nextAt } = parser;
      const end = nextAt === -1 ? -1 : this.#takeKnown(parser.piece, nextAt);
      if (end !== -1) {
        parser.skip(end);
        continue;
      }
      const raw = parser.next();
      if (raw === undefined) break;
      const wasKnown = nextAt === -1 && this.#takeKnown(raw, 0) === raw.length; // put together from pieces
      if (!wasKnown) this.#event(raw, eventData(raw));
    }
    return this.#queue.take();
  }

  /** The upstream has ended, or broken off: what is undecided then is dropped. Returns what may still leave. */
  end(isBroken = false): { readonly text: string; readonly end: StreamEnd } {
    this.#isEnding = true;
    const last = this.isDenied ? undefined : this.#parser.end();
    if (last !== undefined) this.#event(last, eventData(last));
    const isFinished = !isBroken && this.#channels.isFinished;
    if (isFinished && !this.#isOver) this.#complete('');
    if (!this.isDenied) this.#cut();
    const text = this.#queue.take();
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
    if (this.#options.guards.isIdle === true || !hasOtherLines(raw)) return raw;
    return judgeOtherLines(raw, (line) => this.#whole('other', 'event', line, 'plain')) ?? raw;
  }

  #event(came: string, data: string | undefined, read?: ReadEvent): void {
    if (this.#isOver) return;
    const raw = this.#withoutOther(came);
    if (this.isDenied) return;
    if (data === undefined) return this.#pass(raw);
    if (data.trim() === '[DONE]') return this.#done(raw);
    const reading = readEvent(data, this.#options, read);
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
    if (this.#channels.hasSoFar) return -1;
    const template = this.#templates.match(piece, at);
    const { end } = this.#templates;
    if (template === undefined || end - at > this.#options.eventChars) return -1;
    this.#known(template, piece, at, end);
    return end;
  }

  #known(template: EventTemplate, piece: string, at: number, end: number): void {
    const { channel, prefix, suffix } = template;
    const text = piece.slice(at + prefix.length, end - suffix.length);
    const start = channel.length;
    this.#push(channel, text);
    if (this.isDenied) return;
    const { lanes, length, released } = channel;
    const isNext = released >= length && lanes.every((lane) => lane.isEmpty);
    if (isNext && !channel.isEdited(length) && piece === this.#queue.piece) return this.#queue.pass(at, end);
    const nodeStart = prefix.length - 1;
    const nodeEnd = nodeStart + text.length + 2;
    const pieces = [{ channel, text, start, end: length, nodeStart, nodeEnd }];
    this.#queue.push({ piece, at, end, pieces, lanes, arrival: 0 });
  }

  #reading(raw: string, data: string, reading: ParsedEvent): void {
    if (reading.usage !== undefined) this.usage = laterUsage(reading.usage, this.usage);
    if (reading.isUsageOnly && !this.#options.showsUsage) return;
    for (const what of reading.uninspected) if (!this.uninspected.includes(what)) this.uninspected.push(what);
    if (this.uninspected.length > 0 && this.#options.blocksUninspected === true) return this.#deny();
    this.#templates.learn(raw, reading, this.#channels);
    const splices: Splice[] = this.#options.guards.isIdle === true ? [] : [...reading.strayLogprobs];
    const pieces = this.#judge(reading, splices);
    if (this.isDenied) return;
    const lanes = this.#fixedLanes() ?? this.#channels.lanesOf(reading, pieces);
    this.#conclude(reading);
    if (this.isDenied) return;
    const { logprobs } = reading;
    this.#queue.push({
      piece: raw,
      at: 0,
      end: raw.length,
      pieces,
      lanes,
      data,
      splices,
      logprobs,
      arrival: 0,
    });
  }

  // Before the event itself leaves, and with it all that waited for these fields: after the end of the answer nothing
  // else will decide them, and after an error nothing does.
  #conclude(reading: ParsedEvent): void {
    this.isError = reading.isError;
    this.isTerminal = reading.isTerminal;
    if (reading.isError) return this.#cut(); // whatever else it says: the answer has broken off
    for (const prefix of reading.completes) {
      if (reading.isFinish) this.#channels.finish(prefix);
      else if (!this.isDenied) this.#complete(prefix);
    }
    if (!this.isDenied && reading.isTerminal) this.#complete('');
  }

  #judge(reading: ParsedEvent, splices: Splice[]): HeldPiece[] {
    const pieces: HeldPiece[] = [];
    this.#channels.goOn(reading.texts);
    for (const one of reading.texts) {
      const channel = this.#channels.of(one);
      if (channel === undefined) this.#judgeWhole(one, splices);
      else if (one.site.text !== '') pieces.push(this.#taken(one, channel));
      if (this.isDenied) return pieces;
    }
    return pieces;
  }

  #judgeWhole({ site }: EventText, splices: Splice[]): void {
    const { role, text, form, node } = site;
    const next = this.#whole(role, formatBodyPath(site.path), text, form);
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

  #fixedLanes(): readonly Lane[] | undefined {
    return this.#isEnding ? this.#queue.lanes : this.#onlyLane; // without its blank line it must be the last
  }

  // Data that is no JSON has no fields: it is judged as one text. Cut off in the middle it says nothing, and no client
  // reads an event that never ended.
  #plain(raw: string, data: string): void {
    if (this.#isEnding) return;
    if (this.#options.guards.isIdle !== true && data.includes('{'))
      throw unreadableStream('an event that is not one JSON document');
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
    if (channel.isComplete) throw unreadableStream('more text for a field it had declared finished');
    this.pieces += 1;
    channel.push(text);
    if (channel.isDenied) this.#deny();
  }

  #deny(): void {
    this.isDenied = true;
    this.#queue.clear();
  }

  #complete(prefix: string): void {
    if (this.#channels.complete(prefix)) this.#deny();
    else this.#queue.flush();
  }

  #cut(): void {
    this.#channels.cut();
    this.#queue.flush();
  }

  #pass(raw: string): void {
    const lanes = this.#fixedLanes() ?? [];
    this.#queue.push({ piece: raw, at: 0, end: raw.length, pieces: [], lanes, arrival: 0 });
  }
}
