import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splice } from '../../src/json/splice.ts';

test('splices are made in the order of their places, and what is between them stays', () => {
  const cases: readonly (readonly [string, readonly (readonly [number, number, string])[], string])[] = [
    ['abcdef', [], 'abcdef'],
    ['abcdef', [[0, 6, '']], ''],
    ['abcdef', [[1, 3, 'X']], 'aXdef'],
    [
      'abcdef',
      [
        [4, 6, 'Z'],
        [0, 1, 'Y'],
      ],
      'YbcdZ',
    ],
    [
      'abcdef',
      [
        [3, 3, '+'],
        [0, 3, '-'],
      ],
      '-+def',
    ],
    [
      'abcdef',
      [
        [6, 6, '!'],
        [1, 1, '?'],
      ],
      'a?bcdef!',
    ],
  ];
  for (const [text, places, expected] of cases) {
    const splices = places.map(([start, end, replacement]) => ({ start, end, replacement }));

    assert.equal(splice(text, splices), expected);
  }
});
