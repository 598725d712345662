import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { LineBatch } from '../../src/telemetry/line-batch.ts';

const size = 64;

test('a batch is the UTF-8 of the lines that were kept, each with its break, and never more than its size', () => {
  const line = fc.string({ unit: 'binary', maxLength: size });
  fc.assert(
    fc.property(fc.array(fc.tuple(line, fc.boolean())), (offered) => {
      const batch = LineBatch.for('', size);
      const kept: string[] = [];
      for (const [text, isKept] of offered) {
        const fits = batch.used + Buffer.byteLength(text) + 1 <= size;
        assert.equal(batch.hasRoom(text), fits);
        if (!fits) continue;
        const bytes = batch.write(text);
        assert.equal(bytes, Buffer.byteLength(text) + 1);
        if (!isKept) continue;
        batch.keep(bytes);
        kept.push(text);
      }

      assert.deepEqual(batch.bytes, Buffer.from(kept.map((text) => `${text}\n`).join('')));
      assert.equal(batch.lines, kept.length);
    }),
  );
});

test('a line that is larger than a batch gets one of its own size', () => {
  for (const text of ['x'.repeat(size), '€'.repeat(22), 'x'.repeat(10 * size)]) {
    const batch = LineBatch.for(text, size);

    batch.keep(batch.write(text));

    assert.equal(batch.bytes.toString(), `${text}\n`);
  }
});

test('an emptied batch holds nothing and takes as much again', () => {
  const batch = LineBatch.for('', size);
  const line = 'x'.repeat(size - 1);

  batch.keep(batch.write(line));
  assert.equal(batch.hasRoom(''), false);

  assert.equal(batch.emptied().bytes.length, 0);
  assert.equal(batch.lines, 0);
  assert.equal(batch.hasRoom(line), true);
});
