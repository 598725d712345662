// A process of its own: it writes to its stdout through the queue, and reports on stderr.
import { writeSync } from 'node:fs';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { openOutput } from '../../src/telemetry/output.ts';
import { OutputQueue } from '../../src/telemetry/output-queue.ts';

const queue = new OutputQueue({ output: openOutput(1), notice: (dropped) => `dropped ${dropped}` });
const padding = 'x'.repeat(300);

function report(figures: object): void {
  writeSync(2, JSON.stringify(figures));
}

function residentMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024 / 1024;
}

/** Writes until the queue is full, then as much again many times over. */
async function overwhelm(times: number): Promise<number> {
  let turns = 0;
  for (let number = 0; queue.dropped < times; number += 1) {
    queue.log(`line ${number} ${padding}`);
    if (number % 5000 !== 0) continue;
    await turn();
    turns += 1;
  }
  return turns;
}

async function stall(): Promise<void> {
  await overwhelm(1);
  const before = residentMiB();
  const turns = await overwhelm(300_000);
  const refused = queue.offer('x'.repeat(20_000)) ? 0 : 1;
  const { dropped, heldBytes } = queue;
  report({ turns, dropped, refused, heldBytes, grownMiB: residentMiB() - before });
  await queue.flush(50);
  process.exit(0);
}

async function resume(): Promise<void> {
  let accepted = 0;
  for (let number = 0; number < 60_000; number += 1) {
    const { dropped } = queue;
    queue.log(`line ${number} ${padding}`);
    if (queue.dropped === dropped) accepted += 1;
  }
  report({ accepted, dropped: queue.dropped });
  await queue.flush(10_000);
}

async function close(): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (queue.failure === undefined && Date.now() < deadline) {
    queue.log(padding);
    await wait(1);
  }
  const { failure } = queue;
  report({ failure: failure !== undefined && 'code' in failure ? failure.code : 'none' });
}

const modes: Readonly<Record<string, () => Promise<void>>> = { stall, resume, close };
await modes[process.argv[2] ?? '']?.();
