import type { FinishedExchange, KnownTrace, PolicyEvaluation } from '../record/finished-exchange.ts';
import { cut, milliseconds, quote, quoteAll } from './json-line.ts';

// Client text: long enough for any real model, short enough for a line.
const maxModel = 128;

const strength = { allow: 0, flag: 1, rewrite: 2, failed: 3, deny: 4 } as const;

/** The strongest thing any policy did. */
export function policyAction(evaluations: readonly PolicyEvaluation[]): PolicyEvaluation['result'] {
  let action: PolicyEvaluation['result'] = 'allow';
  for (const { result } of evaluations) if (strength[result] > strength[action]) action = result;
  return action;
}

/** Every policy that was asked, once. */
export function policiesApplied(evaluations: readonly PolicyEvaluation[]): readonly string[] {
  const names: string[] = [];
  for (const { policy } of evaluations) if (!names.includes(policy)) names.push(policy);
  return names;
}

interface UpstreamText {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly text: string;
}

// More targets than any configuration has use for; beyond it the text is written anew each time.
const maxUpstreams = 256;

/**
 * Writes the members of an exchange's log line, as JSON text after a comma. `target` is the part of the program that
 * speaks, as in every line; the target that answered is `upstream`. Written by hand, and what is the same from call to
 * call is kept: this runs once a call.
 */
export class ExchangeMembers {
  #policies: readonly string[] = [];
  #policiesText = '[]';
  readonly #upstreams = new Map<string, UpstreamText>();

  text(exchange: FinishedExchange): string {
    const { requestedModel, usage, attempts, uninspected, evaluations } = exchange;
    let line = `,"request_id":${quote(exchange.requestId)},"endpoint":"${exchange.endpoint}","status":${exchange.status},"verdict":"${exchange.verdict}","latency_ms":${milliseconds(exchange.durationMs)},"overhead_ms":${milliseconds(exchange.overheadMs)}`;
    if (exchange.trace !== undefined) line += traceMembers(exchange.trace);
    if (exchange.code !== undefined) line += `,"code":"${exchange.code}"`;
    if (exchange.firstByteMs !== undefined) line += `,"first_byte_ms":${milliseconds(exchange.firstByteMs)}`;
    if (exchange.target !== undefined) line += this.#upstream(exchange.target, exchange);
    if (requestedModel !== undefined && requestedModel !== exchange.model)
      line += `,"requested_model":${quote(cut(requestedModel, maxModel))}`;
    if (usage !== undefined)
      line += `,"input_tokens":${usage.inputTokens},"output_tokens":${usage.outputTokens}`;
    if (usage?.estimated === true) line += ',"tokens_estimated":true';
    if (exchange.costNanoUsd !== undefined) line += `,"cost_nano_usd":${exchange.costNanoUsd}`;
    line += `,"request_bytes":${exchange.requestBytes},"reply_bytes":${exchange.replyBytes}`;
    if (attempts.length !== 1) line += `,"attempts":${attempts.length}`;
    if (uninspected.length > 0) line += `,"uninspected":${quoteAll(uninspected)}`;
    if (exchange.aborted !== undefined) line += `,"aborted":"${exchange.aborted}"`;
    return `${line},"stream":${exchange.stream},"policies_applied":${this.#applied(evaluations)},"policy_action":"${policyAction(evaluations)}","generation":${exchange.generation}`;
  }

  #upstream(target: string, { provider, model }: FinishedExchange): string {
    const known = this.#upstreams.get(target);
    if (known !== undefined && known.provider === provider && known.model === model) return known.text;
    let text = `,"upstream":${quote(target)}`;
    if (provider !== undefined) text += `,"provider":${quote(provider)}`;
    if (model !== undefined) text += `,"model":${quote(cut(model, maxModel))}`;
    if (this.#upstreams.size < maxUpstreams || known !== undefined)
      this.#upstreams.set(target, { provider, model, text });
    return text;
  }

  #applied(evaluations: readonly PolicyEvaluation[]): string {
    const last = this.#policies;
    const isLast =
      evaluations.length === last.length && evaluations.every(({ policy }, index) => policy === last[index]);
    if (!isLast) {
      this.#policies = evaluations.map(({ policy }) => policy);
      this.#policiesText = quoteAll(policiesApplied(evaluations));
    }
    return this.#policiesText;
  }
}

// Under the names that OpenTelemetry gives them in logs. Both are hex digits.
function traceMembers({ traceId, spanId }: KnownTrace): string {
  const text = `,"trace_id":"${traceId}"`;
  return spanId === undefined ? text : `${text},"span_id":"${spanId}"`;
}

/** The same for a person, on one line. */
export function exchangeText(exchange: FinishedExchange): string {
  const { usage, evaluations } = exchange;
  const parts: string[] = [
    exchange.endpoint,
    `${exchange.status}`,
    `${milliseconds(exchange.durationMs)} ms`,
  ];
  if (exchange.code !== undefined) parts.push(exchange.code);
  if (exchange.target !== undefined) parts.push(`from ${exchange.target}`);
  if (exchange.stream) parts.push('streamed');
  if (usage !== undefined) parts.push(`${usage.inputTokens}+${usage.outputTokens} tokens`);
  const action = policyAction(evaluations);
  if (action !== 'allow') parts.push(`${action} by ${actors(evaluations, action).join(', ')}`);
  if (exchange.aborted !== undefined) parts.push(`cut off: ${exchange.aborted}`);
  return `${parts.join(' ')} [${exchange.requestId}]`;
}

function actors(
  evaluations: readonly PolicyEvaluation[],
  action: PolicyEvaluation['result'],
): readonly string[] {
  return policiesApplied(evaluations.filter(({ result }) => result === action));
}
