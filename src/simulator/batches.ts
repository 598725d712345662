import type { BreakAt, Manner } from './manner.ts';
import type { StreamReply } from './reply.ts';

/** How a stream ends once its batches are sent. An error event is an ordinary end: only its text is special. */
export type BatchesEnding = 'end' | 'cut' | 'reset' | 'stall';

/** A stream as the texts of its writes, made as they are asked for, and how it ends. */
export function* batches(stream: StreamReply, manner: Manner): Generator<string, BatchesEnding> {
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

export function endingOf(breakAt: BreakAt | undefined): BatchesEnding {
  return breakAt === undefined || breakAt.kind === 'error' ? 'end' : breakAt.kind;
}
