import { literalList } from '../text/literal-list.ts';
import { hasTokens } from './compile.ts';

/** A list of literal phrases from a config. They are compiled into one automaton, whose size they decide. */
export const phrases = literalList(500, { what: 'a phrase', hasAny: hasTokens });
