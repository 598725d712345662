import { cut } from './json-line.ts';
import type { SpanEvent } from './span.ts';
import type { TracedExchange } from './traced-exchange.ts';

// A path quotes keys that a client chose.
const maxPath = 256;

/**
 * What the policies did: an event for each evaluation, and one for each decision. A matched text appears only as the
 * HMAC that the audit record holds too.
 */
export function policyEvents(traced: TracedExchange, most: number): readonly SpanEvent[] {
  const events = [...evaluations(traced), ...decisions(traced)].slice(0, most);
  return events.toSorted((one, other) => one.at - other.at);
}

// An answer's verdict stands when its last text is decided: with the exchange.
function evaluations({ finished, screenedAt, arrivedAt }: TracedExchange): readonly SpanEvent[] {
  return finished.evaluations.map(({ policy, result }, index) => {
    const at = screenedAt[index];
    return {
      name: 'keeptrusts.policy.evaluation',
      at: finished.startedAt + (at === undefined ? finished.durationMs : at - arrivedAt),
      attributes: {
        'keeptrusts.policy': policy,
        'keeptrusts.policy.direction': at === undefined ? 'answer' : 'request',
        'keeptrusts.policy.result': result,
      },
    };
  });
}

function decisions({ finished, decidedAt, arrivedAt }: TracedExchange): readonly SpanEvent[] {
  return finished.decisions.map((decision, index) => ({
    name: 'keeptrusts.policy.decision',
    at: finished.startedAt + (decidedAt[index] ?? arrivedAt) - arrivedAt,
    attributes: {
      'keeptrusts.policy': decision.policy,
      'keeptrusts.policy.direction': decision.direction,
      'keeptrusts.policy.result': decision.result,
      'keeptrusts.policy.rule': decision.rule,
      'keeptrusts.policy.path': cut(decision.path, maxPath),
      'keeptrusts.policy.start': decision.start,
      'keeptrusts.policy.end': decision.end,
      'keeptrusts.policy.score': decision.score,
      'keeptrusts.policy.fingerprint': decision.digest === '' ? undefined : decision.digest,
    },
  }));
}
