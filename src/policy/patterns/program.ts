import { RE2JS, RE2JSSyntaxException } from 're2js';

/** One instruction of a compiled pattern, as the library makes it (RE2's own set). */
export interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  /** Pairs of first and last code point, or a single code point. */
  readonly runes: Int32Array;
  matchRune(codePoint: number): boolean;
}

/** What instructions do. `alternative` prefers `out` to `arg`; `condition` asks for the bits of `arg`. */
export const ops = {
  alternative: 1,
  alternativeMatch: 2,
  capture: 3,
  condition: 4,
  fail: 5,
  match: 6,
  nothing: 7,
  firstRune: 8,
  lastRune: 11,
} as const;

/** What a `condition` may ask of the place between two characters. */
export const conditions = {
  beginLine: 1,
  endLine: 2,
  beginText: 4,
  endText: 8,
  wordBoundary: 16,
  noWordBoundary: 32,
} as const;

/** A pattern as the library compiled it: RE2 syntax, parsed, simplified and checked by the library alone. */
export interface Program {
  readonly source: string;
  readonly instructions: readonly Instruction[];
  readonly start: number;
  /** The library's own engine over the same pattern. */
  readonly library: RE2JS;
}

/** A user pattern that cannot be used, in words for its author. */
export class PatternProblem extends Error {}

const longestSource = 1000;
const mostInstructions = 4000;

export function isRune({ op }: Instruction): boolean {
  return op >= ops.firstRune && op <= ops.lastRune;
}

/** Compiles a pattern, or throws a `PatternProblem`. */
export function compileProgram(source: string): Program {
  if (source === '') throw new PatternProblem('an empty pattern matches nothing');
  if (source.length > longestSource) throw new PatternProblem(`longer than ${longestSource} characters`);
  const library = compiled(source);
  const { inst, start }: { readonly inst: unknown; readonly start: unknown } = library.re2Input.prog;
  if (!Array.isArray(inst) || !inst.every(isInstruction) || typeof start !== 'number')
    throw new Error('the library of patterns is another one than the locked one');
  if (inst.length > mostInstructions)
    throw new PatternProblem(`too large: ${inst.length} steps, at most ${mostInstructions} are allowed`);
  return { source, instructions: inst, start, library };
}

function compiled(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const said = error.message.replace('error parsing regexp: ', '');
    throw new PatternProblem(`${said}${hint(source)}`, { cause: error });
  }
}

function hint(source: string): string {
  if (/\(\?<?[=!]/u.test(source)) return '; patterns have RE2 syntax, which has no look-around';
  if (/\\[1-9]|\\k[<{]/u.test(source)) return '; patterns have RE2 syntax, which has no back-references';
  return '';
}

function isInstruction(value: unknown): value is Instruction {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['op', 'out', 'arg'].every((key) => typeof Reflect.get(value, key) === 'number') &&
    Reflect.get(value, 'runes') instanceof Int32Array &&
    typeof Reflect.get(value, 'matchRune') === 'function'
  );
}
