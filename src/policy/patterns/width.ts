import { lastOfPlane } from './alphabet.ts';
import { conditions, type Instruction, isRune, ops, type Program } from './program.ts';
import { everyCondition, Steps } from './steps.ts';

/** Whether the pattern can match without taking a character, at a place where just these conditions hold. */
export function matchesNothing({ instructions, start }: Program, holding = everyCondition): boolean {
  return new Steps(instructions).followAll([start], holding, () => undefined);
}

/** Where a pattern that takes no character matches in every text that has any; undefined where it does elsewhere too, or never. */
export function edgesOf(program: Program): { readonly start: boolean; readonly end: boolean } | undefined {
  const { beginText, endText, beginLine, endLine } = conditions;
  if (widest(program) > 0 || matchesNothing(program, everyCondition & ~(beginText | endText)))
    return undefined;
  const start = matchesNothing(program, beginText | beginLine);
  const end = matchesNothing(program, endText | endLine);
  return start || end ? { start, end } : undefined;
}

/** Most UTF-16 code units a match can have; Infinity where there is no bound. */
export function widest(program: Program): number {
  return widestBy(program, ({ runes }) => ((runes.at(-1) ?? 0) > lastOfPlane ? 2 : 1));
}

/** Most characters a match can have; Infinity where there is no bound. */
export function mostCharacters(program: Program): number {
  return widestBy(program, () => 1);
}

function widestBy({ instructions, start }: Program, sizeOf: (instruction: Instruction) => number): number {
  const widths = new Map<number, number>();
  const under = new Set<number>();
  const open = [start];
  // Depth first without recursion: a step is done once all that may follow it are.
  for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
    const instruction = instructions[at];
    if (instruction === undefined || widths.has(at)) {
      open.pop();
      continue;
    }
    const next = nextOf(instruction);
    if (under.has(at)) {
      const own = isRune(instruction) ? sizeOf(instruction) : 0;
      widths.set(at, own + Math.max(0, ...next.map((to) => widths.get(to) ?? 0)));
      under.delete(at);
      open.pop();
      continue;
    }
    under.add(at);
    if (next.some((to) => under.has(to))) return Number.POSITIVE_INFINITY;
    open.push(...next);
  }
  return widths.get(start) ?? 0;
}

function nextOf({ op, out, arg }: { readonly op: number; readonly out: number; readonly arg: number }) {
  if (op === ops.match || op === ops.fail) return [];
  return op === ops.alternative || op === ops.alternativeMatch ? [out, arg] : [out];
}
