import { faults } from '../errors.ts';
import type { FinishedAttempt, FinishedExchange } from '../record/finished-exchange.ts';
import type { FinishedQuestion } from '../record/finished-question.ts';
import { genAi, operations, providerName } from './gen-ai-conventions.ts';
import { cut, milliseconds } from './json-line.ts';
import { policyEvents } from './policy-events.ts';
import type { Attributes, Span } from './span.ts';
import type { TracedAttempt, TracedExchange } from './traced-exchange.ts';

// Client text: long enough for anything real.
const maxText = 256;

/** The spans of an exchange: its own, and one for each attempt and each question to an adviser. At most `mostEvents` events. */
export function exchangeSpans(traced: TracedExchange, mostEvents: number): readonly Span[] {
  const { attempts } = traced;
  const spans = [serverSpan(traced, mostEvents)];
  for (const question of traced.questions) spans.push(questionSpan(traced, question));
  attempts.forEach((attempt, at) => {
    spans.push(clientSpan(traced, attempt, at === attempts.length - 1));
  });
  return spans;
}

function serverSpan(traced: TracedExchange, mostEvents: number): Span {
  const { finished, trace, route, sentStatus } = traced;
  const method = knownMethods.has(traced.method) ? traced.method : undefined;
  const verb = method ?? 'HTTP';
  const error = serverError(traced);
  return {
    kind: 'server',
    name: route === undefined ? verb : `${verb} ${route}`,
    spanId: trace.spanId,
    parentId: trace.parentId,
    start: finished.startedAt,
    end: finished.startedAt + finished.durationMs,
    isError: error !== undefined && error !== 'client_closed',
    attributes: {
      'http.request.method': method ?? '_OTHER',
      'http.request.method_original': method === undefined ? cut(traced.method, maxText) : undefined,
      'url.path': cut(traced.path, maxText),
      'url.scheme': 'http',
      'http.route': route,
      'http.response.status_code': sentStatus,
      'error.type': error,
      ...(traced.host === undefined ? {} : address(`http://${traced.host}`)),
      'network.protocol.version': traced.httpVersion,
      'user_agent.original': traced.userAgent === undefined ? undefined : cut(traced.userAgent, maxText),
      'http.request.body.size': finished.requestBytes,
      'http.response.body.size': finished.replyBytes,
      ...ourAttributes(traced),
    },
    events: policyEvents(traced, mostEvents),
  };
}

const knownMethods = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);

// A refusal is an answer like any other, and what the client did wrong is no error of ours; that it left is worth a word.
function serverError({ finished, sentStatus }: TracedExchange): string | undefined {
  const { code } = finished;
  if (code === 'client_closed' || (code !== undefined && isOurs(code))) return code;
  return code === undefined && sentStatus !== undefined && sentStatus >= 500 ? `${sentStatus}` : undefined;
}

function isOurs(code: NonNullable<FinishedExchange['code']>): boolean {
  return code !== 'input_blocked' && code !== 'output_blocked' && faults[code].blame !== 'client';
}

function ourAttributes({ finished }: TracedExchange): Attributes {
  const { requestedModel, usage, uninspected } = finished;
  return {
    'keeptrusts.request_id': finished.requestId,
    'keeptrusts.verdict': finished.verdict,
    'keeptrusts.code': finished.code,
    'keeptrusts.generation': finished.generation,
    'keeptrusts.config_hash': finished.configHash,
    'keeptrusts.target': finished.target,
    'keeptrusts.requested_model': requestedModel === undefined ? undefined : cut(requestedModel, maxText),
    'keeptrusts.attempts': finished.attempts.length,
    'keeptrusts.overhead_ms': milliseconds(finished.overheadMs),
    'keeptrusts.first_byte_ms':
      finished.firstByteMs === undefined ? undefined : milliseconds(finished.firstByteMs),
    'keeptrusts.hold_back_ms': finished.stream ? milliseconds(finished.holdBackMs) : undefined,
    'keeptrusts.tokens_estimated': usage?.estimated === true ? true : undefined,
    'keeptrusts.uninspected': uninspected.length === 0 ? undefined : [...uninspected],
    'keeptrusts.aborted': finished.aborted,
    'keeptrusts.decisions': finished.decisions.length,
  };
}

function clientSpan(traced: TracedExchange, attempt: TracedAttempt, isLast: boolean): Span {
  const { finished } = traced;
  const { span } = attempt;
  const operation = operations[traced.serves];
  const start = finished.startedAt + span.startedAt - traced.arrivedAt;
  const error = attemptError(attempt);
  return {
    kind: 'client',
    name: `${operation} ${attempt.model}`,
    spanId: span.id,
    parentId: traced.trace.spanId,
    start,
    end: start + attempt.durationMs,
    // What was let go says nothing about the target: the client left, or a policy had heard enough.
    isError: error !== undefined && attempt.outcome !== 'void',
    attributes: {
      [genAi.operation]: operation,
      [genAi.provider]: providerName(attempt.provider),
      [genAi.requestModel]: attempt.model,
      [genAi.requestStream]: finished.stream ? true : undefined,
      ...callAttributes(traced),
      ...address(attempt.origin),
      'http.request.method': 'POST',
      'http.response.status_code': typeof attempt.result === 'number' ? attempt.result : undefined,
      'error.type': error,
      [genAi.timeToFirstChunk]:
        span.firstChunkMs === undefined ? undefined : milliseconds(span.firstChunkMs) / 1000,
      'keeptrusts.target': attempt.target,
      'keeptrusts.outcome': attempt.outcome,
      ...(isLast && finished.target !== undefined ? answerAttributes(traced) : {}),
    },
    events: [],
  };
}

function questionSpan({ finished, trace, arrivedAt }: TracedExchange, question: FinishedQuestion): Span {
  const { url, outcome, error, spanId = '' } = question;
  const { origin, pathname } = new URL(url);
  const start = finished.startedAt + question.startedAt - arrivedAt;
  return {
    kind: 'client',
    name: `POST ${pathname}`,
    spanId,
    parentId: trace.spanId,
    start,
    end: start + question.durationMs,
    isError: error !== undefined && outcome !== 'void',
    attributes: {
      'http.request.method': 'POST',
      'url.full': url,
      ...address(origin),
      'http.response.status_code': statusOf(question),
      'error.type': error,
      'keeptrusts.outcome': outcome,
      'keeptrusts.texts': question.texts,
    },
    events: [],
  };
}

function statusOf({ outcome, error }: FinishedQuestion): number | undefined {
  if (outcome === 'success') return 200;
  return error !== undefined && /^\d{3}$/.test(error) ? Number(error) : undefined;
}

function attemptError({ result }: FinishedAttempt): string | undefined {
  if (typeof result === 'number') return result >= 400 ? `${result}` : undefined;
  return result;
}

function callAttributes({ call }: TracedExchange): Attributes {
  if (call === undefined) return {};
  return {
    [genAi.maxTokens]: call.maxTokens,
    [genAi.temperature]: call.temperature,
    [genAi.topP]: call.topP,
    [genAi.topK]: call.topK,
    [genAi.frequencyPenalty]: call.frequencyPenalty,
    [genAi.presencePenalty]: call.presencePenalty,
    [genAi.seed]: call.seed,
    [genAi.choices]: call.choices === 1 ? undefined : call.choices,
    [genAi.encodingFormats]: call.encodingFormat === undefined ? undefined : [call.encodingFormat],
    [genAi.dimensions]: call.dimensions,
  };
}

function answerAttributes({ answer, finished }: TracedExchange): Attributes {
  const { usage } = finished;
  const reasons = answer?.finishReasons ?? [];
  return {
    [genAi.responseId]: answer?.id,
    [genAi.responseModel]: answer?.model,
    [genAi.finishReasons]: reasons.length === 0 ? undefined : [...reasons],
    [genAi.inputTokens]: usage?.inputTokens,
    [genAi.outputTokens]: usage?.outputTokens,
  };
}

// By hand: two URLs would be a third of the work of an exchange's spans.
const authorityForm = /^(https?):\/\/(?:\[([^\]]*)\]|([^:/]*))(?::(\d{1,5}))?$/;

function address(origin: string): Attributes {
  const [, scheme, six, host, port] = authorityForm.exec(origin) ?? [];
  if (scheme === undefined) return {};
  return {
    'server.address': cut(six ?? host ?? '', maxText),
    'server.port': port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
  };
}
