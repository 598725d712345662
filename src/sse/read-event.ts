import { scanAnswered } from '../dialect/answer.ts';
import type { Dialect, ParsedEvent } from '../dialect/dialect.ts';
import type { Observe } from '../dialect/facts.ts';
import { readForeignEvent } from '../dialect/foreign.ts';
import type { JsonLimits, JsonObject } from '../json/scan.ts';

/** What events are read by. */
export interface EventOptions {
  readonly dialect: Dialect;
  readonly json: JsonLimits;
  /** The call asked for a JSON document: the words of the answer are one. */
  readonly isJsonAsked?: boolean;
  /** Sees every event that is read in full. */
  readonly observe?: Observe | undefined;
}

/** An event as its dialect reads it. */
export interface ReadEvent {
  readonly root: JsonObject;
  readonly reading: ParsedEvent;
}

/** What an event says, which may be read `already`; undefined where its data is no JSON. Throws GatewayError `upstream_invalid`. */
export function readEvent(
  data: string,
  { dialect, json, observe, isJsonAsked }: EventOptions,
  already?: ReadEvent,
): ParsedEvent | undefined {
  // Out of what is no JSON no client reads fields.
  const root = already?.root ?? scanAnswered(data, json, 'an event');
  if (root?.kind !== 'object') return root === undefined ? undefined : readForeignEvent(data, root);
  observe?.(data, root);
  return already?.reading ?? dialect.readEvent(data, root, isJsonAsked);
}
