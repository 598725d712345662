import { none } from '../guards/detector.ts';
import { apostrophe, isStop } from '../text/ascii.ts';
import { classes, Folding, type Fold } from '../text/fold.ts';
import type { RuleSet } from './compile.ts';
import { Units } from '../text/units.ts';
import { asciiShift, wordBreaks, deadState, edgeKey, mixed, rootState } from './automaton.ts';
import { Places, type OnMatch } from './places.ts';
import { longWord, Signals } from './signals.ts';

const farAhead = 0x10000;
const mostTokens = 0x40000000;

/** Characters read before the tokens noted among them are acted on, and numbers noted for a token. */
const stride = 256;
const eventSize = 4;
/** A noted token: a word's symbol as it is, a mark's code with this. */
const markEvent = 0x10000;

/**
 * Runs a rule set over a text in one pass, given whole or in pieces of any split: the matches are the same. Linear:
 * a character costs one step of an automaton, a token one look at the rules that know it.
 */
export class RuleScan {
  readonly signals = new Signals();
  readonly #set: RuleSet;
  readonly #folding = new Folding();
  readonly #places: Places;
  readonly #widest: number;
  readonly #units = new Units(stride);
  /** Each character notes at most one token, and a piece may end a word begun before it. */
  readonly #events = new Int32Array((stride + 1) * eventSize);
  /** Number of the last token. */
  #token = farAhead;
  /** Offset of the piece in hand, and everything read so far. */
  #base = 0;
  #read = 0;
  /** The word being read: where it began (-1: none) and its states. */
  #wordStart: number = none;
  #state = rootState;
  /** State with look-alikes taken for what they look like, and for the other letter some look like; `#state` until `#isForked`. */
  #looks = rootState;
  #otherLooks = rootState;
  #isForked = false;
  /** The first half of a surrogate pair whose second half has not been seen. */
  #highSurrogate = 0;

  /** `widest`: in UTF-16 code units; a wider match is dropped. It also bounds how much a stream must withhold. */
  constructor(set: RuleSet, widest: number, onMatch: OnMatch) {
    this.#set = set;
    this.#widest = widest;
    this.#places = new Places(set, widest, onMatch);
  }

  set onMatch(onMatch: OnMatch) {
    this.#places.onMatch = onMatch;
  }

  /** Begins a new text, as if nothing had been read. */
  reset(): void {
    this.#places.reset();
    // So far ahead that nothing reached in an earlier text is within any gap.
    this.#token += farAhead;
    if (this.#token > mostTokens) this.#startOver();
    this.signals.reset();
    this.#base = 0;
    this.#read = 0;
    this.#highSurrogate = 0;
    this.#beginWord(-1);
  }

  /** Tokens are noted as 32-bit numbers, so once in a long while the count begins again. */
  #startOver(): void {
    this.#places.forget();
    this.#token = farAhead;
  }

  push(text: string): void {
    for (let from = 0; from < text.length; from += stride) {
      const length = this.#units.fill(
        from === 0 && text.length <= stride ? text : text.slice(from, from + stride),
      );
      this.#base = this.#read;
      this.#read += length;
      this.#chunk(length);
    }
  }

  #chunk(length: number): void {
    let at = 0;
    while (at < length) {
      if (!this.#isForked && this.#highSurrogate === 0) at = this.#ascii(at, length);
      if (at < length) at = this.#any(at);
    }
  }

  end(): void {
    if (this.#highSurrogate !== 0) this.#codePoint(this.#highSurrogate, this.#read - 1, this.#read);
    this.#highSurrogate = 0;
    if (this.#wordStart !== none) this.#endWord(this.#read);
  }

  /** Everything before this offset is decided: no text yet to come can make it part of a match. */
  settled(): number {
    const loose = this.#read - (this.#highSurrogate === 0 ? 0 : 1);
    const earliest = this.#places.earliest(this.#token, loose);
    if (this.#wordStart === none || loose - this.#wordStart > this.#widest) return earliest;
    const { mayStart } = this.#set;
    const may =
      mayStart[this.#state] === 1 || mayStart[this.#looks] === 1 || mayStart[this.#otherLooks] === 1;
    return Math.min(earliest, may ? this.#wordStart : loose);
  }

  /**
   * Reads ASCII until something else comes: the loop nearly all text is read by. It only notes the tokens that matter,
   * for `#settle` to act on: a loop without calls, with few variables and few arrays reads text four times as fast.
   */
  #ascii(from: number, to: number): number {
    const { next, symbols, asciiMarks } = this.#set.lexicon;
    const events = this.#events;
    const units = this.#units.codes;
    let noted = 0;
    let state = this.#state;
    let start = this.#wordStart - this.#base;
    let token = this.#token;
    let at = from;
    for (; at < to; at += 1) {
      const code = units[at] ?? 0;
      if (code > 127) break;
      const after = next[(state << asciiShift) | code] ?? 0;
      if (after < wordBreaks.from) {
        if (state === rootState) start = at;
        state = after;
        continue;
      }
      if (state !== rootState) {
        token += 1;
        const symbol = symbols[state] ?? 0;
        const length = at - start;
        if (symbol !== 0 || length === 1 || length >= longWord) {
          events[noted] = symbol;
          events[noted + 1] = token;
          events[noted + 2] = start;
          events[noted + 3] = at;
          noted += eventSize;
        }
        state = rootState;
      }
      if (after !== wordBreaks.space) {
        token += 1;
        if (after === wordBreaks.stop || asciiMarks[code] !== 0) {
          events[noted] = markEvent | code;
          events[noted + 1] = token;
          events[noted + 2] = at;
          noted += eventSize;
        }
      }
    }
    this.#state = state;
    this.#looks = state;
    this.#otherLooks = state;
    this.#wordStart = state === rootState ? none : start + this.#base;
    this.#token = token;
    this.#settle(noted);
    return at;
  }

  #settle(noted: number): void {
    const events = this.#events;
    const base = this.#base;
    const { asciiMarks } = this.#set.lexicon;
    for (let at = 0; at < noted; at += eventSize) {
      const symbol = events[at] ?? 0;
      const token = events[at + 1] ?? 0;
      const start = base + (events[at + 2] ?? 0);
      if (symbol < markEvent) this.#word(symbol, token, start, base + (events[at + 3] ?? 0));
      else this.#mark(asciiMarks[symbol & 127] ?? 0, symbol & 127, token, start);
    }
  }

  /** Reads one code point of any kind, or the half of one at the end of a piece. */
  #any(at: number): number {
    const code = this.#units.codes[at] ?? 0;
    const high = this.#highSurrogate;
    this.#highSurrogate = 0;
    const offset = this.#base + at;
    if (high !== 0 && code >= 0xdc00 && code <= 0xdfff) {
      this.#codePoint(0x10000 + ((high - 0xd800) << 10) + code - 0xdc00, offset - 1, offset + 1);
      return at + 1;
    }
    if (high !== 0) {
      this.#codePoint(high, offset - 1, offset);
      return at;
    }
    if (code >= 0xd800 && code <= 0xdbff) this.#highSurrogate = code;
    else this.#codePoint(code, offset, offset + 1);
    return at + 1;
  }

  #codePoint(codePoint: number, start: number, end: number): void {
    const read = this.#folding.of(codePoint);
    if (read.class === classes.letter) {
      if (this.#wordStart === none) this.#beginWord(start);
      for (const letter of read.folded) this.#step(letter, read);
      return;
    }
    if (read.class === classes.ignorable) {
      this.signals.invisible(codePoint, start);
      return;
    }
    const code = read.folded[0] ?? 0;
    if (code === apostrophe && this.#wordStart !== none) return;
    if (this.#wordStart !== none) this.#endWord(start);
    if (read.class === classes.space) return;
    this.#token += 1;
    this.#places.accept(this.#set.lexicon.marks.get(code) ?? 0, this.#token, start, end);
    if (isStop(code)) this.#places.lastStop = this.#token;
  }

  #step(code: number, { lookalike, other }: Fold): void {
    const { next, edges, leave } = this.#set.lexicon;
    const row = code < 128 ? code : lookalike;
    const otherRow = code < 128 ? code : other;
    this.#looks = row === 0 ? deadState : (next[(this.#looks << asciiShift) | row] ?? 0);
    this.#otherLooks = otherRow === 0 ? deadState : (next[(this.#otherLooks << asciiShift) | otherRow] ?? 0);
    if (code < 128) {
      this.#state = next[(this.#state << asciiShift) | code] ?? 0;
      return;
    }
    this.#state = edges.get(edgeKey(this.#state, code)) ?? leave[this.#state] ?? deadState;
    this.#isForked = true;
  }

  #beginWord(start: number): void {
    this.#wordStart = start;
    this.#state = rootState;
    this.#looks = rootState;
    this.#otherLooks = rootState;
    this.#isForked = false;
  }

  /** A word lasts until something ends it: invisible characters after its last letter belong to it. */
  #endWord(end: number): void {
    const { symbols } = this.#set.lexicon;
    const own = symbols[this.#state] ?? 0;
    let symbol = own;
    if (this.#isForked)
      symbol = (symbols[this.#looks] ?? 0) & ~mixed || (symbols[this.#otherLooks] ?? 0) & ~mixed || own;
    this.#token += 1;
    this.#word(symbol, this.#token, this.#wordStart, end);
    this.#beginWord(-1);
  }

  #word(noted: number, token: number, start: number, end: number): void {
    const symbol = noted & ~mixed;
    if (noted !== symbol) this.signals.mixedWords.add(start, end);
    if (end - start === 1) this.signals.letter(start);
    else if (end - start >= longWord) this.signals.longWords.add(start, end);
    if (symbol !== 0) this.#places.accept(symbol, token, start, end);
  }

  #mark(symbol: number, code: number, token: number, start: number): void {
    if (symbol !== 0) this.#places.accept(symbol, token, start, start + 1);
    if (isStop(code)) this.#places.lastStop = token;
  }
}
