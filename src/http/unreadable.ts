import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type FaultCode, GatewayError } from '../errors.ts';
import { envelope, faultRefusal } from './envelope.ts';

/**
 * Answers what never became a request (RFC 9112 violations, slow or oversized heads) and closes the connection. Gives the
 * code it was refused with; undefined where nobody is left to tell.
 */
export function refuseUnreadable(error: Error, socket: Socket): FaultCode | undefined {
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
  return fault.code;
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
