import type { IncomingMessage } from 'node:http';

const bodyLimitBytes = 33_554_432;

/**
 * Reads a whole body and hands it over, or undefined when it was too large. What is too large is read to its end
 * without being kept, so that the client gets to see the answer; one that goes on and on is cut off.
 */
export function readSimulatedBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  request.on('data', (part: Buffer) => {
    bytes += part.length;
    if (bytes <= bodyLimitBytes) parts.push(part);
    else if (bytes <= 4 * bodyLimitBytes) parts = [];
    else request.destroy();
  });
  request.on('end', () => {
    const [only] = parts;
    if (bytes > bodyLimitBytes) done(undefined);
    else done(parts.length === 1 && only !== undefined ? only : Buffer.concat(parts));
  });
}
