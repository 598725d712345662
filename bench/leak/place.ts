import type { Planted } from './secrets.ts';
import type { Fields } from './fields.ts';

/** The first that a URL ends in is meant. */
export const apiPaths = ['/chat/completions', '/completions', '/responses'] as const;
export type ApiPath = (typeof apiPaths)[number];

/** How the characters of the value are written inside tool arguments. */
export type Spelling = 'plain' | 'arguments' | 'escaped arguments';

interface Somewhere {
  readonly id: string;
  readonly path: ApiPath;
  readonly spelling: Spelling;
  /** Keys of the fields that hold the sentence. */
  readonly holders: readonly string[];
  readonly companions: Fields;
}

/** A text field of a streamed answer. */
export interface StreamPlace extends Somewhere {
  readonly kind: 'stream';
  /** What the head calls it, where that is wrong. */
  readonly contentType?: string;
  /** Events as they go over the wire, for a text in these pieces. */
  readonly events: (pieces: readonly string[]) => readonly string[];
}

/** A text field of a body: of an answer that comes whole, or of a call. */
export interface BodyPlace extends Somewhere {
  readonly kind: 'answer' | 'call';
  readonly body: (text: string) => Readonly<Record<string, unknown>>;
}

export type Place = StreamPlace | BodyPlace;

/** The value in its sentence as the place writes it. */
export interface Spelled {
  readonly text: string;
  /** Where in the text the value stands. */
  readonly start: number;
  readonly end: number;
}

export function spell({ before, value, after }: Planted, spelling: Spelling): Spelled {
  const inside = spelling === 'escaped arguments' ? value.replaceAll('@', String.raw`\u0040`) : value;
  const [head, tail] =
    spelling === 'plain' ? [before, after] : [`{"note":"${before}`, `${after}","urgent":true}`];
  return { text: head + inside + tail, start: head.length, end: head.length + inside.length };
}

export const noCompanions: Fields = new Map();
