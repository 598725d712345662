import { GatewayError } from '../errors.ts';
import { codingOf, type Decoder, decoderFor, rawDeflate, readableCodings } from '../upstream/decode.ts';
import { type BodyLimits, Gathered } from './body.ts';

/** The one coding of a call's body; undefined where it is sent as it is. Throws what cannot be read, before it is sent. */
export function readableCoding(encoding: string | undefined): string | undefined {
  const coding = codingOf(encoding);
  if (coding === '') return undefined;
  if (readable.has(coding)) return coding;
  throw new GatewayError(
    'encoding_unsupported',
    `content-encoding: send the body as it is, or in one of ${readableCodings}`,
  );
}

const readable: ReadonlySet<string> = new Set([...readableCodings.split(', '), 'x-gzip']);

/**
 * Decodes bodies, one after the other: what a decoder remembers of its text (up to 16 MiB) stands in no budget, and a client
 * decides how many there are.
 */
export class BodyDecoding {
  #last: Promise<unknown> = Promise.resolve();

  /** The decoded body. It is counted in the budget in place of the encoded one. */
  decode(body: Buffer, coding: string, limits: BodyLimits): Promise<Buffer> {
    const decoded = this.#last
      .then(() => decodeBody(body, coding, new Gathered(limits)))
      .finally(() => limits.budget.give(body.length));
    this.#last = decoded.catch(() => undefined); // told to its own client
    return decoded;
  }
}

function decodeBody(body: Buffer, coding: string, decoded: Gathered): Promise<Buffer> {
  const decoder = decoderOf(body, coding);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      decoded.drop();
      decoder.destroy(); // a bomb is not unpacked any further
      reject(error instanceof GatewayError ? error : undecodable(coding));
    };
    decoder.on('data', (piece: Buffer) => {
      try {
        decoded.push(piece);
      } catch (error) {
        fail(error);
      }
    });
    decoder.on('error', fail);
    decoder.on('end', () => {
      // What stands behind the end is no part of the call, and nobody would judge it.
      if (decoder.bytesWritten === body.length) resolve(decoded.whole());
      else fail(undecodable(coding));
    });
    decoder.end(body);
  });
}

function decoderOf(body: Buffer, coding: string): Decoder {
  const decoder = decoderFor(coding === 'deflate' && !isZlib(body) ? rawDeflate : coding);
  if (decoder === undefined) throw new Error(`no decoder for ${coding}`);
  return decoder;
}

/** How a zlib frame begins (RFC 1950): its method is 8, and its first two bytes are a multiple of 31. */
function isZlib([first = 0, second = 0]: Buffer): boolean {
  return (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
}

function undecodable(coding: string): GatewayError {
  return new GatewayError('request_malformed', `the body is not whole and well-formed ${coding}`);
}
