import { open } from '../../guards/ascii.ts';
import { ideograph, isAsciiLetter, letter } from '../../guards/characters.ts';
import { codeAt, edge, type View } from '../../guards/detector.ts';
import { isLabelled } from '../numbers/number-label.ts';
import {
  behindWords,
  reachingVerbs,
  telephoneWords,
  units,
  unspacedBehindWords,
  unspacedReachingVerbs,
  unspacedTelephoneWords,
} from './phone-words.ts';
import { hasWord, wordsBefore } from '../words/announcement.ts';

/** Of the words that announce a number, in letters: `tel`. */
const shortestWord = 2;

/** The only announcements that hold no letters. */
const sign = /[☎☏✆📞📱📲]/u;
const widthOfSign = 6;

/** Words that name a telephone, wherever they stand in the 40 characters before a number. */
const telephone = new RegExp(
  `(?<![\\p{L}\\p{M}[])(?:${telephoneWords})(?![\\p{Ll}\\p{M}])|${unspacedTelephoneWords}`,
  'giu',
);

/** `billingPhone`: in the middle of a name only a capital begins a word, or a hotel would be one. */
const telephoneInName = /(?<=[a-z])(?<!(?<![a-z])i)(?:Phone|Mobile|Tel|Fax)(?![a-z])/gu;

/** Verbs that end in a number. They mean something else in programs, so they need the words between. */
const reach =
  /(?<![a-z_])(?:call|calling|dial|text|ring|reach|contact|answering|messages?|sms)(?![a-z_])[^.;\n]{0,24}?(?<![a-z])(?:me|us|him|her|them|you|at|on|to|back|number)(?![a-z])[^0-9\n]{0,10}$/iu;
const dialled = /(?<![a-z_])(?:(?:dial|call|a ring)(?: |: ?)|(?:ring|text) )$/iu;
const reachElsewhere = new RegExp(
  `(?:(?<!\\p{L})(?:${reachingVerbs})(?!\\p{L})|${unspacedReachingVerbs})[^.;!?\\p{Nd}\\n]{0,28}$`,
  'iu',
);

/** What else a number after such a word may be, or what only has to do with telephones. */
const otherNumber =
  /(?<![a-z])(?:order|invoice|isbn|account|ref(?:erence)?|ticket|tracking|serial|version|zip|card|case|port|pid|error|code|imei|model|passport|licen[cs]e|sku|hash|count|length|poles?|users?|resolution|bill|sold|costs?|price)s?(?![a-z])|(?<![a-z])ids?(?![a-z])|\d{4}[^\n]*["\w][:=]/iu;
/** `phoneId`: in the middle of a name only a capital begins a word. */
const otherName = /[a-z](?:I[dD]|Count|Hash|Length|Size)s?(?![a-z])/u;

/** Whether the words before the number at `at` announce it as a phone number. */
export function isAnnouncedBefore(view: View, at: number): boolean {
  if (!hasWord(view, at, shortestWord) && !sign.test(view.text.slice(Math.max(0, at - widthOfSign), at)))
    return false;
  return announces(view, wordsBefore(view, at), at);
}

function announces(view: View, before: string, at: number): boolean {
  const wordEnd = Math.max(lastEnd(telephone, before), lastEnd(telephoneInName, before));
  const isAnnounced =
    wordEnd !== 0 || reach.test(before) || dialled.test(before) || reachElsewhere.test(before);
  if (!isAnnounced) return false;
  const between = before.slice(wordEnd);
  return (
    !otherNumber.test(between) &&
    !otherName.test(before.slice(Math.max(0, wordEnd - 1))) &&
    !isLabelled(view, at)
  );
}

/** Where the last of some words ends, 0 where there is none. By `lastIndex`, because `matchAll` takes ten times as long. */
function lastEnd(words: RegExp, text: string): number {
  let end = 0;
  words.lastIndex = 0;
  while (words.test(text)) end = words.lastIndex;
  return end;
}

/** As far as words behind a number are read; a number waits for so much text only where a word follows it. */
const widthBehind = 32;
const endOfWords = '(?=\\s*(?:$|[^\\p{L}\\p{N}\\s]|and |und |et |y |e |or ))';
const announcedBehind = new RegExp(
  `^[ ,]{0,2}[-–—:(/]{0,1} ?(?:(?:${behindWords})(?!\\p{L})${endOfWords}|(?:${unspacedBehindWords}))`,
  'iu',
);
const quantity = new RegExp(`^ ?(?:(?:${units})(?![\\p{L}\\p{N}_'’-])|[€$£¥₩₹₽%])`, 'iu');

/** Whether words behind what ends at `end` say that it was a phone number; `undefined`: not known yet. */
export function isAnnouncedBehind(view: View, end: number): boolean | undefined {
  const words = wordsBehind(view, end, widthBehind, never);
  return words === undefined ? undefined : words !== '' && announcedBehind.test(words);
}

/** No unit is longer, with a space before it and one character behind. */
const widthOfUnit = 14;

/** Whether a unit or a currency behind makes a quantity of the number that ends at `end`; `undefined`: not known yet. */
export function isQuantity(view: View, end: number): boolean | undefined {
  const words = wordsBehind(view, end, widthOfUnit, oneWord);
  return words === undefined ? undefined : words !== '' && quantity.test(words);
}

/** What of the words decides, whatever follows. */
const never = /(?!)/u;
const oneWord = /^[^\p{L}]*\p{L}+[^\p{L}]/u;

const leads = new Set([0x20, 0x2c, 0x2d, 0x2f, 0x3a, open]);

/** The text of [end, end + width) up to the end of its line; empty where it begins with no word, `undefined` where later text is of it. */
function wordsBehind(view: View, end: number, width: number, isEnough: RegExp): string | undefined {
  let first = end;
  while (first < end + 3 && leads.has(codeAt(view, first))) first += 1;
  const code = codeAt(view, first);
  if (code === edge && !view.final) return undefined;
  if (!isAsciiLetter(code) && code !== letter && code !== ideograph && !isSymbol(view, first)) return '';
  const words = view.text.slice(end, Math.min(view.end, end + width));
  const line = words.indexOf('\n');
  if (line >= 0) return words.slice(0, line);
  return words.length === width || view.final || isEnough.test(words) ? words : undefined;
}

function isSymbol(view: View, at: number): boolean {
  return at < view.end && '€$£¥₩₹₽%–—'.includes(view.text.charAt(at));
}
