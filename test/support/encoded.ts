import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { post } from './raw-client.ts';

export type Encode = (text: string | Buffer) => Buffer;

/** Every coding that a call may come in. */
export const codings: Readonly<Record<string, Encode>> = {
  gzip: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
  zstd: (text) => zstdCompressSync(text),
};

/** A POST of these bytes, which are said to be in that coding. */
export function encoded(body: string | Buffer, coding: string): Buffer {
  return post(body, { headers: { 'content-encoding': coding } });
}
