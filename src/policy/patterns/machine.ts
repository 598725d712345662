import { type Attempt, noMatchBefore, undecided, type View } from '../guards/detector.ts';
import { Alphabet, type CharacterClass, endOfText, isWordCharacter } from './alphabet.ts';
import { conditions, isRune, ops, type Program } from './program.ts';

/** What a state knows of the place before it, for `^` and `\b`. */
const before = { beginText: 1, beginLine: 2, word: 4 } as const;

interface State {
  /** Steps the match may go on with, the preferred first. Empty: it cannot go on. */
  readonly steps: readonly number[];
  readonly before: number;
  /** A match ends here, and none that goes on is preferred to it. */
  readonly isSettled: boolean;
  /** What follows, by the id of a character's class. */
  readonly edges: (Edge | undefined)[];
  /** The same where a match may also begin behind the character. */
  readonly onward: (Edge | undefined)[];
}

interface Edge {
  readonly to: State;
  /** A match ends before this character. */
  readonly accepts: boolean;
  /** No match begun before can go on. */
  readonly isIdle: boolean;
}

/** Past so many steps in all states these are forgotten and made again, so that no text can make them grow. */
const mostSteps = 400_000;

/**
 * Runs a program from one place of a text: its steps in order of preference are one state, and states are made when first
 * met. What it says is what a backtracking search would find first (leftmost-first), told as soon as that is certain.
 */
export class Machine {
  readonly #program: Program;
  readonly #alphabet: Alphabet;
  readonly #longest: number;
  readonly #hasConditions: boolean;
  readonly #states = new Map<string, State>();
  #steps = 0;
  /** By what is known of the place before it. */
  readonly #starts: (State | undefined)[] = [];
  /** Mark the steps that one transition has visited, and those it leads to. */
  readonly #visited: Uint32Array;
  readonly #reached: Uint32Array;
  #visit = 0;

  /** `longest`: no match has more code units; what would be longer ends at the last place where a shorter one can. */
  constructor(program: Program, longest: number) {
    this.#program = program;
    this.#alphabet = new Alphabet(program);
    this.#longest = longest;
    this.#hasConditions = program.instructions.some(({ op }) => op === ops.condition);
    this.#visited = new Uint32Array(program.instructions.length);
    this.#reached = new Uint32Array(program.instructions.length);
  }

  /** Whether a match may begin with this character, as far as that alone tells. */
  mayBeginWith(codePoint: number): boolean {
    const { taken } = this.#alphabet.of(codePoint);
    return this.#firsts().some((at) => taken[this.#alphabet.predicateOf[at] ?? -1] === true);
  }

  /** Whether a match may begin with a character beyond ASCII. */
  mayBeginBeyondAscii(): boolean {
    return this.#firsts().some((at) => {
      const step = this.#program.instructions[at];
      if (step === undefined) return false;
      // A letter in any case: the long s and the Kelvin sign are all that ASCII letters have beyond it.
      return (step.runes.at(-1) ?? 0) > lastAscii || oddCases.some((code) => step.matchRune(code));
    });
  }

  /** Whether there is a match at `at`: its end, none, or not known yet. Position 0 is the beginning of the text. */
  matchAt(view: View, at: number): Attempt {
    const { text, end, final } = view;
    const { ascii } = this.#alphabet;
    let state = this.#start(text, at);
    let found = 0;
    let index = at;
    while (state.steps.length > 0 && index - at <= this.#longest) {
      if (state.isSettled) return index;
      if (index === end && !final) return undecided;
      const character = index < end ? ascii[text.charCodeAt(index)] : endOfText;
      if (character === undefined && !final && isHalf(text, index, end)) return undecided;
      const taken = character ?? this.#alphabet.of(codePointAt(text, index, end));
      const edge = state.edges[taken.id] ?? this.#edge(state, taken);
      if (edge.accepts) found = index;
      state = edge.to;
      index += character === undefined ? sizeAt(text, index, end) : 1;
    }
    if (found > at) return found;
    return noMatchBefore(index - at > costly ? this.#nextStart(view, at + 1) : at + 1);
  }

  /**
   * The first place from `from` on where a match may start after all. Where an attempt went far and found nothing, those
   * that follow would go as far: this reads the text once for all of them, with a match begun at every place.
   */
  #nextStart({ text, end, final }: View, from: number): number {
    let state = this.#start(text, from);
    let index = from;
    while (index < text.length) {
      const code = codePointAt(text, index, text.length);
      const taken = this.#alphabet.of(code);
      const edge = state.onward[taken.id] ?? this.#onward(state, taken);
      if (edge.accepts) return Math.max(from, index - this.#longest);
      state = edge.to;
      index += code > lastOfPlane ? 2 : 1;
      if (edge.isIdle) return index;
    }
    // A match of which only the beginning is here may still come, or end with the last character.
    return final && end === text.length && !this.#onward(state, endOfText).accepts
      ? end
      : Math.max(from, text.length - this.#longest - 2);
  }

  #start(text: string, at: number): State {
    const place = this.#hasConditions ? placeBefore(text, at) : 0;
    const known = this.#starts[place];
    if (known !== undefined) return known;
    const state = this.#state([this.#program.start], place);
    this.#starts[place] = state;
    return state;
  }

  #state(steps: readonly number[], place: number): State {
    const key = `${place}:${steps.join(',')}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    this.#steps += steps.length + 1;
    if (this.#steps > mostSteps) this.#forget();
    const state = { steps, before: place, isSettled: this.#isSettled(steps), edges: [], onward: [] };
    this.#states.set(key, state);
    return state;
  }

  /** States that a run still holds keep their edges only to what they lead to, so these are cut too. */
  #forget(): void {
    for (const state of this.#states.values()) {
      state.edges.length = 0;
      state.onward.length = 0;
    }
    this.#states.clear();
    this.#starts.length = 0;
    this.#steps = 0;
  }

  #edge(state: State, character: CharacterClass): Edge {
    const next: number[] = [];
    const accepts = this.#follow(state.steps, conditionsAt(state.before, character), (at) => {
      if (character.taken[this.#alphabet.predicateOf[at] ?? -1] === true) this.#reach(at, next);
      return true;
    });
    const to = this.#state(next, this.#placeAfter(character));
    const edge = { to, accepts, isIdle: next.length === 0 };
    state.edges[character.id] = edge;
    return edge;
  }

  #onward(state: State, character: CharacterClass): Edge {
    const { to, accepts, isIdle } = state.edges[character.id] ?? this.#edge(state, character);
    const { start } = this.#program;
    const steps = to.steps.includes(start) ? to.steps : [...to.steps, start];
    const edge = { to: this.#state(steps, this.#placeAfter(character)), accepts, isIdle };
    state.onward[character.id] = edge;
    return edge;
  }

  #reach(at: number, next: number[]): void {
    const to = this.#program.instructions[at]?.out ?? 0;
    if (this.#reached[to] !== this.#visit) next.push(to);
    this.#reached[to] = this.#visit;
  }

  #placeAfter({ isNewline, isWord }: CharacterClass): number {
    if (!this.#hasConditions) return 0;
    return (isNewline ? before.beginLine : 0) | (isWord ? before.word : 0);
  }

  /** Whether a match ends here before any step takes a character or asks what comes next. */
  #isSettled(steps: readonly number[]): boolean {
    let isFirst = true;
    const met = this.#follow(steps, 0, () => {
      isFirst = false;
      return false;
    });
    return met && isFirst;
  }

  #firsts(): readonly number[] {
    const firsts: number[] = [];
    this.#follow([this.#program.start], everyCondition, (at) => firsts.push(at) > 0);
    return firsts;
  }

  /**
   * Visits what takes a character from `steps` on, the preferred first; true where a match is reached, which ends it. A
   * condition that does not hold is visited as well where nothing is known to hold: `visit` says whether to go on.
   */
  #follow(steps: readonly number[], holding: number, visit: (at: number) => boolean): boolean {
    const { instructions } = this.#program;
    this.#visit += 1;
    const open = steps.toReversed();
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const instruction = instructions[at];
      if (instruction === undefined || this.#visited[at] === this.#visit) continue;
      this.#visited[at] = this.#visit;
      const { op, out, arg } = instruction;
      if (op === ops.match) return true;
      if (op === ops.alternative || op === ops.alternativeMatch) open.push(arg, out);
      else if (op === ops.capture || op === ops.nothing) open.push(out);
      else if (op === ops.condition && (arg & ~holding) === 0) open.push(out);
      else if (isRune(instruction) || (op === ops.condition && holding === 0)) {
        if (!visit(at)) return false;
      }
    }
    return false;
  }
}

/** An attempt that read so far without a match cost more than to look what may follow. */
const costly = 24;
const everyCondition = 63;
const lastOfPlane = 0xffff;

function codePointAt(text: string, index: number, end: number): number {
  const code = text.codePointAt(index) ?? 0;
  return code > lastOfPlane && index + 1 === end ? text.charCodeAt(index) : code;
}

function sizeAt(text: string, index: number, end: number): number {
  return codePointAt(text, index, end) > lastOfPlane ? 2 : 1;
}

/** Whether the second half of a character may still come. */
function isHalf(text: string, index: number, end: number): boolean {
  const unit = text.charCodeAt(index);
  return index + 1 === end && unit >= 0xd800 && unit < 0xdc00;
}
const lastAscii = 0x7f;
const oddCases = [0x17f, 0x212a] as const;

function placeBefore(text: string, at: number): number {
  if (at === 0) return before.beginText | before.beginLine;
  const unit = text.charCodeAt(at - 1);
  return (unit === 10 ? before.beginLine : 0) | (isWordCharacter(unit) ? before.word : 0);
}

/** Which conditions hold between what came before and `character`. Never none: a boundary is there or is not. */
function conditionsAt(place: number, character: CharacterClass): number {
  const isBoundary = character.isWord !== ((place & before.word) !== 0);
  return (
    ((place & before.beginText) !== 0 ? conditions.beginText : 0) |
    ((place & before.beginLine) !== 0 ? conditions.beginLine : 0) |
    (character === endOfText ? conditions.endText | conditions.endLine : 0) |
    (character.isNewline ? conditions.endLine : 0) |
    (isBoundary ? conditions.wordBoundary : conditions.noWordBoundary)
  );
}
