import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openOutput, type Output } from '../../src/telemetry/output.ts';
import { OutputQueue } from '../../src/telemetry/output-queue.ts';

const notice = (dropped: number): string => `dropped ${dropped}`;

/** An output that finishes a write when it is told to. */
class SlowOutput implements Output {
  readonly written: string[] = [];
  #done: ((error: Error | undefined) => void) | undefined;

  write(bytes: Buffer, done: (error: Error | undefined) => void): void {
    assert.equal(this.#done, undefined, 'one write at a time');
    this.written.push(bytes.toString());
    this.#done = done;
  }

  finish(error?: Error): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(error);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

test('the lines of one turn of the loop leave in one write', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0 });

  queue.log('one');
  queue.log('two');
  assert.deepEqual(output.written, []);
  await nextTurn();

  assert.deepEqual(output.written, ['one\ntwo\n']);
});

test('lines that come while a write is under way leave after it, in order', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0 });
  queue.log('one');
  await nextTurn();

  queue.log('two');
  queue.log('three');
  await nextTurn();
  assert.deepEqual(output.written, ['one\n']);
  output.finish();

  assert.deepEqual(output.written, ['one\n', 'two\nthree\n']);
});

test('a full queue drops log lines, refuses records, and says later how many lines were dropped', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0, limitBytes: 10 });
  queue.log('12345678');
  await nextTurn();

  queue.log('too long');
  queue.log('again');
  const isTaken = queue.offer('record');
  output.finish();

  assert.equal(isTaken, false);
  assert.equal(queue.dropped, 2);
  assert.deepEqual(output.written, ['12345678\n', 'dropped 2\n']);
});

test('the limit counts bytes, and what is being written with them', async () => {
  const queue = new OutputQueue({ output: new SlowOutput(), notice, gatherMs: 0, limitBytes: 8 });

  assert.equal(queue.offer('€'), true);
  await nextTurn();
  assert.equal(queue.heldBytes, 4);
  assert.equal(queue.offer('€€'), false);
  assert.equal(queue.offer('€'), true);
});

test('a line of any length and any characters is written as it is', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0 });
  const lines = ['a', '', 'ü€😀', '€'.repeat(200_000), '😀'.repeat(70_000), 'b', 'x'.repeat(1_000_000), 'c'];

  for (const line of lines) assert.equal(queue.offer(line), true);
  await nextTurn();
  for (let turn = 0; queue.heldBytes > 0; turn += 1) {
    assert.ok(turn < 10);
    output.finish();
  }

  assert.equal(output.written.join(''), `${lines.join('\n')}\n`);
});

test('a full queue is written in pieces', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0 });
  const line = 'x'.repeat(1023);
  for (let count = 0; count < 1024; count += 1) queue.log(line);
  await nextTurn();

  const flushed = queue.flush(5000);
  for (let turn = 0; queue.heldBytes > 0; turn += 1) {
    assert.ok(turn < 10);
    output.finish();
  }

  assert.equal(await flushed, true);
  assert.deepEqual(
    output.written.map((piece) => piece.length),
    [262_144, 262_144, 262_144, 262_144],
  );
});

test('a flush gives up at its deadline', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0 });
  queue.log('one');

  assert.equal(await queue.flush(1), false);
});

test('a reader that has gone ends the queue: nothing is held, everything later is dropped', async () => {
  const output = new SlowOutput();
  const queue = new OutputQueue({ output, notice, gatherMs: 0 });
  queue.log('one');
  await nextTurn();
  queue.log('two');
  const flushed = queue.flush(5000);

  output.finish(new Error('EPIPE'));
  queue.log('three');

  assert.equal(await flushed, false);
  assert.equal(queue.dropped, 3);
  assert.equal(queue.heldBytes, 0);
  assert.equal(queue.offer('record'), false);
  assert.equal(queue.failure?.message, 'EPIPE');
});

test('lines go to a file in order', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'kt-output-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'log');
  const queue = new OutputQueue({ output: openOutput(openSync(path, 'w')), notice, gatherMs: 0 });

  queue.log('one');
  await nextTurn();
  queue.log('two');

  assert.equal(await queue.flush(5000), true);
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
});

interface Report {
  readonly turns: number;
  readonly dropped: number;
  readonly refused: number;
  readonly grownMiB: number;
  readonly heldBytes: number;
}

/** Runs the writer with a pipe as its stdout; its report comes on stderr. */
function startWriter(t: TestContext, mode: string) {
  const path = join(import.meta.dirname, 'stalled-writer.ts');
  // --expose-gc: memory is compared, and garbage is not held by the queue.
  const child = spawn(process.execPath, ['--expose-gc', path, mode], { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill());
  return child;
}

function ended(child: ChildProcess): Promise<unknown[]> {
  return once(child, 'exit', { signal: AbortSignal.timeout(20_000) });
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const piece of stream) text += String(piece);
  return text;
}

test('a stalled reader neither blocks the loop nor grows memory nor keeps the process from ending', async (t) => {
  const child = startWriter(t, 'stall');

  const [[code], said] = await Promise.all([ended(child), textOf(child.stderr)]);
  const report: Report = JSON.parse(said);

  assert.equal(code, 0);
  assert.ok(report.turns > 20, `the loop turned ${report.turns} times`);
  assert.ok(report.dropped > 100_000, `${report.dropped} dropped`);
  assert.ok(report.refused > 0);
  assert.ok(report.heldBytes <= 8 * 1024 * 1024);
  assert.ok(report.grownMiB < 32, `grown by ${report.grownMiB} MiB`);
});

test('a reader that comes back gets every line that was accepted, and how many were not', async (t) => {
  const child = startWriter(t, 'resume');
  await once(child.stderr, 'readable', { signal: AbortSignal.timeout(20_000) });

  const [lines, report] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);

  const { accepted, dropped } = JSON.parse(report);
  const all = lines.trimEnd().split('\n');
  const numbers = all.filter((line) => line.startsWith('line ')).map((line) => Number(line.split(' ')[1]));
  const said = all.filter((line) => line.startsWith('dropped ')).map((line) => Number(line.split(' ')[1]));
  assert.equal(numbers.length, accepted);
  assert.deepEqual(
    numbers,
    numbers.toSorted((one, other) => one - other),
  );
  assert.equal(
    said.reduce((sum, count) => sum + count, 0),
    dropped,
  );
  assert.ok(dropped > 0);
});

test('a reader that closes the pipe does not end the process', async (t) => {
  const child = startWriter(t, 'close');
  child.stdout.destroy();

  const [[code], said] = await Promise.all([ended(child), textOf(child.stderr)]);

  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(said), { failure: 'EPIPE' });
});
