import { fold } from './characters.ts';
import type { View } from './detector.ts';

/** From so many code units on a call into the runtime and a table over what it copied are faster than reading the string. */
const worthCopying = 48;
const fewestCodes = 1024;
/** A spare is worth keeping for each guard that is at work at the same time, which are few: most have given it back by then. */
const mostSpares = 8;

/** What guards of one policy share: room for folded characters that one has done with, and room to copy a string to. */
export class Room {
  readonly #units: Uint16Array;
  readonly #bytes: Buffer;
  readonly #spares: Uint8Array[] = [];

  /** `mostUnits`: the longest text that is appended at once. */
  constructor(mostUnits: number) {
    this.#units = new Uint16Array(mostUnits);
    this.#bytes = Buffer.from(this.#units.buffer);
  }

  /** Room for at least `size` folded characters, with those of `old` taken over. */
  grow(old: Uint8Array, size: number): Uint8Array {
    const spare = this.#spares.pop();
    const room = spare === undefined || spare.length < size ? new Uint8Array(roomFor(size)) : spare;
    room.set(old);
    return room;
  }

  giveBack(codes: Uint8Array): void {
    if (codes.length > 0 && this.#spares.length < mostSpares) this.#spares.push(codes);
  }

  /** Writes what `text` folds to behind `codes[from]`. */
  fold(text: string, codes: Uint8Array, from: number): void {
    const { length } = text;
    if (length < worthCopying) {
      for (let at = 0; at < length; at += 1) codes[from + at] = fold(text.charCodeAt(at));
      return;
    }
    const units = this.#units;
    this.#bytes.write(text, 0, 'utf16le');
    for (let at = 0; at < length; at += 1) codes[from + at] = fold(units[at] ?? 0);
  }
}

function roomFor(size: number): number {
  return Math.max(fewestCodes, 2 ** Math.ceil(Math.log2(size)));
}

const none = new Uint8Array(0);

/** The text a guard holds, which grows behind and is cut off in front. Each character is folded once, when it comes. */
export class HeldText implements View {
  text = '';
  codes: Uint8Array = none;
  end = 0;
  final = false;
  readonly #room: Room;

  constructor(room: Room) {
    this.#room = room;
  }

  append(text: string): void {
    const from = this.text.length;
    const length = from + text.length;
    if (length > this.codes.length) this.codes = this.#room.grow(this.codes, length);
    this.#room.fold(text, this.codes, from);
    this.text = from === 0 ? text : this.text + text;
  }

  /** Forgets the first `size` code units. */
  cut(size: number): void {
    this.codes.copyWithin(0, size, this.text.length);
    this.text = this.text.slice(size);
  }

  /** Nothing more comes: others may have the room. */
  close(): void {
    this.#room.giveBack(this.codes);
    this.codes = none;
    this.text = '';
    this.end = 0;
  }
}
