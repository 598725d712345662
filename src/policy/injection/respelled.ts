import { aligned, gathered, type Reading } from './reading.ts';

/** Single letters with the same sign between them; another sign, or two of it, parts words. */
const spelled = /(?<![\p{L}\p{N}])\p{L}([ .\-_*·|/\\,+~])\p{L}(?![\p{L}\p{N}])(?:\1\p{L}(?![\p{L}\p{N}]))*/gu;
const leetRun = /[A-Za-z0-9@$!€|+]+/g;
const leetMark = /[0134578@$!€|+]/;
const letter = /[A-Za-z]/;

const leetLetters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '€': 'e',
  '|': 'l',
  '+': 't',
};

/** Words spelled letter by letter put together again: a single separator joins, two part words. */
export function joinedReading(text: string, from: number): Reading {
  const kept: string[] = [];
  const origins: number[] = [];
  const keep = (start: number, end: number, step: number): void => {
    for (let at = start; at < end; at += step) {
      kept.push(text.charAt(at));
      origins.push(at);
    }
  };
  let plainFrom = from;
  for (const match of text.slice(from).matchAll(spelled)) {
    const start = from + match.index;
    keep(plainFrom, start, 1);
    keep(start, start + match[0].length, 2);
    plainFrom = start + match[0].length;
  }
  keep(plainFrom, text.length, 1);
  return gathered('spelled-out', kept.join(''), origins);
}

/** Words written with digits and signs for letters; `one` is what a 1 stands for. */
export function leetReading(text: string, from: number, one: 'i' | 'l'): Reading {
  const letters = { ...leetLetters, '1': one };
  const plain = text.slice(from).replace(leetRun, (run) => (isLeet(run) ? unleet(run, letters) : run));
  return aligned('leet', plain, from);
}

function isLeet(run: string): boolean {
  return run.length < 40 && leetMark.test(run) && letter.test(run);
}

function unleet(run: string, letters: Readonly<Record<string, string>>): string {
  // What ends a word may be a sign in its own right.
  const body = run.replace(/[!|+]$/, '');
  return Array.from(body, (character) => letters[character] ?? character).join('') + run.slice(body.length);
}
