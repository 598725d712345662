import { plainText } from '../../guards/characters.ts';
import { unseen } from '../../text/unseen.ts';

/** Where one of these stands words do not read as they are written: spaces, hyphens and letters of another width, and what draws nothing. */
const disguise = new RegExp(
  `[\\u00a0\\u2000-\\u200a\\u2010-\\u2015\\u202f\\u205f\\u2212\\u3000\\uff01-\\uff5e]|${unseen}`,
  'v',
);

/** The text of [from, at) as it reads, for words that say what stands at `at`. */
export function wordsBefore(text: string, from: number, at: number): string {
  const words = text.slice(Math.max(0, from), at);
  return disguise.test(words) ? plainText(words) : words;
}
