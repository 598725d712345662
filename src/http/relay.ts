import { type AnswerOptions, type EnforcedAnswer, enforceAnswer, unjudgedAnswer } from '../dialect/answer.ts';
import type { Call } from '../dialect/call.ts';
import { asFault } from '../errors.ts';
import { AnswerJudging } from '../policy/answer-judging.ts';
import type { FieldGuards } from '../policy/field-guards.ts';
import { beginsLikeStream } from '../sse/beginning.ts';
import type { Answered } from '../upstream/attempt.ts';
import type { Answer } from '../upstream/answer.ts';
import type { Work } from '../work.ts';
import { denialRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { withoutOwnKey } from './own-key.ts';
import { relayStream } from './relay-stream.ts';
import type { Reply } from './reply.ts';
import { enforceStreamBody } from './stream-enforcement.ts';
import { observer, observeUnjudged } from './traced.ts';
import { uninspectedDenial } from './uninspected.ts';
import type { WholeReply } from './whole-reply.ts';

/** Gives an answer to the client, enforced on the way. Past this point nothing is tried again. */
export function* relay(
  { answer, settle }: Answered,
  call: Call,
  exchange: Exchange,
  reply: Reply,
): Work<void> {
  reply.comesFrom(answer.target);
  try {
    if (answer.kind === 'stream') {
      yield relayStream({ answer, settle }, call, exchange, reply);
      return;
    }
    const whole = withoutOwnKey(answer);
    const judging = judgingOf(call, exchange);
    const reading = {
      isJsonAsked: call.isJsonAsked,
      isError: whole.status >= 300,
      observe: observer(exchange),
    };
    let enforced =
      judging === undefined
        ? unjudged(whole.body, exchange)
        : yield* pass(whole.body, judging.guards(), reading, { call, exchange });
    reply.answers(enforced);
    const uninspected = uninspectedDenial(exchange, enforced.uninspected, 'answer');
    settle('success', whole.status); // only an answer that could be judged is one
    if (judging?.isWaiting === true)
      enforced = yield* judged(whole.body, judging, reading, { call, exchange });
    const denial = uninspected ?? exchange.evidence.denial;
    const given =
      denial === undefined
        ? reply.whole(wholeReply(whole, enforced.body, exchange))
        : reply.refuse(denialRefusal(denial, exchange.snapshot.config.denialStatus));
    if (given !== undefined) yield given;
  } catch (error) {
    const fault = asFault(error);
    settle(fault.fault.blame === 'target' ? 'failure' : 'void', fault.code);
    exchange.life.cancel(fault); // nobody is there to take the rest of a stream
    throw error;
  }
}

/** Undefined where no policy looks at what is answered. */
function judgingOf({ dialect }: Call, { snapshot, evidence }: Exchange): AnswerJudging | undefined {
  if (snapshot.enforcement === 'none' || !dialect.hasTextAnswer) return undefined;
  return new AnswerJudging(snapshot.chain, evidence);
}

function unjudged(body: Buffer, exchange: Exchange): EnforcedAnswer {
  observeUnjudged(exchange, body);
  return unjudgedAnswer(body, exchange.json);
}

interface Answering {
  readonly call: Call;
  readonly exchange: Exchange;
}

/** The answer once every policy that waits has said its word. */
function* judged(
  body: Buffer,
  judging: AnswerJudging,
  reading: AnswerOptions,
  asked: Answering,
): Work<EnforcedAnswer> {
  const again = { ...reading, observe: undefined }; // it has told of itself what it had to tell
  for (;;) {
    yield judging.ask();
    const enforced = yield* pass(body, judging.guards(), again, asked);
    if (!judging.isWaiting) return enforced;
  }
}

/** Once through the policies that have a say now. */
function pass(
  body: Buffer,
  guards: FieldGuards,
  reading: AnswerOptions,
  { call, exchange }: Answering,
): Work<EnforcedAnswer> {
  if (reading.isError === true && beginsLikeStream(body) && body.includes('{'))
    return enforceStreamBody(body, guards, exchange, call);
  return enforceAnswer(body, guards, exchange.json, reading);
}

type Whole = Extract<Answer, { kind: 'whole' }>;

function wholeReply({ status, headers: upstream }: Whole, body: Buffer, { id }: Exchange): WholeReply {
  const headers = answerHeaders(upstream);
  if (upstream['x-request-id'] === undefined) headers.push('x-request-id', id);
  return { status, headers, body };
}
