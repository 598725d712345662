import { z } from 'zod';
import type { Guard } from '../guard.ts';
import { WholeGuard } from '../guards/whole-guard.ts';
import { compileProgram, PatternProblem } from './program.ts';
import { Sieve } from './sieve.ts';
import { checkCompiles } from './user-pattern.ts';
import { matchesNothing } from './width.ts';

type Written = string | { readonly not: string };

const isUsable = z.string().superRefine((pattern, context) => {
  checkCompiles(() => compileCondition(pattern), context);
});

/** What a text must hold somewhere, or must not, for a rule to be about it. */
export const conditionSettings = z.union([isUsable, z.strictObject({ not: isUsable })]);

/** Compiles a condition, or throws a `PatternProblem`. The whole text is there for it, so its pattern needs no bound. */
export function compileCondition(written: Written): (text: string) => boolean {
  const isNegated = typeof written !== 'string';
  const program = compileProgram(isNegated ? written.not : written);
  if (matchesNothing(program)) throw new PatternProblem('can match an empty text, so every text meets it');
  const sieve = Sieve.of(program);
  return (text) => sieve.occursIn(text) !== isNegated;
}

/** Holds a text until it is whole, and then is `guard`, or nothing where the text does not meet the condition. */
export function conditional(guard: Guard, isMet: (text: string) => boolean): Guard {
  return new WholeGuard((text, out) => {
    if (!isMet(text)) return out.release(text.length);
    guard.push(text, out);
    guard.end(out);
  });
}
