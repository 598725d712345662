import { asksForUsage, type Call } from '../dialect/call.ts';
import { AnswerJudging } from '../policy/answer-judging.ts';
import type { EnforcedAnswer } from '../dialect/answer.ts';
import { GatewayError } from '../errors.ts';
import { longText, run, type Work } from '../work.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import { BufferedEnforcer, enforceJudged } from '../sse/buffered.ts';
import { StreamEnforcer } from '../sse/enforce.ts';
import type { EnforcerOptions } from '../sse/enforcer-options.ts';
import type { Exchange } from './exchange.ts';
import { observer } from './traced.ts';

/** How the stream of one exchange is enforced. */
export interface StreamEnforcement {
  readonly enforcer: StreamEnforcer;
  /** What the client is given of a stream that was held whole, once it has come to its end; undefined: nothing was held. */
  readonly deliver: (() => string | Promise<string>) | undefined;
}

const passAll: FieldGuards = { isIdle: true, open: () => undefined };

export function enforceStream(exchange: Exchange, call: Call): StreamEnforcement {
  const { snapshot, evidence } = exchange;
  const options = enforcerOptions(exchange, call);
  if (snapshot.enforcement === 'none')
    return { enforcer: new StreamEnforcer({ ...options, guards: passAll }), deliver: undefined };
  const judging = new AnswerJudging(snapshot.chain, evidence);
  const { isWaiting } = judging;
  if (snapshot.enforcement === 'realtime')
    return { enforcer: new StreamEnforcer({ ...options, guards: judging.guards() }), deliver: undefined };
  const { answerBytes } = snapshot.config.limits;
  const hold = (bytes: number): void => exchange.life.hold(bytes);
  const held = { answerBytes, hold, keepsOriginal: isWaiting };
  const enforcer = new BufferedEnforcer({ ...options, guards: judging.guards() }, held);
  const deliver = isWaiting
    ? () => run(enforceJudged(enforcer.take(), judging, options), evidence)
    : () => enforcer.take();
  return { enforcer, deliver };
}

/** An error whose body is an event stream, as some gateways send it: its status stays, its events are enforced. */
// oxlint-disable-next-line require-yield -- it is short, or refused
export function* enforceStreamBody(
  body: Buffer,
  guards: FieldGuards,
  exchange: Exchange,
  call: Call,
): Work<EnforcedAnswer> {
  if (body.length >= longText)
    throw new GatewayError('upstream_invalid', 'the provider sent a long stream as an error');
  const enforcer = new StreamEnforcer({ ...enforcerOptions(exchange, call), guards });
  const text = `${body.toString('utf8')}\n\n`; // the last event may lack its blank line
  const enforced = enforcer.push(text) + enforcer.end().text;
  const { usage, uninspected, isDenied } = enforcer;
  return { body: enforced === text ? body : Buffer.from(enforced), usage, uninspected, isDenied };
}

function enforcerOptions(exchange: Exchange, call: Call): Omit<EnforcerOptions, 'guards'> {
  const { limits, uninspected } = exchange.snapshot.config;
  return {
    dialect: call.dialect,
    showsUsage: asksForUsage(call),
    isJsonAsked: call.isJsonAsked,
    json: exchange.json,
    observe: observer(exchange),
    blocksUninspected: uninspected === 'block',
    eventChars: limits.sseEventBytes,
    heldChars: limits.sseEventBytes * 4,
  };
}
