import { type AnswerReading, type EnforcedAnswer, enforceAnswer } from '../dialect/answer.ts';
import type { Call } from '../dialect/call.ts';
import { asFault } from '../errors.ts';
import { beginsLikeStream } from '../sse/beginning.ts';
import { AnswerJudging } from '../policy/answer-judging.ts';
import { run } from '../work.ts';
import type { Answered } from '../upstream/attempt.ts';
import type { Answer } from '../upstream/send.ts';
import { denialRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { jsonLimits } from './json-limits.ts';
import { withoutOwnKey } from './own-key.ts';
import { type CommitAudit, refusalReply, replyWhole, type WholeReply } from './reply.ts';
import { enforceStreamBody } from './stream-enforcement.ts';
import { relayStream } from './relay-stream.ts';
import { observer, observeUnjudged } from './traced.ts';
import { denyUninspected } from './uninspected.ts';

/** Gives an answer to the client, enforced on the way. Past this point nothing is tried again. */
export function relay(
  answered: Answered,
  call: Call,
  exchange: Exchange,
  commitAudit: CommitAudit,
): Promise<void> | undefined {
  const { answer, settle } = answered;
  exchange.target = answer.target;
  const fail = (error: unknown): never => {
    const fault = asFault(error);
    settle(fault.fault.blame === 'target' ? 'failure' : 'void', fault.code);
    exchange.cancel(fault); // nobody is there to take the rest of a stream
    throw error;
  };
  try {
    if (answer.kind === 'stream') return relayStream({ answer, settle }, call, exchange, commitAudit);
    const whole = withoutOwnKey(answer);
    const give = (body: Buffer): Promise<void> | undefined =>
      replyWhole(exchange, wholeReply(whole, body, exchange), commitAudit);
    const next = ({ body, judging }: Enforced): Promise<void> | undefined => {
      settle('success', answer.status); // only an answer that could be judged is one
      return judging?.isWaiting === true ? judged(whole, call, judging, exchange).then(give) : give(body);
    };
    const first = enforced(whole, call, exchange);
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
}

/** The body as the policies leave it that need not wait. Only of a long one this is a promise. */
function enforced(answer: Whole, call: Call, exchange: Exchange): Enforced | Promise<Enforced> {
  const { snapshot, evidence } = exchange;
  const isJudged = snapshot.enforcement !== 'none' && call.dialect.hasTextAnswer;
  const judging = isJudged ? new AnswerJudging(snapshot.chain, evidence) : undefined;
  const reading = { ...readingOf(answer, call), observe: observer(exchange) };
  const result = pass(answer.body, judging, reading, { exchange, call });
  if (judging === undefined) observeUnjudged(exchange, answer.body);
  const noted = (one: EnforcedAnswer): Enforced => {
    note(exchange, one);
    return { body: one.body, judging };
  };
  return result instanceof Promise ? result.then(noted) : noted(result);
}

function readingOf({ status }: Whole, { isJsonAsked }: Call): AnswerReading {
  return { isJsonAsked, isError: status >= 300 };
}

interface Asked {
  readonly exchange: Exchange;
  readonly call: Call;
}

/** Once through the policies that have a say now. */
function pass(
  body: Buffer,
  judging: AnswerJudging | undefined,
  reading: AnswerReading,
  { exchange, call }: Asked,
): EnforcedAnswer | Promise<EnforcedAnswer> {
  const { snapshot, evidence } = exchange;
  const guards = judging?.guards();
  if (guards !== undefined && reading.isError === true && beginsLikeStream(body) && body.includes('{'))
    return enforceStreamBody(body, guards, exchange, call);
  const limits = jsonLimits(snapshot);
  return run(enforceAnswer(body, guards, limits, reading), evidence);
}

/** The body once every policy that waits has said its word. */
async function judged(
  answer: Whole,
  call: Call,
  judging: AnswerJudging,
  exchange: Exchange,
): Promise<Buffer> {
  const { body } = answer;
  let last = body;
  while (judging.isWaiting) {
    // oxlint-disable-next-line no-await-in-loop -- each policy sees what the one before left
    await judging.ask();
    last = (await pass(body, judging, readingOf(answer, call), { exchange, call })).body;
  }
  return last;
}

function wholeReply(answer: Whole, body: Buffer, exchange: Exchange): WholeReply {
  const { denial } = exchange.evidence;
  if (denial !== undefined) {
    const refusal = denialRefusal(denial, exchange.snapshot.config.denialStatus);
    return refusalReply(exchange, refusal);
  }
  const headers = answerHeaders(answer.headers);
  if (answer.headers['x-request-id'] === undefined) headers.push('x-request-id', exchange.id);
  return { status: answer.status, headers, body };
}

function note(exchange: Exchange, { usage, uninspected }: EnforcedAnswer): void {
  exchange.usage = usage;
  if (uninspected.length === 0) return;
  exchange.uninspected = [...exchange.uninspected, ...uninspected];
  denyUninspected(exchange, uninspected, 'answer');
}
