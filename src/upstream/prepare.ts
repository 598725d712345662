import type { IncomingHttpHeaders } from 'node:http';
import type { Config } from '../config/config.ts';
import { asksForUsage, type Call, type CallChanges, writeCall } from '../dialect/call.ts';
import type { JsonLimits } from '../json/scan.ts';
import { type Trace, traceHeaders } from '../telemetry/trace.ts';
import { crossingHeaders, crossingQuery } from './crossing.ts';
import type { Sending } from './send.ts';
import type { Target } from './target.ts';

/** What the policies made of a call's texts, and what they want said besides. */
export type Rewritten = Pick<CallChanges, 'texts' | 'system'>;

/** A call on its way out: what is the same whichever target is asked. Nobody changes it. */
export interface Outgoing extends Pick<Sending, 'hold'> {
  readonly call: Call;
  readonly rewritten: Rewritten;
  readonly requestId: string;
  /** The client's own. */
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly trace: Trace;
  readonly config: Pick<Config, 'limits' | 'commitAfterMs'>;
  readonly json: JsonLimits;
  /** By the clock of `performance.now()`. */
  readonly deadlineAt: number;
}

/** What one target is sent, by the attempt of this span. */
export function prepare(target: Target, spanId: string | undefined, outgoing: Outgoing): Sending {
  const { call, config, json, hold } = outgoing;
  const { dialect, isStream, isJsonAsked } = call;
  const { spec, crossing } = target;
  const asksUsage = isStream && dialect.asksUsage && spec.usageInStream && !asksForUsage(call);
  return {
    target,
    path: spec.basePath + dialect.path + crossingQuery(outgoing.url, crossing.parameters),
    headers: [
      ...target.headers,
      ...crossingHeaders(outgoing.headers, crossing.headers, outgoing.requestId),
      ...traceHeaders(outgoing.trace, spanId),
    ],
    body: writeCall(call, { ...outgoing.rewritten, model: spec.model, asksUsage }),
    dialect,
    isStream,
    isJsonAsked,
    clocks: clocksOf(target, outgoing),
    answerBytes: config.limits.answerBytes,
    hold,
    eventChars: config.limits.sseEventBytes,
    json,
    commitAfterMs: config.commitAfterMs,
  };
}

/** The target's own times, and the rest of the exchange's. */
function clocksOf({ spec }: Target, { call: { isStream }, deadlineAt }: Outgoing): Sending['clocks'] {
  const totalMs = isStream ? spec.streamTimeoutMs : spec.timeoutMs;
  const setting = isStream ? 'stream_timeout_seconds' : 'timeout_seconds';
  const leftMs = deadlineAt - performance.now();
  return {
    firstByteMs: spec.firstByteTimeoutMs,
    idleMs: spec.idleTimeoutMs,
    totalMs: Math.min(totalMs, leftMs),
    totalSetting: leftMs < totalMs ? 'deadline_seconds' : setting,
  };
}
