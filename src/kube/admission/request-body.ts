import type { IncomingMessage } from 'node:http';

/** The body as text; undefined where it is longer than the limit. Rejects where the client leaves before its end. */
export async function readBoundedBody(
  request: IncomingMessage,
  limitBytes: number,
): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return undefined;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request) {
    if (!Buffer.isBuffer(piece)) throw new TypeError('a body in pieces of text');
    bytes += piece.length;
    if (bytes > limitBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}
