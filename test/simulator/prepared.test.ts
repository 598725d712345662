import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostPreparedBytes, PreparedReplies, type PreparedReply } from '../../src/simulator/prepared.ts';

function reply(bytes: number): PreparedReply {
  return { status: 200, head: [], writes: [Buffer.alloc(bytes)] };
}

test('a prepared reply is found again', () => {
  const replies = new PreparedReplies();
  const one = reply(1);

  replies.keep('one', one);

  assert.equal(replies.find('one'), one);
  assert.equal(replies.find('other'), undefined);
});

test('the oldest reply makes room for a new one', () => {
  const replies = new PreparedReplies();

  for (let n = 0; n < 33; n++) replies.keep(`${n}`, reply(1));

  assert.equal(replies.find('0'), undefined);
  assert.notEqual(replies.find('1'), undefined);
  assert.notEqual(replies.find('32'), undefined);
});

test('a large reply is not kept', () => {
  const replies = new PreparedReplies();

  replies.keep('large', reply(mostPreparedBytes + 1));

  assert.equal(replies.find('large'), undefined);
});
