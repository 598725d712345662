import {
  type AnswerReading,
  type EnforcedAnswer,
  enforceAnswer,
  enforceAnswerInParts,
} from '../dialect/answer.ts';
import type { Call } from '../dialect/call.ts';
import { asFault } from '../errors.ts';
import type { Denial } from '../policy/evidence.ts';
import { beginsLikeStream } from '../sse/beginning.ts';
import { AnswerJudging } from '../policy/answer-judging.ts';
import { inTurns, longText } from '../policy/in-parts.ts';
import type { Answered } from '../upstream/attempt.ts';
import type { Answer } from '../upstream/answer.ts';
import { denialRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { withoutOwnKey } from './own-key.ts';
import type { Reply } from './reply.ts';
import { enforceStreamBody } from './stream-enforcement.ts';
import { relayStream } from './relay-stream.ts';
import { observer, observeUnjudged } from './traced.ts';
import { uninspectedDenial } from './uninspected.ts';
import type { WholeReply } from './whole-reply.ts';

/** Gives an answer to the client, enforced on the way. Past this point nothing is tried again. */
export function relay(
  answered: Answered,
  call: Call,
  exchange: Exchange,
  reply: Reply,
): Promise<void> | undefined {
  const { answer, settle } = answered;
  reply.comesFrom(answer.target);
  const fail = (error: unknown): never => {
    const fault = asFault(error);
    settle(fault.fault.blame === 'target' ? 'failure' : 'void', fault.code);
    exchange.life.cancel(fault); // nobody is there to take the rest of a stream
    throw error;
  };
  try {
    if (answer.kind === 'stream') return relayStream({ answer, settle }, call, exchange, reply);
    const whole = withoutOwnKey(answer);
    const give = ({ body, denial }: Enforced): Promise<void> | undefined =>
      denial === undefined
        ? reply.whole(wholeReply(whole, body, exchange))
        : reply.refuse(denialRefusal(denial, exchange.snapshot.config.denialStatus));
    const next = (first: Enforced): Promise<void> | undefined => {
      settle('success', answer.status); // only an answer that could be judged is one
      const { judging } = first;
      if (judging?.isWaiting !== true) return give(first);
      return judged(whole, judging, readingOf(whole, call), { exchange, call }).then(give);
    };
    const first = enforced(whole, call, exchange, reply);
    return first instanceof Promise ? first.catch(fail).then(next) : next(first);
  } catch (error) {
    return fail(error);
  }
}

type Whole = Extract<Answer, { kind: 'whole' }>;

interface Enforced {
  readonly body: Buffer;
  /** Undefined where no policy looks at answers. */
  readonly judging: AnswerJudging | undefined;
  readonly denial: Denial | undefined;
}

/** The answer as the policies leave it that need not wait. Only of a long one this is a promise. */
function enforced(answer: Whole, call: Call, exchange: Exchange, reply: Reply): Enforced | Promise<Enforced> {
  const { snapshot, evidence } = exchange;
  const isJudged = snapshot.enforcement !== 'none' && call.dialect.hasTextAnswer;
  const judging = isJudged ? new AnswerJudging(snapshot.chain, evidence) : undefined;
  const reading = { ...readingOf(answer, call), observe: observer(exchange) };
  const result = pass(answer.body, judging, reading, { exchange, call });
  if (judging === undefined) observeUnjudged(exchange, answer.body);
  const noted = (one: EnforcedAnswer): Enforced => {
    reply.answers(one);
    const denial = uninspectedDenial(exchange, one.uninspected, 'answer') ?? evidence.denial;
    return { body: one.body, judging, denial };
  };
  return result instanceof Promise ? result.then(noted) : noted(result);
}

function readingOf({ status }: Whole, { isJsonAsked }: Call): AnswerReading {
  return { isJsonAsked, isError: status >= 300 };
}

interface Answering {
  readonly exchange: Exchange;
  readonly call: Call;
}

/** Once through the policies that have a say now. */
function pass(
  body: Buffer,
  judging: AnswerJudging | undefined,
  reading: AnswerReading,
  { exchange, call }: Answering,
): EnforcedAnswer | Promise<EnforcedAnswer> {
  const { evidence, json } = exchange;
  const guards = judging?.guards();
  if (guards !== undefined && reading.isError === true && beginsLikeStream(body) && body.includes('{'))
    return enforceStreamBody(body, guards, exchange, call);
  if (guards === undefined || body.length < longText) return enforceAnswer(body, guards, json, reading);
  return inTurns(enforceAnswerInParts(body, guards, json, reading), evidence);
}

/** The answer once every policy that waits has said its word. */
async function judged(
  { body }: Whole,
  judging: AnswerJudging,
  reading: AnswerReading,
  asked: Answering,
): Promise<Enforced> {
  let last = body;
  while (judging.isWaiting) {
    // oxlint-disable-next-line no-await-in-loop -- each policy sees what the one before left
    await judging.ask();
    last = (await pass(body, judging, reading, asked)).body;
  }
  return { body: last, judging, denial: asked.exchange.evidence.denial };
}

function wholeReply({ status, headers: upstream }: Whole, body: Buffer, { id }: Exchange): WholeReply {
  const headers = answerHeaders(upstream);
  if (upstream['x-request-id'] === undefined) headers.push('x-request-id', id);
  return { status, headers, body };
}
