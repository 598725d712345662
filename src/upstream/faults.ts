import { type FaultCode, GatewayError } from '../errors.ts';

const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EPROTO',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
]);
const closing = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'ECONNABORTED', 'EPIPE']);
const cutOff = new Set([...closing, 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH']);
// Nobody but the gateway closes its pools, and it does so at its end.
const closedHere = new Set(['UND_ERR_DESTROYED', 'UND_ERR_CLOSED']);

/** Raw errors of the HTTP client and of decoders become faults here and nowhere else. */
export function upstreamFault(error: unknown, target: string): GatewayError {
  if (error instanceof GatewayError) return error;
  const raw = codeOf(error);
  if (closedHere.has(raw)) return connectionsClosed(target, error);
  const [code, what] = meaning(raw);
  return new GatewayError(code, `target "${target}" ${what}`, { cause: error });
}

function meaning(raw: string): readonly [FaultCode, string] {
  if (raw === 'UND_ERR_CONNECT_TIMEOUT' || raw === 'ETIMEDOUT')
    return ['upstream_timeout', 'could not be connected in time'];
  const isTls = raw.startsWith('ERR_TLS') || raw.startsWith('ERR_SSL') || raw.includes('CERT');
  if (isTls || unreachable.has(raw)) return ['upstream_unreachable', 'cannot be reached'];
  if (cutOff.has(raw)) return ['upstream_cut_off', 'closed the connection early'];
  return ['upstream_invalid', 'sent an answer that cannot be read'];
}

/** The connections to a target are closed, so that nothing can be asked of it any more. */
export function connectionsClosed(target: string, cause?: unknown): GatewayError {
  return new GatewayError('shutting_down', `the connections to target "${target}" are closed`, { cause });
}

/** Whether this raw error says that the peer has closed the connection. */
export function isClosing(error: unknown): boolean {
  return closing.has(codeOf(error));
}

// Connecting to several addresses fails with an AggregateError: its first cause says what happened.
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

export function unknownCoding(targetId: string): GatewayError {
  return new GatewayError('upstream_invalid', `target "${targetId}" answered in an unknown content-encoding`);
}
