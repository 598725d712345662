import type { TargetSpec } from '../config/config.ts';
import type { FinishedAttempt } from '../record/finished-exchange.ts';
import { Connections } from './connections.ts';
import type { Crossing } from './crossing.ts';
import { Observed } from './observed.ts';
import type { Ticker } from './ticker.ts';

/** What was observed of an upstream. Settings live in the spec; a reload changes those and keeps this. */
export class TargetState extends Observed {
  readonly connections = new Connections();
  /** The clock that attempts at it are timed by. */
  readonly ticker: Ticker;
  /** What it last answered, where that is for the configuration to mend; undefined since it has answered a call. */
  misconfigured: FinishedAttempt['result'] | undefined;

  constructor(ticker: Ticker) {
    super();
    this.ticker = ticker;
  }
}

/** An upstream: what it is configured to be, and what was seen of it. */
export interface Target {
  readonly spec: TargetSpec;
  readonly state: TargetState;
  /** Sent with every call: names and values in turn. */
  readonly headers: readonly string[];
  readonly crossing: Crossing;
}

/** Targets with the same identity are the same upstream, whatever else changed about them. */
export function targetIdentity(spec: TargetSpec): string {
  return `${spec.id} ${spec.origin}`;
}

/** The headers that are the same for every call to a target. */
export function targetHeaders(spec: TargetSpec): readonly string[] {
  // Identity: an answer that must be judged would have to be decoded first. What comes encoded all the same is decoded.
  const headers = ['content-type', 'application/json', 'accept-encoding', 'identity'];
  const { credential } = spec;
  if (credential?.value !== undefined)
    headers.push(credential.header, `${credential.prefix}${credential.value}`);
  for (const { name, value } of spec.headers) if (value !== undefined) headers.push(name, value);
  return headers;
}

/** What a target is sent to be let in. No answer of its repeats it to an app. */
export function secretsOf({ credential, headers }: TargetSpec): readonly string[] {
  const own = headers.filter(({ isSecret }) => isSecret).map(({ value }) => value);
  return [credential?.value, ...own].filter((value) => value !== undefined);
}
