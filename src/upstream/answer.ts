import type { IncomingHttpHeaders } from 'node:http';
import type { GatewayError } from '../errors.ts';
import type { OpenedStream } from '../sse/opening.ts';
import type { Target } from './target.ts';

/** Where the pieces of a stream go after the commit point. */
export interface AnswerSink {
  piece(chunk: Buffer): void;
  end(): void;
  fail(error: GatewayError): void;
}

export interface AnswerSource {
  /** Hands over what came since the commit point and everything to come. Called once. */
  flowTo(sink: AnswerSink): void;
  pause(): void;
  resume(): void;
}

interface Head {
  readonly target: Target;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

export interface WholeAnswer extends Head {
  readonly kind: 'whole';
  readonly body: Buffer;
}

export interface StreamAnswer extends Head {
  readonly kind: 'stream';
  /** What came up to the commit point. */
  readonly opened: OpenedStream;
  readonly source: AnswerSource;
}

/** What an attempt brought. Anything but an event stream is held until it is whole: a target that dies half-way has failed. */
export type Answer = WholeAnswer | StreamAnswer;
