import { Numbered } from '../text/numbered.ts';
import { isRune, type Program } from './program.ts';

/** What a character is to a program: characters that no step of it tells apart share one. */
export interface CharacterClass {
  readonly id: number;
  /** By predicate, whether it takes these characters. */
  readonly taken: readonly boolean[];
  readonly isWord: boolean;
  readonly isNewline: boolean;
}

export const asciiSize = 128;
/** Characters beyond this take two code units. */
export const lastOfPlane = 0xffff;
/** Classes of other characters are remembered, so many at most. */
const mostKnown = 8192;

/** Sorts characters into classes, those beyond ASCII when they are first met. */
export class Alphabet {
  /** By instruction, the index of its predicate; -1 where it takes no character. */
  readonly predicateOf: Int16Array;
  readonly #predicates: readonly ((codePoint: number) => boolean)[];
  readonly #classes = new Map<string, CharacterClass>();
  /** Of the ASCII characters, for whoever reads many. */
  readonly ascii: readonly CharacterClass[];
  readonly asciiIds: Uint8Array;
  readonly #others = new Map<number, CharacterClass>();

  constructor({ instructions }: Pick<Program, 'instructions'>) {
    const predicates = new Numbered<(codePoint: number) => boolean>();
    this.predicateOf = Int16Array.from(instructions, (instruction) => {
      if (!isRune(instruction)) return -1;
      const key = `${instruction.arg}:${instruction.runes.join(',')}`;
      return predicates.of((codePoint) => instruction.matchRune(codePoint), key);
    });
    this.#predicates = predicates.all;
    this.ascii = Array.from({ length: asciiSize }, (_, code) => this.#sort(code));
    this.asciiIds = Uint8Array.from(this.ascii, ({ id }) => id);
  }

  /** How many classes the ASCII characters and the end of the text fall into: ids below this. */
  get asciiClasses(): number {
    return Math.max(...this.asciiIds) + 1;
  }

  of(codePoint: number): CharacterClass {
    return this.ascii[codePoint] ?? this.#other(codePoint);
  }

  #other(codePoint: number): CharacterClass {
    const known = this.#others.get(codePoint);
    if (known !== undefined) return known;
    if (this.#others.size === mostKnown) this.#others.clear();
    const sorted = this.#sort(codePoint);
    this.#others.set(codePoint, sorted);
    return sorted;
  }

  #sort(codePoint: number): CharacterClass {
    const taken = this.#predicates.map((takes) => takes(codePoint));
    const isWord = isWordCharacter(codePoint);
    const isNewline = codePoint === newline;
    const key = `${taken.map(Number).join('')}${Number(isWord)}${Number(isNewline)}`;
    const same = this.#classes.get(key);
    if (same !== undefined) return same;
    const sorted = { id: this.#classes.size + 1, taken, isWord, isNewline };
    this.#classes.set(key, sorted);
    return sorted;
  }
}

const newline = 10;

/** What `\b` takes for part of a word: ASCII only, as in RE2. */
export function isWordCharacter(code: number): boolean {
  const lower = code | 0x20;
  return (code >= 48 && code <= 57) || code === 95 || (code < asciiSize && lower >= 97 && lower <= 122);
}

/** The end of the text, as if it were a character. No step takes it. */
export const endOfText: CharacterClass = { id: 0, taken: [], isWord: false, isNewline: false };
