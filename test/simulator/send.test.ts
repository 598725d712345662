import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { noDirectives } from '../../src/simulator/directives.ts';
import { mannerOf } from '../../src/simulator/manner.ts';
import { sendReply } from '../../src/simulator/send.ts';

const event = `data: ${'x'.repeat(1_000)}\n\n`;
const pace = { latencyMs: 0, tokensPerSecond: undefined };

interface Source {
  /** How many events were made. */
  made: number;
  /** `done` when the sending has ended. */
  readonly progress: EventEmitter;
}

/** A server that sends an endless stream and counts what it makes; and a reader that has asked for it. */
async function sendEndless(t: TestContext): Promise<{ source: Source; reader: Socket }> {
  const source: Source = { made: 0, progress: new EventEmitter() };
  function* endless(): Generator<string> {
    for (;;) {
      source.made++;
      yield event;
    }
  }
  const reply = { kind: 'stream', events: endless, closing: () => '', failure: () => '' } as const;
  const server = createServer((_, response) => {
    void sendReply(response, reply, mannerOf(noDirectives, pace)).finally(() => source.progress.emit('done'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const reader = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  t.after(() => {
    reader.destroy();
    server.closeAllConnections();
    server.close();
  });
  reader.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return { source, reader };
}

test('a reader that leaves ends the work', async (t) => {
  const { source, reader } = await sendEndless(t);
  await once(reader, 'data');

  const done = once(source.progress, 'done', { signal: AbortSignal.timeout(5_000) });
  reader.destroy();
  await done;

  const { made } = source;
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(source.made, made);
});

test('a reader that does not read stops the work until it reads', async (t) => {
  const { source, reader } = await sendEndless(t);
  await once(reader, 'data');
  reader.pause();

  const stoodStill = await standstill(source);
  reader.resume();
  const wentOn = await reaches(source, stoodStill * 2);

  // What the kernel holds for both sides, and one write more.
  assert.ok(stoodStill * event.length < 16 * 1_048_576, `${stoodStill} events`);
  assert.ok(wentOn);
});

/** How many events there are once a hundred turns of the loop have made none. */
async function standstill(source: Source): Promise<number> {
  for (let quiet = 0, last = -1; quiet < 100;) {
    // oxlint-disable-next-line no-await-in-loop -- it looks again each turn
    await new Promise((resolve) => setTimeout(resolve, 1));
    quiet = source.made === last ? quiet + 1 : 0;
    last = source.made;
    if (source.made > 100_000) break;
  }
  return source.made;
}

async function reaches(source: Source, made: number): Promise<boolean> {
  const deadline = performance.now() + 5_000;
  while (source.made < made && performance.now() < deadline) {
    // oxlint-disable-next-line no-await-in-loop -- it looks again each turn
    await new Promise((resolve) => setImmediate(resolve));
  }
  return source.made >= made;
}
