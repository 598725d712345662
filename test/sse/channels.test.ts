import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard } from '../../src/policy/guard.ts';
import { Channel } from '../../src/sse/channels.ts';
import { splice } from '../../src/json/splice.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** A guard that makes these edits as soon as their text is there, and decides everything at the end. */
function editing(edits: readonly Edit[]): Guard {
  return {
    push() {},
    end(out) {
      for (const { start, end, replacement } of edits) out.edit(start, end, replacement);
    },
  };
}

const length = 20;
const places = fc
  .uniqueArray(fc.nat({ max: length - 1 }), { maxLength: 8 })
  .map((all) => all.toSorted((a, b) => a - b));
const edits = fc
  .tuple(places, fc.array(fc.nat({ max: 3 }), { minLength: 8, maxLength: 8 }))
  .map(([starts, sizes]) =>
    starts.map((start, at) => ({
      start,
      end: Math.min(start + (sizes[at] ?? 0), starts[at + 1] ?? length, length),
      replacement: `<${at}>`,
    })),
  );

test('the pieces of a field as they leave are the field with its edits made, wherever it was cut', () => {
  fc.assert(
    fc.property(edits, fc.array(fc.nat({ max: length }), { maxLength: 8 }), (made, cutAt) => {
      const text = 'abcdefghijklmnopqrst';
      const ends = [0, ...cutAt.toSorted((a, b) => a - b), length];
      const channel = new Channel(editing(made));
      const pieces = ends.slice(1).map((end, at) => ({ start: ends[at] ?? 0, end }));
      for (const { start, end } of pieces) channel.push(text.slice(start, end));
      channel.complete();

      const left = pieces.map(({ start, end }) => {
        const piece = text.slice(start, end);
        return channel.isEdited(end) ? channel.leave(piece, start, end) : piece;
      });

      assert.equal(left.join(''), splice(text, made));
    }),
    { numRuns: 3_000 },
  );
});

test('a piece is edited where an edit reaches into it or begins it, and not by one right behind it', () => {
  const channel = new Channel(editing([{ start: 2, end: 2, replacement: '<1>' }]));
  channel.push('abcd');
  channel.complete();

  assert.equal(channel.isEdited(2), false);
  assert.equal(channel.isEdited(3), true);
});

test('a channel without a guard decides at once', () => {
  const channel = new Channel(undefined);

  channel.push('abc');

  assert.equal(channel.released, 3);
  assert.equal(channel.isEdited(3), false);
});

test('what a broken guard left undecided stays so', () => {
  const channel = new Channel({
    push(text) {
      throw new Error(text);
    },
    end(out) {
      out.release(3);
    },
  });

  assert.throws(() => channel.push('abc'));
  channel.complete();

  assert.equal(channel.released, 0);
  assert.equal(channel.isComplete, false);
});

test('a channel that is cut keeps what was decided and drops the rest, with the edits that were to come', () => {
  const channel = new Channel({
    push(_text, out) {
      out.edit(2, 4, '<1>');
      out.release(5);
      out.edit(5, 7, '<2>');
      out.edit(8, 9, '<3>');
    },
    end() {
      throw new Error('it has not ended');
    },
  });
  channel.push('abcdefghij');

  channel.cut();

  assert.equal(channel.released, 10);
  assert.equal(channel.leave('abcdefghij', 0, 10), 'ab<1>e');
});

test('a channel that is complete is not cut', () => {
  const channel = new Channel({ push() {}, end: (out) => out.edit(0, 1, 'x') });
  channel.push('abc');
  channel.complete();

  channel.cut();

  assert.equal(channel.leave('abc', 0, 3), 'xbc');
});
