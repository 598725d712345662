import { literalList } from '../text/literal-list.ts';
import { literalSteps } from './pattern.ts';

/** A list of literal phrases from a config. They are compiled into one automaton, whose size they decide. */
export const phrases = literalList(500, {
  what: 'a phrase',
  // Without a token an occurrence would leave a scan nothing to find.
  hasAny: (phrase) => literalSteps(phrase).length > 0,
});
