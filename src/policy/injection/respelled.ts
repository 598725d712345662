import { aligned, gathered, type Reading, type TextSpan } from './reading.ts';

/** Single letters with the same sign between them; another sign, or two of it, parts words. */
const spelled = /(?<![\p{L}\p{N}])\p{L}([ .\-_*·|/\\,+~])\p{L}(?![\p{L}\p{N}])(?:\1\p{L}(?![\p{L}\p{N}]))*/gu;
const leetRun = /[A-Za-z0-9@$!€|+]{2,40}/g;
const leetMarks = /[0134578@$!€|+]/g;
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

/** Words spelled letter by letter put together again. */
export function joinedReading(part: string, { start }: TextSpan): readonly Reading[] {
  const kept: string[] = [];
  const origins: number[] = [];
  const keep = (from: number, to: number, step: number): void => {
    for (let at = from; at < to; at += step) {
      kept.push(part.charAt(at));
      origins.push(start + at);
    }
  };
  let plainFrom = 0;
  for (const match of part.matchAll(spelled)) {
    const end = match.index + match[0].length;
    keep(plainFrom, match.index, 1);
    keep(match.index, end, 2);
    plainFrom = end;
  }
  keep(plainFrom, part.length, 1);
  return [gathered('spelled-out', kept.join(''), origins)];
}

/** Words written with digits and signs for letters; a 1 is read as `i`, then as `l`. */
export function leetReadings(part: string, span: TextSpan): readonly Reading[] {
  const read = (one: string): Reading => {
    const plain = part.replace(leetRun, (run) =>
      leetMark.test(run) && letter.test(run) ? unleet(run, one) : run,
    );
    return aligned('leet', plain, span);
  };
  return part.includes('1') ? [read('i'), read('l')] : [read('i')];
}

/** What ends a word may be a sign in its own right. */
function unleet(run: string, one: string): string {
  const last = run.length - 1;
  return run.replace(leetMarks, (mark, at: number) => {
    if (at === last && (mark === '!' || mark === '|' || mark === '+')) return mark;
    return mark === '1' ? one : (leetLetters[mark] ?? mark);
  });
}
