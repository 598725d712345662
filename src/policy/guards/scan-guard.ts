import type { Guard, GuardOut } from '../guard.ts';
import { type Detector, endsAt, lookBehind, type Rest, undecided } from './detector.ts';
import { HeldText } from './held-text.ts';
import { breaksMatch, type CompiledRules, compileDetectors, everyKind } from './scan-rules.ts';
import { type Judge, type Match, ruleOf } from './judge.ts';

interface ScanRules {
  /** In order of priority: where two could match at one position, the earlier is believed. */
  readonly detectors: readonly Detector[];
  /** Most code units held back, if not less than the longest lead. A candidate still undecided there is judged like a match. */
  readonly holdBackLimit: number;
  readonly judge: Judge;
}

/** Held text is cut down to its context only past this length, so that most pushes copy nothing. */
const trimAt = 512;
/** A longer text is taken in parts of this size: what a guard needs for it is bounded, and stays in the cache. */
const mostAtOnce = 8192;

/** Compiles detectors once; each call of the result is a fresh guard for one field. */
export function compileScan({ detectors, holdBackLimit, judge }: ScanRules): () => Guard {
  const open = compileGuards(detectors, holdBackLimit);
  return () => open(judge);
}

/** Compiles detectors once, for guards of which each has a judge of its own. */
export function compileGuards(detectors: readonly Detector[], mostHeld: number): (judge: Judge) => Guard {
  const compiled = compileDetectors(detectors, mostHeld, mostAtOnce);
  return (judge) => new Scan(compiled, judge);
}

class Scan implements Guard {
  readonly #rules: CompiledRules;
  readonly #judge: Judge;
  /** Decided context, then what is undecided. */
  readonly #view: HeldText;
  /**
   * For each search its next candidate, or `~from` where it is still to be sought from `from` on. Kept between pushes, for
   * what was passed over holds no match whatever follows. Anything before the position under judgement is out of date.
   */
  readonly #next: number[];
  /** Where a candidate waits for more text, and what was said of it: a push asks only who is undecided. */
  readonly #waiting = { at: -1, detector: 0, start: 0 };
  readonly #kinds: number[];
  /** Whether those were found in the text as it is now: a candidate kept from an earlier push may be fewer by what came. */
  readonly #areKinds: boolean[];
  /** Offset in the field of the first code unit held. */
  #base = 0;
  /** Index in the text held of the first undecided code unit. */
  #cursor = 0;
  #denied = false;
  /** The match taken out last reached the limit and goes on: its rest is deleted as it comes, and never held. */
  #rest: Rest | undefined;
  /** Nothing undecided holds a sign: it is at most the lead of a match to come. */
  #quiet = true;

  constructor(rules: CompiledRules, judge: Judge) {
    this.#rules = rules;
    this.#judge = judge;
    this.#view = new HeldText(rules.room);
    this.#next = rules.searches.map(() => ~0);
    this.#kinds = rules.searches.map(() => everyKind);
    this.#areKinds = rules.searches.map(() => false);
  }

  push(text: string, out: GuardOut): void {
    if (text.length <= mostAtOnce) return this.#take(text, out);
    for (let from = 0; from < text.length; from += mostAtOnce)
      this.#take(text.slice(from, from + mostAtOnce), out);
  }

  #take(text: string, out: GuardOut): void {
    if (this.#denied || text === '') return;
    const hasSign = this.#view.append(text);
    if (this.#quiet && !hasSign && !this.#isOpen()) return this.#pass(text.length, out);
    this.#scan(false, out);
    if (this.#cursor > trimAt) this.#trim();
    this.#quiet = this.#rest === undefined && this.#isQuiet();
  }

  /**
   * Lets text go in which no match can end or start but with its last characters. Most pushes of an answer are so, and
   * this leaves them unread by any detector, and the pieces of the text unjoined.
   */
  #pass(size: number, out: GuardOut): void {
    const { parts, leadWidth } = this.#rules;
    const { codes, text } = this.#view;
    const { length } = text;
    // No match that is still to come holds more than `leadWidth` characters of what is here.
    const least = Math.max(this.#cursor, length - leadWidth);
    let lead = length;
    while (lead > Math.max(least, length - size) && parts[codes[lead - 1] ?? 0] !== breaksMatch) lead -= 1;
    if (lead === length - size && lead > least) lead = least;
    if (lead === this.#cursor) return;
    this.#cursor = lead;
    out.release(this.#base + lead);
    if (lead > trimAt) this.#trim();
  }

  /** Whether a match may have begun that goes on behind the break which the text held ends with. */
  #isOpen(): boolean {
    const { opened, parts } = this.#rules;
    const view = this.#view;
    const { length } = view.text;
    if (parts[view.codes[length - 1] ?? 0] !== breaksMatch) return false;
    view.end = length;
    view.final = false;
    for (const search of opened) if (search.isOpen?.(view, this.#cursor) === true) return true;
    return false;
  }

  #isQuiet(): boolean {
    const { codes, runs, text } = this.#view;
    const { parts, opened } = this.#rules;
    let index = this.#cursor;
    while (index < text.length) {
      const run = runs[index] ?? 0;
      if (run === 0) return false;
      index += run;
    }
    if (opened.length === 0) return true;
    for (index = this.#cursor; index < text.length; index += 1)
      if (parts[codes[index] ?? 0] === breaksMatch) return false;
    return true;
  }

  end(out: GuardOut): void {
    if (this.#denied) return;
    this.#scan(true, out);
    this.#view.close();
  }

  #trim(): void {
    const kept = lookBehind + this.#rules.leadWidth;
    const cut = this.#cursor - kept;
    this.#view.cut(cut);
    this.#base += cut;
    this.#cursor = kept;
    this.#waiting.at -= cut;
    this.#waiting.start -= cut;
    for (let group = 0; group < this.#next.length; group += 1) {
      const next = this.#next[group] ?? 0;
      this.#next[group] = next < 0 ? ~Math.max(0, ~next - cut) : Math.max(0, next - cut);
    }
  }

  #scan(ended: boolean, out: GuardOut): void {
    const { length } = this.#view.text;
    this.#areKinds.fill(false);
    for (;;) {
      this.#view.end = length;
      this.#view.final = ended;
      if (this.#rest !== undefined && !this.#passRest(this.#rest, out)) break;
      this.#cursor = this.#seek(this.#cursor);
      if (this.#cursor === length) break;
      const match = this.#tryAt(this.#cursor, ended);
      if (match === undecided) break;
      if (match === undefined) continue;
      if (!this.#act(match, out)) return;
      this.#cursor = match.end;
    }
    this.#seekLater(length);
    out.release(this.#base + this.#cursor);
  }

  /** Deletes what is here of the rest of a match; false where it may go on. */
  #passRest(rest: Rest, out: GuardOut): boolean {
    const reached = rest(this.#view, this.#cursor);
    const isOver = reached < 0;
    const to = isOver ? endsAt(reached) : reached;
    if (to > this.#cursor) out.edit(this.#base + this.#cursor, this.#base + to, '');
    this.#cursor = to;
    if (isOver) this.#rest = undefined;
    return isOver;
  }

  /** What was not found in this text is sought in the next from here on. */
  #seekLater(length: number): void {
    const next = this.#next;
    for (let group = 0; group < next.length; group += 1) if (next[group] === length) next[group] = ~length;
  }

  /** The first index from `from` on where anything may start. */
  #seek(from: number): number {
    const { searches } = this.#rules;
    const next = this.#next;
    let first = this.#view.end;
    for (let group = 0; group < searches.length; group += 1) {
      let candidate = next[group] ?? -1;
      if (candidate < from) {
        candidate = this.#seekOf(group, Math.max(from, ~candidate));
      }
      if (candidate < first) first = candidate;
    }
    return first;
  }

  #seekOf(group: number, from: number): number {
    const search = this.#rules.searches[group];
    const candidate = search?.seek(this.#view, from) ?? from;
    this.#next[group] = candidate;
    const found = search?.kindsFound?.();
    if (found !== undefined) this.#kinds[group] = found;
    this.#areKinds[group] = found !== undefined;
    return candidate;
  }

  /** Asks every detector with a candidate at `at`. After `undefined` the candidates have moved on beyond it. */
  #tryAt(at: number, ended: boolean): Match | undefined | typeof undecided {
    const { detectors, groups, kinds, holdBackLimit } = this.#rules;
    const view = this.#view;
    const next = this.#next;
    const { length } = view.text;
    view.end = Math.min(length, at + holdBackLimit);
    view.final = ended && view.end === length;
    const waiting = this.#waiting;
    const isWaiting = waiting.at === at;
    const asked = this.#sortKinds(at);
    const first = isWaiting ? waiting.detector : 0;
    let start = isWaiting ? waiting.start : length;
    for (let place = 0; place < asked.length; place += 1) {
      const index = asked[place] ?? 0;
      const group = groups[index] ?? 0;
      if (index < first || next[group] !== at) continue;
      const isAsked = ((this.#kinds[group] ?? 0) & (kinds[index] ?? 0)) !== 0;
      const detector = isAsked ? detectors[index] : undefined;
      if (detector === undefined) {
        start = Math.min(start, at + 1);
        continue;
      }
      const attempt = detector.tryAt(view, at);
      if (attempt > 0) return { detector, start: at, end: attempt, rest: undefined, complete: true };
      if (attempt === undecided) {
        if (!view.final && view.end - at < holdBackLimit) return this.#wait(at, index, start);
        // At the limit, and at the end of the text, nobody may stay undecided: the candidate counts as found.
        return { detector, start: at, end: view.end, rest: detector.rest, complete: false };
      }
      if (-attempt < start) start = -attempt;
    }
    this.#moveOn(at, start);
    return undefined;
  }

  /** Which kinds each search with a candidate at `at` has asked; returns the detectors among which all asked ones are. */
  #sortKinds(at: number): readonly number[] {
    const { searches, members, everyone } = this.#rules;
    let asked: readonly number[] | undefined;
    for (let group = 0; group < searches.length; group += 1) {
      if (this.#next[group] !== at) continue;
      if (this.#areKinds[group] !== true)
        this.#kinds[group] = searches[group]?.kindsAt?.(this.#view, at) ?? everyKind;
      asked = asked === undefined ? members[group] : everyone;
    }
    return asked ?? everyone;
  }

  /** Detectors before `detector` have said for good that no match starts in [at, start). */
  #wait(at: number, detector: number, start: number): typeof undecided {
    this.#waiting.at = at;
    this.#waiting.detector = detector;
    this.#waiting.start = start;
    return undecided;
  }

  /** Every candidate at `at` was none, and no other starts before `start`. */
  #moveOn(at: number, start: number): void {
    const { searches } = this.#rules;
    this.#view.end = this.#view.text.length;
    for (let group = 0; group < searches.length; group += 1) {
      if (this.#next[group] === at) this.#seekOf(group, start);
    }
    this.#cursor = at + 1;
  }

  /** Carries out the judgement of a match; false where it ends the field. */
  #act(match: Match, out: GuardOut): boolean {
    const sample = this.#view.text.slice(match.start, match.end);
    const start = this.#base + match.start;
    const end = this.#base + match.end;
    const { entity } = match.detector;
    const place = { text: this.#view.text, start: match.start, end: match.end };
    const judgement = this.#judge(entity, sample, match.complete, place);
    if (judgement.kind === 'allow') return true;
    // Released first, so that a guard behind this one has judged all earlier text by the time a finding is reported.
    out.release(start);
    out.report({ rule: ruleOf(match, this.#view), start, end, sample });
    if (judgement.kind === 'rewrite') {
      out.edit(start, end, judgement.replacement);
      this.#rest = match.rest;
      return true;
    }
    this.#denied = true;
    out.deny(judgement.message);
    return false;
  }
}
