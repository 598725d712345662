import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { GatewayError } from '../errors.ts';
import { envelope, faultRefusal } from './envelope.ts';

/** What a client was told over the head of its exchange, if there was one. */
export interface Refused {
  readonly fault: GatewayError;
  /** Of the body. */
  readonly bytes: number;
}

/**
 * Answers what never became a request (RFC 9112 violations, slow or oversized heads) and closes the connection. Undefined
 * where nobody is left to tell.
 */
export function refuseUnreadable(error: Error, socket: Socket): Refused | undefined {
  if (socket.writableEnded) return undefined; // refused or answered already, and about to be closed
  if (!socket.writable) {
    socket.destroy();
    return undefined;
  }
  const fault = faultOf(error);
  const refusal = faultRefusal(fault);
  const body = envelope(refusal, 'none');
  const reason = STATUS_CODES[refusal.status] ?? 'Error';
  const head = `HTTP/1.1 ${refusal.status} ${reason}\r\ncontent-type: application/json\r\nx-should-retry: false\r\n`;
  socket.end(`${head}connection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  linger(socket);
  return { fault, bytes: Buffer.byteLength(body) };
}

/** The client has gone, and did not send anything wrong. */
export function isGoodbye(error: Error): boolean {
  const code = 'code' in error ? error.code : undefined;
  return code === 'HPE_INVALID_EOF_STATE' || code === 'ECONNRESET' || code === 'EPIPE';
}

const lingerMs = 1000;

// Closing with bytes unread resets the connection, and the client loses the refusal; one that never closes must go too.
function linger(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.on('close', () => clearTimeout(timer));
  // A tunnel's socket has lost its listeners; unheard, a reset would end the process.
  socket.on('error', () => socket.destroy());
  socket.resume();
}

function faultOf(error: Error): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = 'code' in error ? error.code : undefined;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError('headers_too_large', 'the request head is too large (limits.header_bytes)');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('request_timeout', 'the request did not arrive in time');
    default:
      return new GatewayError('request_malformed', 'the request is not well-formed HTTP/1.1');
  }
}
