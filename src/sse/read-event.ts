import type { Dialect, EventReading } from '../dialect/dialect.ts';
import type { Observe } from '../dialect/facts.ts';
import { readForeignEvent } from '../dialect/foreign.ts';
import { GatewayError } from '../errors.ts';
import { JsonError, type JsonLimits, type JsonNode, scanJson } from '../json/scan.ts';

export interface EventOptions {
  readonly dialect: Dialect;
  readonly json: JsonLimits;
  readonly observe?: Observe | undefined;
  readonly isJsonAsked?: boolean;
}

/** What an event says; undefined where its data is no JSON. Throws GatewayError `upstream_invalid`. */
export function readEvent(
  data: string,
  { dialect, json, observe, isJsonAsked }: EventOptions,
): EventReading | undefined {
  const root = scan(data, json);
  if (root === undefined) return undefined;
  if (root.kind === 'object') observe?.(data, root);
  return root.kind === 'object' ? dialect.readEvent(data, root, isJsonAsked) : readForeignEvent(data, root);
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
