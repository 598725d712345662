import { Units } from '../text/units.ts';
import { dot, hyphen } from './ascii.ts';
import { folds, ignorable, isFoldedDigit, isWord } from './characters.ts';
import { type CharacterSet, edge, isIn, none, undecided, type View } from './detector.ts';

/** From so many code units on a call into the runtime and a table over what it copied are faster than reading the string. */
const worthCopying = 48;
const fewestCodes = 1024;
/** A spare is worth keeping for each guard that is at work at the same time, which are few: most have given it back by then. */
const mostSpares = 8;
const longestRun = 255;

/** What is known of each character of a text: see `View`. */
interface Rows {
  readonly codes: Uint8Array;
  readonly runs: Uint8Array;
}

/** What guards of one policy share: rows that one has done with, and room to copy a string to. */
export class Room {
  readonly #signs: CharacterSet;
  readonly #units: Units;
  readonly #spares: Rows[] = [];

  /** `signs`: what ends a run. `mostUnits`: the longest text that is appended at once. */
  constructor(signs: CharacterSet, mostUnits: number) {
    this.#signs = signs;
    this.#units = new Units(mostUnits);
  }

  /** Rows for at least `size` characters, with those of `old` taken over. */
  grow(old: Rows, size: number): Rows {
    const spare = this.#spares.pop();
    const rows = spare === undefined || spare.codes.length < size ? rowsFor(size) : spare;
    rows.codes.set(old.codes);
    rows.runs.set(old.runs);
    return rows;
  }

  giveBack(rows: Rows): void {
    if (rows.codes.length > 0 && this.#spares.length < mostSpares) this.#spares.push(rows);
  }

  /** Writes what is known of each character of `text` behind the first `from`; says whether there is a sign among them. */
  fold(text: string, rows: Rows, from: number): boolean {
    return text.length < worthCopying ? this.#foldShort(text, rows, from) : this.#foldLong(text, rows, from);
  }

  // Backwards, for a run is known by its end. Twice the same, for one loop that reads either way takes twice as long.
  #foldShort(text: string, { codes, runs }: Rows, from: number): boolean {
    const signs = this.#signs;
    let run = 0;
    let found = 0;
    for (let at = text.length - 1; at >= 0; at -= 1) {
      const code = folds[text.charCodeAt(at)] ?? 0;
      const isSign = signs[code] ?? 0;
      found |= isSign;
      run = isSign === 1 ? 0 : run + 1; // of a short text never the longest
      codes[from + at] = code;
      runs[from + at] = run;
    }
    return found === 1;
  }

  #foldLong(text: string, { codes, runs }: Rows, from: number): boolean {
    const length = this.#units.fill(text);
    const units = this.#units.codes;
    const signs = this.#signs;
    let run = 0;
    let found = 0;
    for (let at = length - 1; at >= 0; at -= 1) {
      const code = folds[units[at] ?? 0] ?? 0;
      const isSign = signs[code] ?? 0;
      found |= isSign;
      run = isSign === 1 ? 0 : Math.min(run + 1, longestRun);
      codes[from + at] = code;
      runs[from + at] = run;
    }
    return found === 1;
  }
}

function rowsFor(size: number): Rows {
  const room = Math.max(fewestCodes, 2 ** Math.ceil(Math.log2(size)));
  return { codes: new Uint8Array(room), runs: new Uint8Array(room) };
}

const noRows: Rows = { codes: new Uint8Array(0), runs: new Uint8Array(0) };

/** The text a guard holds, which grows behind and is cut off in front. Each character is folded once, when it comes. */
export class HeldText implements View {
  text = '';
  codes = noRows.codes;
  runs = noRows.runs;
  end = 0;
  final = false;
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Says whether there is a sign in `text`. */
  append(text: string): boolean {
    const from = this.text.length;
    const length = from + text.length;
    if (length > this.codes.length) this.#use(this.#room.grow(this, length));
    this.text = from === 0 ? text : this.text + text;
    return this.#room.fold(text, this, from);
  }

  /** Forgets the first `size` code units. */
  cut(size: number): void {
    const { length } = this.text;
    this.codes.copyWithin(0, size, length);
    this.runs.copyWithin(0, size, length);
    this.text = this.text.slice(size);
  }

  /** Nothing more comes: others may have the room. */
  close(): void {
    this.#room.giveBack({ codes: this.codes, runs: this.runs });
    this.#use(noRows);
    this.text = '';
    this.end = 0;
  }

  codeAt(index: number): number {
    return index >= 0 && index < this.end ? (this.codes[index] ?? edge) : edge;
  }

  pastIgnorable(index: number): number {
    const { codes, end } = this;
    let next = index;
    while (next < end && codes[next] === ignorable) next += 1;
    return next;
  }

  knownBefore(index: number): number {
    let before = index - 1;
    while (this.codeAt(before) === ignorable) before -= 1;
    return before;
  }

  isInside(start: number): boolean {
    const before = this.codeAt(start - 1);
    if (isWord(before)) return true;
    return (
      (before === dot || before === hyphen || before === ignorable) && isFoldedDigit(this.codeAt(start - 2))
    );
  }

  goesOnWord(start: number): boolean {
    return this.codeAt(start - 1) === ignorable && isWord(this.codeAt(this.knownBefore(start)));
  }

  pastAll(from: number, set: CharacterSet, most: number = Infinity): number {
    let index = from;
    while (isIn(set, this.codeAt(index))) {
      index += 1;
      if (index - from > most) return none;
    }
    return index === this.end && !this.final ? undecided : index;
  }

  #use({ codes, runs }: Rows): void {
    this.codes = codes;
    this.runs = runs;
  }
}
