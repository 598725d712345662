import { type Instruction, isRune, ops } from './program.ts';

/** Every condition of a pattern taken to hold. */
export const everyCondition = 63;

/** Goes from steps of a program to the steps that take a character. */
export class Steps {
  readonly #instructions: readonly Instruction[];
  /** Mark the steps that one walk has visited, and those that it leads to. */
  readonly #visited: Uint32Array;
  readonly #reached: Uint32Array;
  #visit = 0;
  /** Steps visited so far, which is what all walks cost. */
  work = 0;

  constructor(instructions: readonly Instruction[]) {
    this.#instructions = instructions;
    this.#visited = new Uint32Array(instructions.length);
    this.#reached = new Uint32Array(instructions.length);
  }

  /**
   * Visits what takes a character from `steps` on, the preferred first; true where a match is reached, which ends it. A
   * condition that does not hold is visited as well where nothing is known to hold: `visit` says whether to go on.
   */
  follow(steps: readonly number[], holding: number, visit: (at: number) => boolean): boolean {
    this.#visit += 1;
    const open = steps.toReversed();
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const instruction = this.#visitAt(at);
      if (instruction === undefined) continue;
      if (instruction.op === ops.match) return true;
      if (this.#goOn(instruction, holding, open)) continue;
      if (isRune(instruction) || (instruction.op === ops.condition && holding === 0)) {
        if (!visit(at)) return false;
      }
    }
    return false;
  }

  /** Visits everything that takes a character from `steps` on; true where a match is reached as well. */
  followAll(steps: readonly number[], holding: number, visit: (at: number) => void): boolean {
    this.#visit += 1;
    let isMet = false;
    const open = [...steps];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const instruction = this.#visitAt(at);
      if (instruction === undefined) continue;
      if (instruction.op === ops.match) isMet = true;
      else if (!this.#goOn(instruction, holding, open) && isRune(instruction)) visit(at);
    }
    return isMet;
  }

  /** Adds to `next` what follows the step at `at`, which took the character; each once in one walk. */
  reach(at: number, next: number[]): void {
    const to = this.#instructions[at]?.out ?? 0;
    if (this.#reached[to] !== this.#visit) next.push(to);
    this.#reached[to] = this.#visit;
  }

  /** Undefined where this walk has been. */
  #visitAt(at: number): Instruction | undefined {
    if (this.#visited[at] === this.#visit) return undefined;
    this.#visited[at] = this.#visit;
    this.work += 1;
    return this.#instructions[at];
  }

  /** Where an instruction takes no character, goes on behind it. */
  #goOn({ op, out, arg }: Instruction, holding: number, open: number[]): boolean {
    if (op === ops.alternative || op === ops.alternativeMatch) open.push(arg, out);
    else if (op === ops.capture || op === ops.nothing) open.push(out);
    else if (op === ops.condition && (arg & ~holding) === 0) open.push(out);
    else return false;
    return true;
  }
}
