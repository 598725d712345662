import { chat } from './chat.ts';
import { completions } from './completions.ts';
import type { Dialect } from './dialect.ts';
import { embeddings } from './embeddings.ts';
import { responses } from './responses.ts';

/** Every API family that is served. A new one is one file and one line here. */
const dialects: readonly Dialect[] = [chat, completions, embeddings, responses];

const byPath: ReadonlyMap<string, Dialect> = new Map(
  dialects.flatMap((dialect) => [
    [dialect.path, dialect],
    [`/v1${dialect.path}`, dialect],
  ]),
);

/** The family served at a request path (no query), with or without `/v1`. */
export function dialectAt(path: string): Dialect | undefined {
  return byPath.get(path);
}
