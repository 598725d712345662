import { plainText } from '../../guards/characters.ts';

/** Where one of these stands words do not read as they are written: spaces, hyphens and letters of another width, and what draws nothing. */
const disguise =
  /[\u00a0\u00ad\u180b-\u180f\u2000-\u2015\u202a-\u202f\u205f-\u206f\u2212\u3000\ufeff\uff01-\uff5e]|\u034f|[\ufe00-\ufe0f]/;

/** The text of [from, at) as it reads, for words that say what stands at `at`. */
export function wordsBefore(text: string, from: number, at: number): string {
  const words = text.slice(Math.max(0, from), at);
  return disguise.test(words) ? plainText(words) : words;
}
