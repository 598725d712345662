import { isDigit, isHex } from './digits.ts';
import { fewKeys, isAmong, SeenKeys } from './seen-keys.ts';

/**
 * A position tree of one JSON text (RFC 8259). Values are not built: a string knows where it stands, so that a rewrite
 * can splice it and leave every other byte as it came. All offsets are UTF-16 code units in the scanned text.
 */
export interface JsonString {
  readonly kind: 'string';
  /** Offset of the opening quote. */
  readonly start: number;
  /** Offset after the closing quote. */
  readonly end: number;
  readonly escaped: boolean;
}

export interface JsonMember {
  readonly key: string;
  /** Offsets of the key, quotes included; `keyNode` makes a node of them. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export interface JsonObject {
  readonly kind: 'object';
  readonly start: number;
  readonly end: number;
  readonly members: readonly JsonMember[];
}

export interface JsonArray {
  readonly kind: 'array';
  readonly start: number;
  readonly end: number;
  readonly items: readonly JsonNode[];
}

interface JsonScalar {
  readonly kind: 'number' | 'boolean' | 'null';
  readonly start: number;
  readonly end: number;
}

export type JsonNode = JsonObject | JsonArray | JsonString | JsonScalar;

export interface JsonLimits {
  /** Most containers inside one another. */
  readonly depth: number;
  /** Most objects, arrays and strings in all. Numbers in arrays are free: they are not kept. */
  readonly nodes: number;
}

/** The text is not JSON, or not JSON that every parser would read alike and within the limits. */
export class JsonError extends Error {
  /** `syntax`: no parser reads it. Otherwise parsers do, and this one refuses. */
  readonly reason: 'syntax' | 'limit' | 'duplicate';
  /** UTF-16 offset of the first character that does not fit. */
  readonly offset: number;

  constructor(reason: JsonError['reason'], message: string, offset: number) {
    super(`${message} at character ${offset}`);
    this.name = 'JsonError';
    this.reason = reason;
    this.offset = offset;
  }
}

// Stands for every number, boolean and null inside an array: their positions are never asked for, and an array of a
// million token ids must not become a million nodes.
const scalarInArray: JsonScalar = { kind: 'number', start: -1, end: -1 };
const QUOTE = 34;
const BACKSLASH = 92;

/** Scans and validates a whole text. Throws JsonError; a key written twice in one object is an error too. */
export function scanJson(text: string, limits: JsonLimits): JsonNode {
  return new Scanner(text, limits).scan();
}

/** Scans the one value that begins at `at`, whatever follows it. Throws JsonError. */
export function scanJsonAt(text: string, at: number, limits: JsonLimits): JsonNode {
  return new Scanner(text, limits).scanAt(at);
}

/** The text a string node stands for, unescaped. */
export function stringValue(text: string, node: JsonString): string {
  if (!node.escaped) return text.slice(node.start + 1, node.end - 1);
  const value: unknown = JSON.parse(text.slice(node.start, node.end));
  return typeof value === 'string' ? value : '';
}

/** The value under a key, or undefined. */
export function member(object: JsonObject, key: string): JsonNode | undefined {
  const { members } = object;
  for (let i = 0; i < members.length; i += 1) if (members[i]?.key === key) return members[i]?.value;
  return undefined;
}

class Scanner {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #at = 0;
  #depth = 0;
  #nodes = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  scan(): JsonNode {
    const root = this.scanAt(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected();
    return root;
  }

  scanAt(at: number): JsonNode {
    this.#at = at;
    this.#space();
    return this.#value(false);
  }

  #value(inArray: boolean): JsonNode {
    const code = this.#text.charCodeAt(this.#at);
    if (code === QUOTE) return this.#string();
    if (code === 123) return this.#object();
    if (code === 91) return this.#array();
    if (code === 45 || (code >= 48 && code <= 57)) return this.#number(inArray);
    if (code === 116) return this.#literal('true', 'boolean', inArray);
    if (code === 102) return this.#literal('false', 'boolean', inArray);
    if (code === 110) return this.#literal('null', 'null', inArray);
    throw this.#unexpected();
  }

  #object(): JsonObject {
    const start = this.#open();
    const members: JsonMember[] = [];
    let seen: SeenKeys | undefined;
    if (this.#text.charCodeAt(this.#at) === 125) return this.#closeObject(start, members);
    for (;;) {
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw this.#unexpected();
      const keyStart = this.#at;
      const key = this.#key();
      const keyEnd = this.#at;
      if (members.length >= fewKeys) seen ??= new SeenKeys(members);
      if (seen === undefined ? isAmong(key, members) : seen.has(key)) throw duplicate(key, keyStart);
      if (this.#text.charCodeAt(this.#at) <= 32) this.#space();
      if (this.#text.charCodeAt(this.#at) !== 58) throw this.#unexpected();
      this.#at += 1;
      if (this.#text.charCodeAt(this.#at) <= 32) this.#space();
      members.push({ key, keyStart, keyEnd, value: this.#value(false) });
      if (this.#text.charCodeAt(this.#at) <= 32) this.#space();
      const code = this.#text.charCodeAt(this.#at);
      if (code === 125) return this.#closeObject(start, members);
      if (code !== 44) throw this.#unexpected();
      this.#at += 1;
      if (this.#text.charCodeAt(this.#at) <= 32) this.#space();
    }
  }

  #closeObject(start: number, members: readonly JsonMember[]): JsonObject {
    this.#at += 1;
    this.#depth -= 1;
    return { kind: 'object', start, end: this.#at, members };
  }

  #array(): JsonArray {
    const start = this.#open();
    const items: JsonNode[] = [];
    if (this.#text.charCodeAt(this.#at) === 93) return this.#closeArray(start, items);
    for (;;) {
      items.push(this.#value(true));
      if (this.#text.charCodeAt(this.#at) <= 32) this.#space();
      const code = this.#text.charCodeAt(this.#at);
      if (code === 93) return this.#closeArray(start, items);
      if (code !== 44) throw this.#unexpected();
      this.#at += 1;
      this.#space();
    }
  }

  #closeArray(start: number, items: readonly JsonNode[]): JsonArray {
    this.#at += 1;
    this.#depth -= 1;
    return { kind: 'array', start, end: this.#at, items };
  }

  #open(): number {
    const start = this.#at;
    this.#depth += 1;
    if (this.#depth > this.#limits.depth)
      throw new JsonError('limit', `more than ${this.#limits.depth} levels deep`, start);
    this.#count(start);
    this.#at += 1;
    this.#space();
    return start;
  }

  #count(at: number): void {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.nodes)
      throw new JsonError('limit', `more than ${this.#limits.nodes} values`, at);
  }

  #string(): JsonString {
    const start = this.#at;
    const escaped = this.#passString();
    return { kind: 'string', start, end: this.#at, escaped };
  }

  #key(): string {
    const start = this.#at;
    if (!this.#passString()) return this.#text.slice(start + 1, this.#at - 1);
    return stringValue(this.#text, { kind: 'string', start, end: this.#at, escaped: true });
  }

  // One pass over the characters: validity, escapes and the end of the string are found together. True: it has escapes.
  #passString(): boolean {
    this.#count(this.#at);
    const text = this.#text;
    let at = this.#at + 1;
    let escaped = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        at = this.#escape(at);
      } else if (code >= 32) at += 1;
      else throw this.#unexpected(at);
    }
    this.#at = at + 1;
    return escaped;
  }

  #escape(at: number): number {
    const code = this.#text.charCodeAt(at + 1);
    if (code === 117) {
      for (let i = at + 2; i < at + 6; i += 1)
        if (!isHex(this.#text.charCodeAt(i))) throw this.#unexpected(i);
      return at + 6;
    }
    // " \ / b f n r t
    if (code === QUOTE || code === BACKSLASH || code === 47 || code === 98 || code === 102) return at + 2;
    if (code === 110 || code === 114 || code === 116) return at + 2;
    throw this.#unexpected(at + 1);
  }

  #number(inArray: boolean): JsonScalar {
    const start = this.#at;
    if (this.#text.charCodeAt(this.#at) === 45) this.#at += 1;
    if (this.#text.charCodeAt(this.#at) === 48) this.#at += 1;
    else this.#digits();
    if (this.#text.charCodeAt(this.#at) === 46) {
      this.#at += 1;
      this.#digits();
    }
    const code = this.#text.charCodeAt(this.#at);
    if (code === 101 || code === 69) {
      this.#at += 1;
      const sign = this.#text.charCodeAt(this.#at);
      if (sign === 43 || sign === 45) this.#at += 1;
      this.#digits();
    }
    return inArray ? scalarInArray : { kind: 'number', start, end: this.#at };
  }

  #digits(): void {
    const from = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at += 1;
    if (this.#at === from) throw this.#unexpected();
  }

  #literal(word: string, kind: 'boolean' | 'null', inArray: boolean): JsonScalar {
    const start = this.#at;
    if (!this.#text.startsWith(word, start)) throw this.#unexpected();
    this.#at += word.length;
    return inArray ? scalarInArray : { kind, start, end: this.#at };
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #unexpected(at = this.#at): JsonError {
    if (at >= this.#text.length) return new JsonError('syntax', 'unexpected end', at);
    return new JsonError('syntax', `unexpected ${JSON.stringify(this.#text.charAt(at))}`, at);
  }
}

// A key may be as long as the text, or a value itself, and the message goes to the client and the log.
function duplicate(key: string, at: number): JsonError {
  const shown = /^[a-z_]{1,40}$/.test(key) ? `key "${key}"` : 'a key';
  return new JsonError('duplicate', `${shown} is written twice`, at);
}
