import type { Gzip } from 'node:zlib';

/** Makes the bytes of a stream from its texts, write by write. */
interface Encoder {
  encode(text: string): Promise<Buffer>;
  /** What is left once the last text is encoded. */
  end(): Promise<Buffer>;
  close(): void;
}

export const uncompressed: Encoder = {
  encode: async (text) => Buffer.from(text),
  end: async () => Buffer.alloc(0),
  close: () => undefined,
};

/** A gzip stream that can be read as far as it is written: it is flushed after each text. */
export async function gzipEncoder(): Promise<Encoder> {
  const { createGzip } = await import('node:zlib');
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  return {
    encode: (text) => encode(gzip, parts, text),
    end: () => endOf(gzip, parts),
    close: () => gzip.destroy(),
  };
}

async function encode(gzip: Gzip, parts: Buffer[], text: string): Promise<Buffer> {
  gzip.write(text);
  await new Promise<void>((resolve) => gzip.flush(resolve));
  return Buffer.concat(parts.splice(0));
}

async function endOf(gzip: Gzip, parts: Buffer[]): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    gzip.once('end', resolve).once('error', reject).end();
  });
  return Buffer.concat(parts.splice(0));
}
