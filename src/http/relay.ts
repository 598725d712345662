import { type EnforcedAnswer, enforceAnswer } from '../dialect/answer.ts';
import type { Call } from '../dialect/call.ts';
import { asFault } from '../errors.ts';
import { answerGuards } from '../policy/answer-guards.ts';
import type { Answered } from '../upstream/attempt.ts';
import type { Answer } from '../upstream/send.ts';
import { denialRefusal } from './envelope.ts';
import type { Exchange } from './exchange.ts';
import { answerHeaders } from './headers.ts';
import { jsonLimits } from './json-limits.ts';
import { withoutOwnKey } from './own-key.ts';
import { type CommitAudit, refusalReply, replyWhole, type WholeReply } from './reply.ts';
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
  try {
    if (answer.kind === 'stream') return relayStream({ answer, settle }, call, exchange, commitAudit);
    const reply = wholeReply(withoutOwnKey(answer), call, exchange);
    settle('success', answer.status);
    return replyWhole(exchange, reply, commitAudit);
  } catch (error) {
    const fault = asFault(error);
    settle(fault.fault.blame === 'target' ? 'failure' : 'void', fault.code);
    exchange.cancel(fault); // nobody is there to take the rest of a stream
    throw error;
  }
}

type Whole = Extract<Answer, { kind: 'whole' }>;

/** Only an answer that could be judged is one. */
function wholeReply(answer: Whole, call: Call, exchange: Exchange): WholeReply {
  const { snapshot, evidence } = exchange;
  const isJudged = snapshot.judgesAnswers && call.dialect.hasTextAnswer;
  const guards = isJudged ? answerGuards(snapshot.chain, evidence) : undefined;
  const enforced = enforceAnswer(answer.body, guards, jsonLimits(snapshot), observer(exchange));
  if (guards === undefined) observeUnjudged(exchange, answer.body);
  note(exchange, enforced);
  const denial = evidence.denial;
  if (denial !== undefined) {
    const refusal = denialRefusal(denial, snapshot.config.denialStatus);
    return refusalReply(exchange, refusal);
  }
  const headers = answerHeaders(answer.headers);
  if (answer.headers['x-request-id'] === undefined) headers.push('x-request-id', exchange.id);
  return { status: answer.status, headers, body: enforced.body };
}

function note(exchange: Exchange, enforced: EnforcedAnswer): void {
  exchange.usage = enforced.usage;
  if (enforced.uninspected.length === 0) return;
  exchange.uninspected = [...exchange.uninspected, ...enforced.uninspected];
  denyUninspected(exchange, enforced.uninspected, 'answer');
}
