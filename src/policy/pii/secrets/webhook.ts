import { alphanumeric, slash } from '../../guards/ascii.ts';
import { ignorable } from '../../guards/characters.ts';
import {
  type MatchEnd,
  characterSet,
  codeAt,
  none,
  pastAll,
  undecided,
  type View,
} from '../../guards/detector.ts';
import { spell } from '../numbers/number.ts';
import { isPlaceholder } from './randomness.ts';

const hostCharacters = characterSet(alphanumeric, '-_.', ignorable);
const pathCharacters = characterSet(alphanumeric, '-_.~%/@=+', ignorable);
const hosts =
  /^(?:hooks\.slack\.com|(?:(?:ptb|canary)\.)?discord(?:app)?\.com|(?:[\w-]+\.webhook|outlook)\.office(?:365)?\.com|hooks\.zapier\.com|maker\.ifttt\.com)$/i;
const hooks =
  /^\/(?:services\/|workflows\/|triggers\/|api\/(?:v\d+\/)?webhooks\/\d+\/|webhook(?:b2)?\/|hooks\/catch\/\d+\/|trigger\/[^/]+\/key\/)[\w@/%.~-]*\w{8}/i;
/** Longer hosts are none of these. */
const hostWidth = 80;
/** Below the hold-back limit; the longest of them have some 220 characters. */
const pathWidth = 300;

/** Where an address ends that starts, behind its scheme, at `at`, if who knows it can post to a channel by it. */
export function webhookEnd(view: View, at: number): MatchEnd {
  if (codeAt(view, at - 1) !== slash || codeAt(view, at - 2) !== slash) return none;
  const host = pastAll(view, at, hostCharacters, hostWidth);
  if (host <= 0 || codeAt(view, host) !== slash || !hosts.test(spell(view, at, host)))
    return host === undecided ? undecided : none;
  const end = pastAll(view, host, pathCharacters, pathWidth);
  if (end <= 0) return end;
  const path = spell(view, host, end);
  return hooks.test(path) && /\d/.test(path) && !isPlaceholder(path) ? end : none;
}
