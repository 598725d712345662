import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderError } from '../dialect/failure.ts';
import { readWhole } from '../dialect/whole-answer.ts';
import { GatewayError } from '../errors.ts';
import type { JsonLimits } from '../json/scan.ts';
import type { WholeAnswer } from './answer.ts';
import type { Target } from './target.ts';

/**
 * The whole answer that may go to a client: a 2xx bears an answer, or becomes the error that it bears. Throws GatewayError
 * where it is neither, and for a redirect, which nobody follows.
 */
export function soundAnswer(answer: WholeAnswer, key: string, json: JsonLimits): WholeAnswer {
  const { status, target, body, headers } = answer;
  if (status >= 400) return answer;
  const { id } = target.spec;
  if (status >= 300) {
    const message = `target "${id}" redirects (${status}): its base_url must name where the API is`;
    throw new GatewayError('target_misconfigured', message);
  }
  const reading = readWhole(body, key, json);
  if (reading === 'answer') return answer;
  if (reading !== undefined) return refusedAnswer(target, headers, reading);
  const message = `target "${id}" answered ${status} with ${body.length} bytes that are no answer`;
  throw new GatewayError('upstream_invalid', message);
}

/** The provider's own error as the HTTP reply that it should have been. */
export function refusedAnswer(
  target: Target,
  headers: IncomingHttpHeaders,
  error: ProviderError,
): WholeAnswer {
  return {
    kind: 'whole',
    target,
    status: error.status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: Buffer.from(error.body),
  };
}
