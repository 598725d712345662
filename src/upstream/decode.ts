import {
  type BrotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  type Inflate,
  type InflateRaw,
  type ZstdDecompress,
} from 'node:zlib';

export type Decoder = BrotliDecompress | Gunzip | Inflate | InflateRaw | ZstdDecompress;

/** What may be sent to us, as `Accept-Encoding` says it. */
export const readableCodings = 'gzip, deflate, br, zstd';

/** What a `content-encoding` says was done to a body, in lower case and without what is no coding. Empty: nothing. */
export function codingOf(header: string | undefined): string {
  if (header === undefined) return '';
  const codings = header.toLowerCase().split(',');
  return codings
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .join(', ');
}

/** A decoder for one coding; undefined for any other, and for several in a row: each of them would multiply. */
export function decoderFor(coding: string): Decoder | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case rawDeflate:
      return createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog } });
    default:
      return undefined;
  }
}

/** Deflate without the frame that the standard wants around it, as some senders write it. No name of the wire. */
export const rawDeflate = 'deflate without zlib';

/** 8 MiB, the most that a sender may ask of who decodes for HTTP (RFC 9659). */
const zstdWindowLog = 23;
