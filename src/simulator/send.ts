import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { BreakAt, Manner } from './manner.ts';
import type { SimulatorReply, StreamReply, SimulatorWhole } from './reply.ts';
import { type BatchesEnding, Wire } from './wire.ts';

/** Sends a reply in the manner asked for. Ends early, without an error, when the reader leaves. */
export async function sendReply(
  response: ServerResponse,
  reply: SimulatorReply,
  manner: Manner,
): Promise<void> {
  const wire = new Wire(response, manner.pieceBytes);
  await wire.pause(manner.delayMs);
  if (wire.isGone) return;
  await (reply.kind === 'whole'
    ? sendWhole(response, wire, { reply, manner })
    : sendStream(response, wire, { reply, manner }));
}

async function sendWhole(
  response: ServerResponse,
  wire: Wire,
  { reply, manner }: { reply: SimulatorWhole; manner: Manner },
): Promise<void> {
  const { tokensPerSecond, breakAt } = manner;
  await wire.pause(tokensPerSecond === undefined ? 0 : (reply.tokens * 1000) / tokensPerSecond);
  const body = manner.gzip ? await compressed(reply.body) : Buffer.from(reply.body);
  if (wire.isGone) return;
  response.writeHead(reply.status, headOf(reply, { body, isGzip: manner.gzip }));
  response.flushHeaders();
  const upTo = wholeUpTo(body.length, breakAt);
  await wire.send(body.subarray(0, upTo));
  await wire.finish(upTo === undefined ? 'end' : endingOf(breakAt));
}

/** Where a whole answer breaks. It has no events to count, so that it does so halfway, or right after its head. */
function wholeUpTo(length: number, breakAt: BreakAt | undefined): number | undefined {
  if (breakAt === undefined || breakAt.kind === 'error') return undefined;
  if (breakAt.bytes !== Infinity) return breakAt.bytes < length ? breakAt.bytes : undefined;
  return breakAt.events === 0 ? 0 : length >> 1;
}

async function sendStream(
  response: ServerResponse,
  wire: Wire,
  { reply, manner }: { reply: StreamReply; manner: Manner },
): Promise<void> {
  let left = manner.breakAt?.bytes ?? Infinity;
  const gzip = manner.gzip ? await gzipEncoder() : undefined;
  response.writeHead(200, headOf(reply, { isGzip: manner.gzip }));
  response.flushHeaders();
  try {
    const writes = batches(reply, manner);
    let step = writes.next();
    while (step.done !== true && !wire.isGone) {
      // oxlint-disable-next-line no-await-in-loop -- each write waits for the one before: the reader sets the pace
      const bytes = (await gzip?.encode(step.value)) ?? Buffer.from(step.value);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await wire.send(bytes.length > left ? bytes.subarray(0, left) : bytes);
      if (bytes.length > left && manner.breakAt !== undefined)
        return await wire.finish(endingOf(manner.breakAt));
      left -= bytes.length;
      step = writes.next();
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (step.done !== true) await wire.pause(manner.gapMs);
    }
    if (step.done !== true || wire.isGone) return;
    if (step.value === 'end' && gzip !== undefined) await wire.send(await gzip.end());
    await wire.finish(step.value);
  } finally {
    gzip?.close();
  }
}

/** A gzip stream that can be read as far as it is written: it is flushed after each text. */
async function gzipEncoder() {
  const { createGzip } = await import('node:zlib');
  const gzip = createGzip();
  const parts: Buffer[] = [];
  gzip.on('data', (part: Buffer) => parts.push(part));
  return {
    encode: async (text: string): Promise<Buffer> => {
      gzip.write(text);
      await new Promise<void>((resolve) => gzip.flush(resolve));
      return Buffer.concat(parts.splice(0));
    },
    /** What is left once the last text is encoded. */
    end: async (): Promise<Buffer> => {
      await once(gzip.end(), 'end');
      return Buffer.concat(parts.splice(0));
    },
    close: () => gzip.destroy(),
  };
}

async function compressed(text: string): Promise<Buffer> {
  const { gzipSync } = await import('node:zlib');
  return gzipSync(text);
}

/** The fields of a response head. */
function headOf(
  reply: SimulatorReply,
  { body, isGzip }: { body?: Buffer | undefined; isGzip: boolean },
): Record<string, string | number> {
  const encoding = isGzip ? { 'content-encoding': 'gzip' } : {};
  if (reply.kind === 'stream') {
    return { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', ...encoding };
  }
  const length = body === undefined ? {} : { 'content-length': body.length };
  const retry = reply.retryAfterSeconds === undefined ? {} : { 'retry-after': reply.retryAfterSeconds };
  return { 'content-type': 'application/json', ...length, ...encoding, ...retry };
}

/** A stream as the texts of its writes, made as they are asked for, and how it ends. */
function* batches(stream: StreamReply, manner: Manner): Generator<string, BatchesEnding> {
  const { breakAt } = manner;
  let batch = '';
  let sent = 0;
  for (const event of withClosing(stream, manner)) {
    if (sent === breakAt?.events) break;
    batch += event;
    sent++;
    if (sent % manner.eventsPerWrite === 0) {
      yield lines(batch, manner);
      batch = '';
    }
  }
  const isBroken = sent === breakAt?.events;
  if (isBroken && breakAt?.kind === 'error') batch += stream.failure(sent);
  if (batch !== '') yield lines(batch, manner);
  return isBroken ? endingOf(breakAt) : 'end';
}

function* withClosing(stream: StreamReply, manner: Manner): Generator<string> {
  let sent = 0;
  for (const event of stream.events()) {
    yield event;
    sent++;
  }
  if (!manner.omitsClosing) yield stream.closing(sent);
}

function lines(batch: string, manner: Manner): string {
  // JSON holds no raw line break, so every one here ends a line of the stream.
  return manner.crlf ? batch.replaceAll('\n', '\r\n') : batch;
}

function endingOf(breakAt: BreakAt | undefined): BatchesEnding {
  return breakAt === undefined || breakAt.kind === 'error' ? 'end' : breakAt.kind;
}
