import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import type { Spelled } from './place.ts';

/** How a text is cut into events, and the events into network pieces. */
export const cuts = [
  'one event',
  'every character',
  'in the middle',
  'every byte',
  'one packet, CR LF',
  'gzip',
] as const;
export type Cut = (typeof cuts)[number];

/** What means nothing to a body, which has no events. */
export const bodyCuts: readonly Cut[] = ['one event', 'every byte', 'gzip'];

/** Bytes that go out together, after a pause. */
export interface Write {
  readonly bytes: Buffer;
  readonly pauseMs: number;
}

/** Before each event: long enough for a gateway that lets go of text by the clock to do so in the middle of a value. */
const pauseMs = 30;

/** The pieces of the text, one an event. */
export function piecesOf({ text, start, end }: Spelled, cut: Cut): readonly string[] {
  switch (cut) {
    case 'one event':
      return [text];
    case 'every character':
      return text.split(''); // all of it is ASCII
    case 'in the middle':
    case 'every byte':
    case 'one packet, CR LF':
    case 'gzip': {
      const middle = Math.floor((start + end) / 2);
      return [text.slice(0, start), text.slice(start, middle), text.slice(middle, end), text.slice(end)];
    }
  }
}

/** What goes over the wire, and in how many pieces. */
export async function writesOf(parts: readonly string[], cut: Cut): Promise<readonly Write[]> {
  switch (cut) {
    case 'one event':
    case 'every character':
      return parts.map((part) => ({ bytes: Buffer.from(part), pauseMs: 0 }));
    case 'in the middle':
      return parts.map((part, at) => ({ bytes: Buffer.from(part), pauseMs: at === 0 ? 0 : pauseMs }));
    case 'every byte': {
      const bytes = Buffer.from(parts.join(''));
      return Array.from(bytes, (_, at) => ({ bytes: bytes.subarray(at, at + 1), pauseMs: 0 }));
    }
    case 'one packet, CR LF':
      return [{ bytes: Buffer.from(reframed(parts.join(''))), pauseMs: 0 }];
    case 'gzip':
      return (await gzipped(parts)).map((bytes) => ({ bytes, pauseMs: 0 }));
  }
}

/** The same events as other servers write them: the standard asks neither for LF nor for the space. */
function reframed(events: string): string {
  return events.replaceAll('data: ', 'data:').replaceAll('\n', '\r\n');
}

/** One member, flushed after each part, as a server does that compresses a stream. */
async function gzipped(parts: readonly string[]): Promise<readonly Buffer[]> {
  const gzip = createGzip();
  let ready: Buffer[] = [];
  gzip.on('data', (bytes: Buffer) => ready.push(bytes));
  const flushed: Buffer[] = [];
  for (const part of parts) {
    gzip.write(part);
    await new Promise<void>((resolve) => gzip.flush(() => resolve()));
    flushed.push(Buffer.concat(ready));
    ready = [];
  }
  gzip.end();
  await once(gzip, 'end');
  return [...flushed, Buffer.concat(ready)];
}
