import { none } from '../guards/detector.ts';
import { followerSize, linkSize, type RuleSet } from './compile.ts';

/** Told of each match once: the rule's index and where the match lies, in UTF-16 offsets of the original text. */
export type OnMatch = (rule: number, start: number, end: number) => void;

/**
 * Which steps of which rules have been reached. A step remembers only where it was reached last: that arrival leaves
 * the most of every gap and belongs to the tightest match, so nothing else can matter, and the work a token costs is
 * the number of steps that accept it, whatever came before. Matches of one rule never overlap.
 */
export class Places {
  readonly #set: RuleSet;
  readonly #widest: number;
  onMatch: OnMatch;
  /** By place: the number of the token that reached it last, and where its match began. */
  readonly #reached: Int32Array;
  readonly #starts: Float64Array;
  /** By place: the last token that could reach it from where the rule stands. Most places fail by this alone. */
  readonly #armed: Int32Array;
  /** By rule: where its last match ended. */
  readonly #spent: Float64Array;
  /** Places that may be waiting for more, each once; some may have gone stale. */
  readonly #waiting: Uint16Array;
  readonly #isWaiting: Uint8Array;
  #waitingCount = 0;
  /** Number of the last token that ended a sentence: gaps that stay within one do not reach past it. */
  lastStop = 0;

  constructor(set: RuleSet, widest: number, onMatch: OnMatch) {
    this.#set = set;
    this.#widest = widest;
    this.onMatch = onMatch;
    this.#reached = new Int32Array(set.ruleOf.length);
    this.#starts = new Float64Array(set.ruleOf.length);
    this.#armed = new Int32Array(set.ruleOf.length);
    this.#spent = new Float64Array(set.ids.length);
    this.#waiting = new Uint16Array(set.ruleOf.length);
    this.#isWaiting = new Uint8Array(set.ruleOf.length);
  }

  reset(): void {
    this.#spent.fill(0);
    for (let at = 0; at < this.#waitingCount; at += 1) this.#isWaiting[this.#waiting[at] ?? 0] = 0;
    this.#waitingCount = 0;
  }

  /** As if no token had ever been numbered. */
  forget(): void {
    this.#reached.fill(0);
    this.#armed.fill(0);
    this.lastStop = 0;
  }

  /**
   * Moves every rule on that accepts this token. Over typed arrays alone: called for every token the rules know. Steps
   * that go on with a match come before those that begin one, and later steps before earlier ones, because a token must
   * not serve two steps of one match.
   */
  accept(symbol: number, token: number, start: number, end: number): void {
    const { placesFrom, firstsFrom, places } = this.#set;
    const armed = this.#armed;
    const firsts = firstsFrom[symbol] ?? 0;
    for (let at = placesFrom[symbol] ?? 0; at < firsts; at += 1) {
      const place = places[at] ?? 0;
      if (token > (armed[place] ?? 0)) continue;
      const from = this.#origin(place, token);
      if (from >= 0) this.#reach(place, token, from, end);
    }
    const to = placesFrom[symbol + 1] ?? 0;
    for (let at = firsts; at < to; at += 1) this.#reach(places[at] ?? 0, token, start, end);
  }

  /** A step is reached by a token that ends at `end`, in a match that began at `from`. */
  #reach(place: number, token: number, from: number, end: number): void {
    const { ruleOf, isLast } = this.#set;
    const rule = ruleOf[place] ?? 0;
    if (from < (this.#spent[rule] ?? 0)) return;
    if (isLast[place] === 0) {
      this.#arrive(place, token, from);
      return;
    }
    if (end - from > this.#widest) return;
    this.#spent[rule] = end;
    this.onMatch(rule, from, end);
  }

  /** Where the tightest match begins that this token carries on to `place`, or `none`. */
  #origin(place: number, token: number): number {
    const { linksFrom, links } = this.#set;
    const to = linksFrom[place + 1] ?? 0;
    let origin: number = none;
    for (let at = linksFrom[place] ?? 0; at < to; at += linkSize) {
      const from = links[at] ?? 0;
      const reached = this.#reached[from] ?? 0;
      if (token - reached - 1 > (links[at + 1] ?? 0)) continue;
      if (this.lastStop > reached && links[at + 2] === 0) continue;
      origin = Math.max(origin, this.#starts[from] ?? 0);
    }
    return origin;
  }

  #arrive(place: number, token: number, from: number): void {
    this.#reached[place] = token;
    this.#starts[place] = from;
    this.#arm(place, token);
    if (this.#isWaiting[place] === 1) return;
    this.#isWaiting[place] = 1;
    this.#waiting[this.#waitingCount] = place;
    this.#waitingCount += 1;
  }

  #arm(place: number, token: number): void {
    const { followersFrom, followers } = this.#set;
    const to = followersFrom[place + 1] ?? 0;
    for (let at = followersFrom[place] ?? 0; at < to; at += followerSize) {
      const follower = followers[at] ?? 0;
      const until = token + (followers[at + 1] ?? 0);
      if (until > (this.#armed[follower] ?? 0)) this.#armed[follower] = until;
    }
  }

  /**
   * Where the earliest match begins that text yet to come could still complete, or `read`, the end of the text so far.
   * Whatever can no longer be completed is forgotten.
   */
  earliest(token: number, read: number): number {
    let earliest = read;
    let kept = 0;
    for (let at = 0; at < this.#waitingCount; at += 1) {
      const place = this.#waiting[at] ?? 0;
      if (!this.#isLive(place, token, read)) {
        this.#isWaiting[place] = 0;
        continue;
      }
      this.#waiting[kept] = place;
      kept += 1;
      earliest = Math.min(earliest, this.#starts[place] ?? read);
    }
    this.#waitingCount = kept;
    return earliest;
  }

  #isLive(place: number, token: number, read: number): boolean {
    const { reachWithin, reachBeyond, ruleOf } = this.#set;
    const reached = this.#reached[place] ?? 0;
    const start = this.#starts[place] ?? 0;
    const reach = this.lastStop > reached ? 0 : (reachWithin[place] ?? 0);
    if (token - reached >= Math.max(reach, reachBeyond[place] ?? 0)) return false;
    return start >= (this.#spent[ruleOf[place] ?? 0] ?? 0) && read - start <= this.#widest;
  }
}
