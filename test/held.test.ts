import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Held } from '../src/held.ts';

function start() {
  const gone: string[] = [];
  const held = new Held<string, object>((_value, key) => gone.push(key));
  return { held, gone };
}

test('the first holder brings a value, and those after it get the same', () => {
  const { held } = start();

  const first = held.hold('a', () => ({}));
  const second = held.hold('a', () => ({}));

  assert.equal(second, first);
  assert.equal(held.get('a'), first);
  assert.equal(held.holders('a'), 2);
});

test('the last holder lets a value go, once', () => {
  const { held, gone } = start();
  held.hold('a', () => ({}));
  held.hold('a', () => ({}));

  held.release('a');
  assert.deepEqual(gone, []);
  held.release('a');
  held.release('a');

  assert.deepEqual(gone, ['a']);
  assert.equal(held.get('a'), undefined);
});

test('what was let go is brought anew', () => {
  const { held } = start();
  const first = held.hold('a', () => ({}));
  held.release('a');

  const second = held.hold('a', () => ({}));

  assert.notEqual(second, first);
  assert.equal(held.holders('a'), 1);
});

test('a value that cannot be brought is not held', () => {
  const { held } = start();

  assert.throws(() =>
    held.hold('a', () => {
      throw new Error('no');
    }),
  );

  assert.equal(held.holders('a'), 0);
});

test('what is taken to be closed is not let go as well', () => {
  const { held, gone } = start();
  const value = held.hold('a', () => ({}));

  assert.deepEqual(held.takeAll(), [value]);
  held.release('a');

  assert.deepEqual(gone, []);
});
