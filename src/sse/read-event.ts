import type { Dialect, ParsedEvent } from '../dialect/dialect.ts';
import type { Observe } from '../dialect/facts.ts';
import { readForeignEvent } from '../dialect/foreign.ts';
import { GatewayError } from '../errors.ts';
import { JsonError, type JsonLimits, type JsonNode, type JsonObject, scanJson } from '../json/scan.ts';

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
  const root = already?.root ?? scan(data, json);
  if (root?.kind !== 'object') return root === undefined ? undefined : readForeignEvent(data, root);
  observe?.(data, root);
  return already?.reading ?? dialect.readEvent(data, root, isJsonAsked);
}

function scan(data: string, limits: JsonLimits): JsonNode | undefined {
  try {
    return scanJson(data, limits);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error.reason === 'syntax') return undefined; // no client reads fields out of it
    throw new GatewayError('upstream_invalid', `an event cannot be judged: ${error.message}`, {
      cause: error,
    });
  }
}
