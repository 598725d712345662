import type { TargetKind } from '../config/config.ts';
import type { JsonObject } from '../json/scan.ts';
import type { Usage } from '../record/usage.ts';
import type { ErrorForm } from './error-event.ts';
import type { Spelling } from './logprobs.ts';
import type { SystemPlace } from './system-message.ts';
import type { TextSite } from './texts.ts';

/** One API family of the data port: where it is served and how its streams speak. */
export interface Dialect {
  /** What metrics, logs and records call it. */
  readonly endpoint: string;
  /** Path below the base URL, without `/v1`. */
  readonly path: string;
  readonly serves: TargetKind;
  /** What every whole answer has: a list under this key. */
  readonly answerKey: string;
  /** How a stream of it says that it ends with an error. */
  readonly errors: ErrorForm;
  /** Whether answers bear text. Embeddings are numbers: their answers pass unjudged. */
  readonly hasTextAnswer: boolean;
  /** Whether `stream_options.include_usage` may be asked of the upstream. */
  readonly asksUsage: boolean;
  /** Refuses calls whose answer could not be judged. Throws GatewayError. */
  readonly check?: (text: string, root: JsonObject) => void;
  /** Where a call takes a system message; missing where no model is told anything. Throws GatewayError. */
  readonly systemPlace?: (root: JsonObject) => SystemPlace;
  /**
   * The events of which channels must keep their order: those with the same answer. Missing where the events of a stream
   * are numbered, and all of them keep it.
   */
  readonly laneOf?: (channel: string) => string;
  /** What the first text of a channel says is over: channels whose key starts so. */
  readonly endedBy?: (channel: string) => string | undefined;
  /** What one event of a stream means. `text` is the event's data, `root` its position tree; the call may have asked for JSON. */
  readEvent(text: string, root: JsonObject, isJsonAsked?: boolean): ParsedEvent;
}

/** One piece of text in an event. Pieces of one channel make up one field of the answer. */
export interface EventText {
  readonly site: TextSite;
  /** The field this is a piece of; undefined where the string is whole by itself. */
  readonly channel: string | undefined;
  /** Repeats all of a field that came so far, as some servers do beside each piece: whole only if nothing more of it comes. */
  readonly isSoFar?: boolean;
  /** Some servers say it again with every event: once it is over, each is whole by itself. */
  readonly isRepeatable?: boolean;
}

export interface ParsedEvent extends Spelling {
  readonly texts: readonly EventText[];
  /** Channels whose key starts with one of these are complete after this event. */
  readonly completes: readonly string[];
  /** They finished for good: no further text is to come, and the answer may end without a terminal event. */
  readonly isFinish: boolean;
  /** The answer as a whole is complete. */
  readonly isTerminal: boolean;
  /** The upstream says that it failed. */
  readonly isError: boolean;
  /** Carries nothing but usage: hidden from a client that did not ask for it. */
  readonly isUsageOnly: boolean;
  readonly usage: Usage | undefined;
  /** Parts that cannot be judged, for instance `audio`. */
  readonly uninspected: readonly string[];
}
