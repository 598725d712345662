import { space } from '../../guards/ascii.ts';
import { isAsciiLetter, isFoldedDigit } from '../../guards/characters.ts';
import { none, undecided, type View } from '../../guards/detector.ts';
import { hasEnoughDigits, leadingDigits, pastDigits, tightSeparators } from '../numbers/number.ts';
import { type ValueStart, sizesFrom, type Value } from '../search/beginning.ts';
import { hasWord, wordsBefore } from '../words/announcement.ts';
import { FormSet } from './form-set.ts';
import { beginsDigits, type Form, readForm } from './form.ts';
import { letterPair } from './letter-pair.ts';
import { european } from './national/europe.ts';
import { overseas } from './national/overseas.ts';
import { alphanumericsOf, beginsToken } from './token.ts';

/** Words that announce any of these numbers. */
const anyWords =
  'national[ _-]?(?:id|identity|insurance)\\w*|identity (?:card|number|no)|id card|identi(?:ty|fication) number|tax(?:payer)?[ _-]?(?:id|identification|number|no)\\w*|personal (?:id|identity|identification)\\w*|citizen(?:ship)? (?:id|number|no)';

/** What a form can be. Without `words` it needs none before it. */
interface Meaning {
  readonly name: string;
  readonly words: RegExp | undefined;
  readonly isValid: (text: string) => boolean;
}

interface KnownForm {
  readonly form: Form;
  readonly meanings: Meaning[];
}

/** Forms that begin with as many digits, or letters. */
interface Group {
  readonly known: readonly KnownForm[];
  readonly set: FormSet;
  /** The forms, as bits by their order, that prove nothing without words before them. */
  readonly announced: number;
}

/** By the number of digits, or of letters, that come first. */
type Index = readonly Group[];

const mostDigits = 18;
const mostLetters = 6;
const all = [...european, ...overseas];
const byDigits = indexOf(/^#+/u, mostDigits);
const byLetters = indexOf(/^A+/u, mostLetters);

function indexOf(head: RegExp, most: number): Index {
  const index: KnownForm[][] = Array.from({ length: most + 1 }, () => []);
  for (const { name, forms = [], announced = [], words = '', isValid } of all) {
    for (const form of forms) add(form, { name, words: undefined, isValid });
    for (const form of announced) add(form, { name, words: compileWords(words), isValid });
  }
  return index.map(groupOf);

  function add(form: Form, meaning: Meaning): void {
    const place = head.exec(form)?.[0].length;
    const known = place === undefined ? undefined : index[place];
    const same = known?.find((other) => other.form === form);
    if (same === undefined) known?.push({ form, meanings: [meaning] });
    else same.meanings.push(meaning);
  }
}

function groupOf(known: readonly KnownForm[]): Group {
  const announced = known.map(({ meanings }, index) =>
    meanings.every(({ words }) => words !== undefined) ? 1 << index : 0,
  );
  return {
    known,
    set: new FormSet(known.map(({ form }) => form)),
    announced: announced.reduce((bits, bit) => bits | bit, 0),
  };
}

/** Of the words, in letters: `tc`. */
const shortestWord = 2;

/** Whole words in any case; not those of a marker in brackets that stands for such a number. */
function compileWords(words: string): RegExp {
  return new RegExp(`(?<![\\p{L}[])(?:${words}|${anyWords})(?!\\p{L})`, 'iu');
}

const grouped = { next: tightSeparators, isNumber: true } as const;

/** National numbers that start with a digit. */
export const nationalNumber = nationalId(
  [
    { digits: sizesFrom(6, mostDigits), isNumber: true },
    { ...grouped, digits: [1, 2, 3], gap: { widest: 1 }, where: hasEnoughDigits },
    { ...grouped, digits: [4, 5], gap: { widest: 1, isInRow: true } },
  ],
  (view, at) => {
    if (!isFoldedDigit(view.codeAt(at))) return undefined;
    const size = leadingDigits(view, at, mostDigits);
    if (size === undecided) return undecided;
    return isInRow(view, at, size) ? undefined : byDigits[size];
  },
);

/** National numbers that start with letters. */
export const nationalToken = nationalId(
  [
    { letters: sizesFrom(1, 5), digits: sizesFrom(2) },
    { letters: [mostLetters], digits: sizesFrom(1) },
    letterPair,
  ],
  (view, at) => {
    let size = 0;
    let index = at;
    for (; isAsciiLetter(view.codeAt(index)); index = view.pastIgnorable(index + 1)) {
      size += 1;
      if (size > mostLetters) return undefined;
    }
    if (size === 0) return undefined;
    return index >= view.end && !view.final ? undecided : byLetters[size];
  },
);

/** The search has few digits between spaces begin nothing, unless they are four. */
function isInRow(view: View, at: number, size: number): boolean {
  if (size === 4 || view.codeAt(at - 1) !== space || !isFoldedDigit(view.codeAt(at - 2))) return false;
  return size < fewestAlone && view.codeAt(pastDigits(view, at, size)) === space;
}

const fewestAlone = 6;

type FormsAt = (view: View, at: number) => Group | typeof undecided | undefined;

function nationalId(begins: readonly ValueStart[], formsAt: FormsAt): Value {
  return {
    entity: 'NATIONAL_ID',
    begins,
    endAt(view, at) {
      if (!(isFoldedDigit(view.codeAt(at)) ? beginsDigits : beginsToken)(view, at)) return none;
      const forms = formsAt(view, at);
      if (forms === undecided) return undecided;
      return forms === undefined ? none : readForms(view, at, forms);
    },
    ruleAt(view, at, end) {
      const forms = formsAt(view, at);
      if (forms === undecided || forms === undefined) return 'national_id';
      for (const one of forms.known) {
        const meaning = readForm(view, at, one.form) === end ? meaningOf(one, view, at, end) : undefined;
        if (meaning !== undefined) return `national_id.${meaning.name}`;
      }
      return 'national_id';
    },
  };
}

/** Where the first form that is a national number ends. */
function readForms(view: View, at: number, { known: forms, set, announced }: Group): number {
  let possible = set.at(view, at);
  if ((possible & announced) !== 0 && !hasWord(view, at, shortestWord)) possible &= ~announced;
  for (let index = 0; possible >> index !== 0; index += 1) {
    const known = forms[index];
    if (known === undefined || ((possible >> index) & 1) === 0) continue;
    const end = readForm(view, at, known.form);
    if (end === none) continue;
    if (end !== undecided) {
      if (meaningOf(known, view, at, end) !== undefined) return end;
    } else if (known.meanings.some(({ words }) => isAnnounced(words, view, at))) {
      return undecided;
    }
  }
  return none;
}

function meaningOf({ meanings }: KnownForm, view: View, at: number, end: number): Meaning | undefined {
  const text = alphanumericsOf(view, at, end);
  return meanings.find(({ isValid, words }) => isValid(text) && isAnnounced(words, view, at));
}

function isAnnounced(words: RegExp | undefined, view: View, at: number): boolean {
  return words === undefined || words.test(wordsBefore(view, at));
}
