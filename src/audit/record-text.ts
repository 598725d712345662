import type { Decision } from '../record/decision.ts';
import type { FinishedAttempt, FinishedExchange, PolicyEvaluation } from '../record/finished-exchange.ts';
import { cut, milliseconds, quote, quoteAll } from '../telemetry/json-line.ts';
import type { AuditEvent, AuditStamp } from './event.ts';

// Client text: long enough for any real name.
const maxModel = 128;
const maxPath = 256;

/**
 * Writes the members of a record that are its own, in their order, as JSON text after a comma. By hand, and the parts
 * that are mostly the same from one exchange to the next are kept: this runs once a call.
 */
export class RecordText {
  readonly #config = new Kept((of: FinishedExchange) => [of.configHash, of.generation], config);
  readonly #upstream = new Kept((of: FinishedExchange) => [of.target, of.provider, of.model], upstream);
  readonly #attempts = new Kept(attemptFacts, attempts);
  readonly #policies = new Kept(policyFacts, policies);
  readonly #stamp = new Kept((of: AuditStamp) => [of.immutable, of.retentionDays], stamp);

  members(event: AuditEvent): string {
    switch (event.kind) {
      case 'exchange':
        return `${this.#exchange(event.exchange)}${this.#stamp.text(event.stamp)}`;
      case 'start':
        return `,"version":${quote(event.version)}`;
      case 'stop':
        return `,"reason":${quote(event.reason)}`;
      case 'reload':
        return `,"generation":${event.generation},"config_hash":${quote(event.configHash)}`;
      case 'config_rejected':
        return `,"config_hash":${quote(event.configHash)},"issues":${JSON.stringify(event.issues)}`;
      case 'torn_tail':
        return `,"bytes":${event.bytes},"sha256":${quote(event.sha256)},"moved_to":${quote(event.movedTo)}`;
      case 'reopened':
        return `,"reason":"${event.reason}","lost":${event.lost},"repeats_from":${event.repeatsFrom}${event.movedTo === undefined ? '' : `,"moved_to":${quote(event.movedTo)}`}`;
    }
  }

  #exchange(of: FinishedExchange): string {
    const { requestedModel, usage } = of;
    let text = `,"request_id":${quote(of.requestId)},"started_at":${of.startedAt},"endpoint":"${of.endpoint}","stream":${of.stream},"status":${of.status},"verdict":"${of.verdict}","duration_ms":${milliseconds(of.durationMs)},"request_bytes":${of.requestBytes},"reply_bytes":${of.replyBytes}`;
    if (of.code !== undefined) text += `,"code":"${of.code}"`;
    if (requestedModel !== undefined) text += `,"requested_model":${quote(cut(requestedModel, maxModel))}`;
    if (usage !== undefined)
      text += `,"input_tokens":${usage.inputTokens},"output_tokens":${usage.outputTokens},"tokens_estimated":${usage.estimated}`;
    if (of.costNanoUsd !== undefined) text += `,"cost_nano_usd":${of.costNanoUsd}`;
    if (of.uninspected.length > 0) text += `,"uninspected":${quoteAll(of.uninspected)}`;
    if (of.aborted !== undefined) text += `,"aborted":"${of.aborted}"`;
    const lists = `${this.#attempts.text(of.attempts)}${this.#policies.text(of.evaluations)}${decisions(of.decisions)}`;
    return `${text}${this.#config.text(of)}${this.#upstream.text(of)}${lists}`;
  }
}

type Fact = string | number | boolean | undefined;

/** The text of the last value, as long as the facts it was made of are the same. */
class Kept<Value> {
  readonly #factsOf: (value: Value) => readonly Fact[];
  readonly #write: (value: Value) => string;
  #facts: readonly Fact[] | undefined;
  #text = '';

  constructor(factsOf: (value: Value) => readonly Fact[], write: (value: Value) => string) {
    this.#factsOf = factsOf;
    this.#write = write;
  }

  text(value: Value): string {
    const facts = this.#factsOf(value);
    if (this.#facts === undefined || !isSame(facts, this.#facts)) {
      this.#facts = facts;
      this.#text = this.#write(value);
    }
    return this.#text;
  }
}

function isSame(one: readonly Fact[], other: readonly Fact[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

function config({ configHash, generation }: FinishedExchange): string {
  return `,"generation":${generation},"config_hash":${quote(configHash)}`;
}

function upstream({ target, provider, model }: FinishedExchange): string {
  let text = '';
  if (target !== undefined) text += `,"target":${quote(target)}`;
  if (provider !== undefined) text += `,"provider":${quote(provider)}`;
  if (model !== undefined) text += `,"model":${quote(model)}`;
  return text;
}

function attemptFacts(all: readonly FinishedAttempt[]): readonly Fact[] {
  const facts: Fact[] = [];
  for (const { target, outcome, result } of all) facts.push(target, outcome, result);
  return facts;
}

function attempts(all: readonly FinishedAttempt[]): string {
  return `,"attempts":[${all.map(attempt).join(',')}]`;
}

function attempt({ target, outcome, result }: FinishedAttempt): string {
  return `{"target":${quote(target)},"outcome":"${outcome}","result":${typeof result === 'number' ? result : `"${result}"`}}`;
}

function policyFacts(all: readonly PolicyEvaluation[]): readonly Fact[] {
  const facts: Fact[] = [];
  for (const { policy, result } of all) facts.push(policy, result);
  return facts;
}

function policies(all: readonly PolicyEvaluation[]): string {
  const list = all.map(({ policy, result }) => `{"policy":${quote(policy)},"result":"${result}"}`);
  return `,"policies":[${list.join(',')}]`;
}

function decisions(all: readonly Decision[]): string {
  return all.length === 0 ? ',"decisions":[]' : `,"decisions":[${all.map(decision).join(',')}]`;
}

function decision(made: Decision): string {
  const score = made.score === undefined ? '' : `,"score":${made.score}`;
  return `{"policy":${quote(made.policy)},"result":"${made.result}","direction":"${made.direction}","rule":${quote(made.rule)},"path":${quote(cut(made.path, maxPath))},"start":${made.start},"end":${made.end}${score},"digest":${quote(made.digest)}}`;
}

function stamp({ immutable, retentionDays }: AuditStamp): string {
  return `,"immutable":${immutable},"retention_days":${retentionDays}`;
}
