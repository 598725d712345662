import type { Directives } from './directives.ts';
import type { Fields } from './fields.ts';
import { errorJson, SimulatorRefusal } from './refusal.ts';

/** A call taken apart as far as all endpoints agree. */
export interface SimulatedCall {
  readonly body: Fields;
  /** The last text of the user, without its directives. */
  readonly text: string;
  readonly directives: Directives;
  /** Names the request: the same request has the same name. */
  readonly digest: string;
}

/** What an endpoint answers, before it is decided how that travels. */
export type SimulatorReply = SimulatorWhole | StreamReply;

export interface SimulatorWhole {
  readonly kind: 'whole';
  readonly status: number;
  readonly retryAfterSeconds?: number | undefined;
  readonly body: string;
  /** How much a real model would have had to write. */
  readonly tokens: number;
}

export interface StreamReply {
  readonly kind: 'stream';
  /** Begins anew each time. */
  readonly events: () => Iterable<string>;
  /** What tells the reader, after so many events, that the stream is complete. */
  readonly closing: (sent: number) => string;
  /** The event that reports an error after so many events. */
  readonly failure: (sent: number) => string;
}

/** One endpoint: where its prompt is, and what it answers. */
export interface Endpoint {
  prompt(body: Fields): string;
  answer(asked: SimulatedCall): SimulatorReply;
}

export function wholeReply(body: string, { status = 200, tokens = 0 } = {}): SimulatorWhole {
  return { kind: 'whole', status, body, tokens };
}

/** Every answer was made at this second, so that equal requests have equal answers. */
export const created = 1_767_225_600;

export const failureMessage = 'The simulated model failed in the middle of its answer.';

/** The error event of chat and text completions. */
export function failureEvent(): string {
  return `data: ${errorJson(new SimulatorRefusal(failureMessage, { status: 500, code: 'simulated' }))}\n\n`;
}
