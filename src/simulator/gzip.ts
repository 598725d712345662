import { once } from 'node:events';

/** Makes the bytes of a stream from its texts, write by write. */
interface Encoder {
  encode(text: string): Promise<Buffer>;
  /** What is left once the last text is encoded. */
  end(): Promise<Buffer>;
  close(): void;
}

/** A gzip stream that can be read as far as it is written: it is flushed after each text. */
export async function gzipEncoder(): Promise<Encoder> {
  const { createGzip } = await import('node:zlib');
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  return {
    encode: async (text) => {
      gzip.write(text);
      await new Promise<void>((resolve) => gzip.flush(resolve));
      return Buffer.concat(parts.splice(0));
    },
    end: async () => {
      await once(gzip.end(), 'end');
      return Buffer.concat(parts.splice(0));
    },
    close: () => gzip.destroy(),
  };
}
