import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingEvents, streamWrites, wholeReply } from '../../bench/answer-bytes.ts';
import { ReplyReader } from '../../bench/reply-reader.ts';

const stream = Buffer.concat(streamWrites(6, 2));

interface Reading {
  readonly status: number;
  readonly bodyBytes: number;
  readonly events: number;
  readonly hasDone: boolean;
  readonly isComplete: boolean;
}

function read(...pieces: readonly Buffer[]): Reading {
  const reader = new ReplyReader(true);
  for (const piece of pieces) reader.push(piece);
  const { status, bodyBytes, events, hasDone, isComplete } = reader;
  return { status, bodyBytes, events, hasDone, isComplete };
}

test('a reply reads the same wherever it is cut', () => {
  for (const reply of [wholeReply, stream]) {
    const whole = read(reply);
    assert.equal(whole.isComplete, true);
    for (let at = 1; at < reply.length; at += 1) {
      assert.deepEqual(read(reply.subarray(0, at), reply.subarray(at)), whole, `cut at ${at}`);
    }
  }
});

test('a stream has the events it was made of, the closing ones and [DONE]', () => {
  const { events, hasDone, status } = read(stream);

  assert.deepEqual({ events, hasDone, status }, { events: 6 + closingEvents, hasDone: true, status: 200 });
});

test('a reply without its last byte is not complete', () => {
  for (const reply of [wholeReply, stream]) assert.equal(read(reply.subarray(0, -1)).isComplete, false);
});

test('a reply without a length, and bytes after its end, are refused', () => {
  assert.throws(() => read(Buffer.from('HTTP/1.1 200 OK\r\n\r\nbody')), /without length/);
  assert.throws(() => read(Buffer.concat([wholeReply, Buffer.from('x')])), /after the end/);
});
