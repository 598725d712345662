import { type Observe, readCallFacts } from '../dialect/facts.ts';
import { scannedOrNothing } from '../dialect/whole-answer.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import type { TracedAttempt, TracedExchange } from '../telemetry/traced-exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Route } from './route.ts';

/** What looks at the answer of an exchange that spans are made of; undefined for any other. */
export function observer({ answerFacts }: Exchange): Observe | undefined {
  return answerFacts === undefined ? undefined : (text, root) => answerFacts.observe(text, root);
}

// Above it (large embeddings) parsing would cost more than it tells.
const maxUnjudged = 65_536;

/** The same for a whole answer that nobody else parses. */
export function observeUnjudged(exchange: Exchange, body: Buffer): void {
  const { answerFacts, json } = exchange;
  if (answerFacts === undefined || body.length > maxUnjudged) return;
  const text = body.toString('utf8');
  const root = scannedOrNothing(text, json); // what is nothing passes as it is, and tells nothing
  if (root?.kind === 'object') answerFacts.observe(text, root);
}

/** What the spans of a sampled exchange tell, besides what all exchanges are recorded with. */
export function tracedExchange(exchange: Exchange, finished: FinishedExchange): TracedExchange {
  const { request, response, evidence } = exchange;
  const { route, call } = exchange.asked;
  const { host, 'user-agent': userAgent } = request.headers;
  const [path = ''] = (request.url ?? '').split('?', 1);
  return {
    finished,
    trace: exchange.trace,
    arrivedAt: exchange.life.startedAt,
    method: request.method ?? '',
    path,
    route: routeOf(route),
    serves: route?.kind === 'call' ? route.dialect.serves : 'chat',
    host,
    httpVersion: request.httpVersion,
    userAgent,
    sentStatus: response.headersSent ? response.statusCode : undefined,
    call: call === undefined ? undefined : readCallFacts(call.text, call.root),
    answer: exchange.answerFacts,
    attempts: tracedAttempts(exchange, finished),
    questions: evidence.questions,
    decidedAt: evidence.decidedAt,
    screenedAt: evidence.screenedAt,
  };
}

function routeOf(route: Route | undefined): string | undefined {
  if (route?.kind === 'models') return '/v1/models';
  return route?.kind === 'call' ? `/v1${route.dialect.path}` : undefined;
}

function tracedAttempts({ snapshot }: Exchange, { attempts }: FinishedExchange): readonly TracedAttempt[] {
  return attempts.flatMap((attempt) => {
    const spec = snapshot.targets.find((target) => target.spec.id === attempt.target)?.spec;
    if (spec === undefined || attempt.span === undefined) return [];
    const { provider, model, origin } = spec;
    return [{ ...attempt, span: attempt.span, provider, model, origin }];
  });
}
