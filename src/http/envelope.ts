import type { ToldError } from '../dialect/error-event.ts';
import type { FaultCode } from '../errors.ts';
import { faults, type GatewayError } from '../errors.ts';
import type { Denial } from '../policy/evidence.ts';

type ReplyCode = FaultCode | 'input_blocked' | 'output_blocked';

/** What a refusal says, in an HTTP body and in an error event alike. */
export interface Refusal {
  readonly status: number;
  readonly code: ReplyCode;
  readonly type: 'policy_violation' | 'rate_limit' | 'upstream_error' | 'validation_error' | 'gateway_error';
  readonly message: string;
  readonly policy: string | undefined;
  /** False where sending the same again cannot help; the official SDKs obey `x-should-retry`. */
  readonly shouldRetry: boolean;
}

export function faultRefusal(error: GatewayError): Refusal {
  const { status, blame } = faults[error.code];
  const type =
    blame === 'client' ? 'validation_error' : blame === 'target' ? 'upstream_error' : 'gateway_error';
  return {
    status,
    code: error.code,
    type,
    message: error.message,
    policy: undefined,
    shouldRetry: blame !== 'client',
  };
}

export function denialRefusal(denial: Denial, status: number): Refusal {
  const code = denial.direction === 'request' ? 'input_blocked' : 'output_blocked';
  return {
    status,
    code,
    type: 'policy_violation',
    message: denial.message,
    policy: denial.policy,
    shouldRetry: false,
  };
}

/** `{"error": {type, message, code, policy, param, request_id}}` as JSON text. */
export function envelope(refusal: Refusal, requestId: string): string {
  return JSON.stringify({ error: told(refusal, requestId) });
}

/** A refusal as an event of a stream, or the body of a reply, says it. */
export function told({ type, message, code, policy }: Refusal, requestId: string): ToldError {
  return { type, message, code, policy: policy ?? null, param: null, request_id: requestId };
}
