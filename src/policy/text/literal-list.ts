import { z } from 'zod';

const longest = 200;
const mostCharacters = 20_000;

/** A list of what is looked for to the letter, from a config. What is compiled from it grows with its characters. */
export function literalList(
  most: number,
  { what, hasAny }: { readonly what: string; readonly hasAny: (literal: string) => boolean },
) {
  const literal = z
    .string()
    .max(longest)
    .refine(hasAny, { error: `${what} needs a letter, a digit or a sign to look for` });
  return z
    .array(literal)
    .max(most)
    .refine((list) => list.join('').length <= mostCharacters, {
      error: `more than ${mostCharacters} characters in all`,
    });
}
