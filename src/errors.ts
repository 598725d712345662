/** What a fault means: the client's status, whether another target may be asked, and who is to blame. */
interface Fault {
  readonly status: number;
  /** Whether another target may still be asked. Only ever acted on before the commit point. */
  readonly retry: boolean;
  readonly blame: 'client' | 'gateway' | 'target';
}

/** The one table that decides status, retry and blame. A code is spelled the same in replies, logs, metrics and docs. */
export const faults = {
  request_malformed: { status: 400, retry: false, blame: 'client' },
  request_unsupported: { status: 400, retry: false, blame: 'client' },
  unauthorized: { status: 401, retry: false, blame: 'client' },
  origin_refused: { status: 403, retry: false, blame: 'client' },
  no_route: { status: 404, retry: false, blame: 'client' },
  model_not_found: { status: 404, retry: false, blame: 'client' },
  method_not_allowed: { status: 405, retry: false, blame: 'client' },
  request_timeout: { status: 408, retry: false, blame: 'client' },
  request_too_large: { status: 413, retry: false, blame: 'client' },
  encoding_unsupported: { status: 415, retry: false, blame: 'client' },
  headers_too_large: { status: 431, retry: false, blame: 'client' },
  expectation_failed: { status: 417, retry: false, blame: 'client' },
  client_closed: { status: 499, retry: false, blame: 'client' },
  internal: { status: 500, retry: false, blame: 'gateway' },
  policy_failed: { status: 500, retry: false, blame: 'gateway' },
  audit_failed: { status: 500, retry: false, blame: 'gateway' },
  overloaded: { status: 503, retry: false, blame: 'gateway' },
  pack_disabled: { status: 503, retry: false, blame: 'gateway' },
  no_target: { status: 503, retry: false, blame: 'gateway' },
  shutting_down: { status: 503, retry: false, blame: 'gateway' },
  deadline_exceeded: { status: 504, retry: false, blame: 'gateway' },
  upstream_unreachable: { status: 502, retry: true, blame: 'target' },
  upstream_cut_off: { status: 502, retry: true, blame: 'target' },
  upstream_invalid: { status: 502, retry: true, blame: 'target' },
  upstream_too_large: { status: 502, retry: false, blame: 'gateway' }, // the limit is ours
  target_misconfigured: { status: 502, retry: true, blame: 'target' },
  upstream_error_event: { status: 502, retry: true, blame: 'target' },
  upstream_timeout: { status: 504, retry: true, blame: 'target' },
} as const satisfies Record<string, Fault>;

export type FaultCode = keyof typeof faults;

/** A fault on its way to the client. The message is safe to show; `cause` goes to the log only. */
export class GatewayError extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'GatewayError';
    this.code = code;
  }

  get fault(): Fault {
    return faults[this.code];
  }
}

/** Whatever was thrown, as a fault: what is none is a bug of ours. */
export function asFault(error: unknown): GatewayError {
  return error instanceof GatewayError
    ? error
    : new GatewayError('internal', 'internal error', { cause: error });
}
