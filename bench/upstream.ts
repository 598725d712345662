import net, { type Socket } from 'node:net';
import { markers, streamWrites, usualEvents, wholeReply } from './answer-bytes.ts';

// A model provider on a bare socket: it reads just enough of a request to know where it ends and which of the prepared
// answers is meant. Arguments: port, events of a slow stream.

const [port, slowEvents] = process.argv.slice(2).map(Number);
if (port === undefined || slowEvents === undefined) throw new Error('usage: upstream PORT SLOW_EVENTS');

const usual = streamWrites(usualEvents, 4);
const paced = { writes: streamWrites(20, 2), gapMs: 10 };
const slow = { writes: streamWrites(slowEvents, slowEvents), gapMs: 500 };

const streamFlag = /"stream": ?true/; // some peers write the body anew
const headEnd = '\r\n\r\n';

function serve(socket: Socket): void {
  let pending: Buffer | undefined;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy()); // whoever measures counts what it did not get
  socket.on('data', (chunk: Buffer) => {
    let bytes = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = requestEnd(bytes);
      if (end === undefined) break;
      answer(socket, bytes.subarray(0, end));
      bytes = bytes.subarray(end);
    }
    pending = bytes.length === 0 ? undefined : bytes;
  });
}

/** Where the first request ends, or undefined while it is not complete. */
function requestEnd(bytes: Buffer): number | undefined {
  const head = bytes.indexOf(headEnd);
  if (head === -1) return undefined;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1];
  const end = head + headEnd.length + Number(length ?? 0);
  return end <= bytes.length ? end : undefined;
}

function answer(socket: Socket, request: Buffer): void {
  if (request.includes('transfer-encoding: chunked')) {
    socket.end('HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  } else if (!streamFlag.test(request.toString('latin1'))) socket.write(wholeReply);
  else if (request.includes(markers.slow)) send(socket, slow.writes, slow.gapMs);
  else if (request.includes(markers.paced)) send(socket, paced.writes, paced.gapMs);
  else for (const write of usual) socket.write(write);
}

function send(socket: Socket, writes: readonly Buffer[], gapMs: number): void {
  let next = 0;
  const step = (): void => {
    const write = writes[next];
    if (write === undefined || socket.destroyed) return;
    next += 1;
    socket.write(write);
    if (next < writes.length) setTimeout(step, gapMs);
  };
  step();
}

net.createServer({ noDelay: true }, serve).listen({ port, host: '127.0.0.1', backlog: 4096 });
