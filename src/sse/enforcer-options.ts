import type { Dialect } from '../dialect/dialect.ts';
import type { Observe } from '../dialect/facts.ts';
import type { JsonLimits } from '../json/scan.ts';
import type { FieldGuards } from '../policy/field-guards.ts';

export interface EnforcerOptions {
  readonly dialect: Dialect;
  readonly guards: FieldGuards;
  /** Whether the client asked for the usage chunk; otherwise it is hidden. */
  readonly showsUsage: boolean;
  /** The call asked for a JSON document: the words of the answer are one. */
  readonly isJsonAsked?: boolean;
  readonly json: JsonLimits;
  /** Sees every event that is read in full. */
  readonly observe?: Observe | undefined;
  /** Most characters of one event. */
  readonly eventChars: number;
  /** Most characters of events withheld together. */
  readonly heldChars: number;
}

/** How a stream stands. `denied`: what is withheld stays; `cut`: the upstream said nothing of an end. */
export type StreamEnd = 'complete' | 'cut' | 'denied' | 'failed';
