import type { Decision } from '../record/decision.ts';
import {
  type FinishedAttempt,
  type FinishedExchange,
  type KnownTrace,
  type PolicyEvaluation,
  strongerResult,
} from '../record/finished-exchange.ts';
import type { Usage } from '../record/usage.ts';
import { cut, milliseconds, quote, quoteAll, Timestamps } from './json-line.ts';

// Client text: long enough for anything real, short enough for a line.
const maxModel = 128;
const maxPath = 256;
// More targets than any configuration has use for; beyond it the text is written anew each time.
const maxUpstreams = 256;

interface UpstreamText {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly text: string;
}

/**
 * Writes an exchange as members of a JSON object, each behind a comma: as a line of the log tells it, or as an audit
 * record does. By hand, and what is mostly the same from call to call is kept: this runs once a call for each.
 */
export class ExchangeJson {
  readonly #timestamps = new Timestamps();
  readonly #upstreams = new Map<string, UpstreamText>();
  readonly #applied = new Kept(isSameEvaluation, applied);
  readonly #policies = new Kept(isSameEvaluation, policies);
  readonly #attempts = new Kept(isSameAttempt, attempts);

  /** `target` is in every line the part of the program that speaks; the target that answered is `upstream`. */
  line(of: FinishedExchange): string {
    const { requestedModel } = of;
    let text = `${common(of)},"latency_ms":${milliseconds(of.durationMs)},"overhead_ms":${milliseconds(of.overheadMs)}`;
    if (of.trace !== undefined) text += traceMembers(of.trace);
    if (of.firstByteMs !== undefined) text += `,"first_byte_ms":${milliseconds(of.firstByteMs)}`;
    if (of.target !== undefined) text += `,"upstream":${this.#upstream(of.target, of)}`;
    if (requestedModel !== undefined && requestedModel !== of.model) text += requested(requestedModel);
    if (of.usage?.estimated === true) text += ',"tokens_estimated":true';
    if (of.attempts.length !== 1) text += `,"attempts":${of.attempts.length}`;
    return `${text}${this.#applied.text(of.evaluations)}`;
  }

  record(of: FinishedExchange): string {
    const { requestedModel, usage } = of;
    let text = `${common(of)},"started_at":"${this.#timestamps.text(of.startedAt)}","duration_ms":${milliseconds(of.durationMs)},"config_hash":"${of.configHash}"`;
    if (of.target !== undefined) text += `,"target":${this.#upstream(of.target, of)}`;
    if (requestedModel !== undefined) text += requested(requestedModel);
    if (usage !== undefined) text += `,"tokens_estimated":${usage.estimated}`;
    return `${text}${this.#attempts.text(of.attempts)}${this.#policies.text(of.evaluations)}${decisions(of.decisions)}`;
  }

  /** The target with its provider and model. */
  #upstream(target: string, { provider, model }: FinishedExchange): string {
    const known = this.#upstreams.get(target);
    if (known !== undefined && known.provider === provider && known.model === model) return known.text;
    let text = quote(target);
    if (provider !== undefined) text += `,"provider":${quote(provider)}`;
    if (model !== undefined) text += `,"model":${quote(model)}`;
    if (this.#upstreams.size < maxUpstreams || known !== undefined)
      this.#upstreams.set(target, { provider, model, text });
    return text;
  }
}

/** The text of the last list, as long as its elements say the same. */
class Kept<Element> {
  readonly #isSame: (one: Element, other: Element) => boolean;
  readonly #write: (list: readonly Element[]) => string;
  #last: readonly Element[] | undefined;
  #text = '';

  constructor(
    isSame: (one: Element, other: Element) => boolean,
    write: (list: readonly Element[]) => string,
  ) {
    this.#isSame = isSame;
    this.#write = write;
  }

  text(list: readonly Element[]): string {
    if (!this.#isLast(list)) {
      this.#last = list;
      this.#text = this.#write(list);
    }
    return this.#text;
  }

  #isLast(list: readonly Element[]): boolean {
    const last = this.#last;
    if (last?.length !== list.length) return false;
    for (let index = 0; index < list.length; index += 1) {
      const one = list[index];
      const other = last[index];
      if (one === undefined || other === undefined || !this.#isSame(one, other)) return false;
    }
    return true;
  }
}

function isSameEvaluation(one: PolicyEvaluation, other: PolicyEvaluation): boolean {
  return one.policy === other.policy && one.result === other.result;
}

function isSameAttempt(one: FinishedAttempt, other: FinishedAttempt): boolean {
  return one.target === other.target && one.outcome === other.outcome && one.result === other.result;
}

/** What lines and records both say. */
function common(of: FinishedExchange): string {
  let text = `,"request_id":${quote(of.requestId)},"endpoint":"${of.endpoint}","stream":${of.stream},"status":${of.status},"verdict":"${of.verdict}","request_bytes":${of.requestBytes},"reply_bytes":${of.replyBytes},"generation":${of.generation}`;
  if (of.code !== undefined) text += `,"code":"${of.code}"`;
  if (of.usage !== undefined) text += tokens(of.usage);
  if (of.costNanoUsd !== undefined) text += `,"cost_nano_usd":${of.costNanoUsd}`;
  if (of.uninspected.length > 0) text += `,"uninspected":${quoteAll(of.uninspected)}`;
  if (of.aborted !== undefined) text += `,"aborted":"${of.aborted}"`;
  return text;
}

function tokens({ inputTokens, outputTokens }: Usage): string {
  return `,"input_tokens":${inputTokens},"output_tokens":${outputTokens}`;
}

function requested(model: string): string {
  return `,"requested_model":${quote(cut(model, maxModel))}`;
}

// Under the names that OpenTelemetry gives them in logs. Both are hex digits.
function traceMembers({ traceId, spanId }: KnownTrace): string {
  const text = `,"trace_id":"${traceId}"`;
  return spanId === undefined ? text : `${text},"span_id":"${spanId}"`;
}

function applied(all: readonly PolicyEvaluation[]): string {
  return `,"policies_applied":${quoteAll(policiesApplied(all))},"policy_action":"${policyAction(all)}"`;
}

function policies(all: readonly PolicyEvaluation[]): string {
  const list = all.map(({ policy, result }) => `{"policy":${quote(policy)},"result":"${result}"}`);
  return `,"policies":[${list.join(',')}]`;
}

function attempts(all: readonly FinishedAttempt[]): string {
  const list = all.map(({ target, outcome, result }) => {
    return `{"target":${quote(target)},"outcome":"${outcome}","result":${typeof result === 'number' ? result : `"${result}"`}}`;
  });
  return `,"attempts":[${list.join(',')}]`;
}

function decisions(all: readonly Decision[]): string {
  return all.length === 0 ? ',"decisions":[]' : `,"decisions":[${all.map(decision).join(',')}]`;
}

function decision(made: Decision): string {
  const score = made.score === undefined ? '' : `,"score":${made.score}`;
  return `{"policy":${quote(made.policy)},"result":"${made.result}","direction":"${made.direction}","rule":${quote(made.rule)},"path":${quote(cut(made.path, maxPath))},"start":${made.start},"end":${made.end}${score},"digest":${quote(made.digest)}}`;
}

/** The strongest thing any policy did. */
function policyAction(evaluations: readonly PolicyEvaluation[]): PolicyEvaluation['result'] {
  return evaluations.reduce<PolicyEvaluation['result']>(
    (action, { result }) => strongerResult(action, result),
    'allow',
  );
}

/** Every policy that was asked, once. */
function policiesApplied(evaluations: readonly PolicyEvaluation[]): readonly string[] {
  return [...new Set(evaluations.map(({ policy }) => policy))];
}

/** An exchange for a person, on one line. */
export function exchangeText(exchange: FinishedExchange): string {
  const { usage, evaluations } = exchange;
  const parts = [exchange.endpoint, `${exchange.status}`, `${milliseconds(exchange.durationMs)} ms`];
  if (exchange.code !== undefined) parts.push(exchange.code);
  if (exchange.target !== undefined) parts.push(`from ${exchange.target}`);
  if (exchange.stream) parts.push('streamed');
  if (usage !== undefined) parts.push(`${usage.inputTokens}+${usage.outputTokens} tokens`);
  const action = policyAction(evaluations);
  const actors = policiesApplied(evaluations.filter(({ result }) => result === action));
  if (action !== 'allow') parts.push(`${action} by ${actors.join(', ')}`);
  if (exchange.aborted !== undefined) parts.push(`cut off: ${exchange.aborted}`);
  return `${parts.join(' ')} [${exchange.requestId}]`;
}
