import type { FieldGuards } from '../policy/field-guards.ts';
import type { EventOptions } from './read-event.ts';

export interface EnforcerOptions extends EventOptions {
  readonly guards: FieldGuards;
  /** Whether the client asked for the usage chunk; otherwise it is hidden. */
  readonly showsUsage: boolean;
  /** Whether what no policy can judge ends the stream. */
  readonly blocksUninspected?: boolean;
  /** Most characters of one event. */
  readonly eventChars: number;
  /** Most characters of events withheld together. */
  readonly heldChars: number;
}

/** How a stream stands. `denied`: what is withheld stays; `cut`: the upstream said nothing of an end. */
export type StreamEnd = 'complete' | 'cut' | 'denied' | 'failed';
