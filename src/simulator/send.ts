import type { ServerResponse } from 'node:http';
import { batches, endingOf } from './batches.ts';
import { gzipEncoder, uncompressed } from './gzip.ts';
import type { BreakAt, Manner } from './manner.ts';
import type { SimulatorReply, StreamReply, SimulatorWhole } from './reply.ts';
import { Wire } from './wire.ts';

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
  const encoder = manner.gzip ? await gzipEncoder() : uncompressed;
  response.writeHead(200, headOf(reply, { isGzip: manner.gzip }));
  response.flushHeaders();
  try {
    const writes = batches(reply, manner);
    let step = writes.next();
    while (step.done !== true && !wire.isGone) {
      // oxlint-disable-next-line no-await-in-loop -- each write waits for the one before: the reader sets the pace
      const bytes = await encoder.encode(step.value);
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
    if (step.value === 'end') await wire.send(await encoder.end());
    await wire.finish(step.value);
  } finally {
    encoder.close();
  }
}

async function compressed(text: string): Promise<Buffer> {
  const { gzipSync } = await import('node:zlib');
  return gzipSync(text);
}

/** The fields of a response head. */
export function headOf(
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
