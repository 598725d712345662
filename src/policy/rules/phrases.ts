import { z } from 'zod';
import { hasTokens } from './compile.ts';

const mostPhrases = 500;
const longestPhrase = 200;
const mostCharacters = 20_000;

/** A list of literal phrases from a config. They are compiled into one automaton, whose size they decide. */
export const phrases = z
  .array(
    z
      .string()
      .max(longestPhrase)
      .refine(hasTokens, { error: 'a phrase needs a letter, a digit or a sign to look for' }),
  )
  .max(mostPhrases)
  .refine((list) => list.join('').length <= mostCharacters, {
    error: `more than ${mostCharacters} characters in all`,
  });
