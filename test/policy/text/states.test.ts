import assert from 'node:assert/strict';
import { test } from 'node:test';
import { States, unknown } from '../../../src/policy/text/states.ts';

// Of one sum, by which states are looked up.
const alike: readonly (readonly [readonly number[], number])[] = [
  [[31], 0],
  [[0], 1],
  [[1, 0], 0],
  [[0, 31], 0],
  [[0, 0, 31], 0],
];

test('states that are alike by their sum are told apart, and found again', () => {
  const states = new States<readonly number[]>({ columns: 4, mostNumbers: 10_000 });

  const numbers = alike.map(([steps, place]) => states.numberOf(steps, place));

  assert.equal(new Set(numbers).size, alike.length);
  assert.deepEqual(
    alike.map(([steps, place]) => states.numberOf([...steps], place)),
    numbers,
  );
});

test('states with numbers of their own have them again after all were forgotten', () => {
  const states = new States<readonly number[]>({
    columns: 4,
    mostNumbers: 1,
    begin: (made) => {
      made.numberOf([], 0);
      made.numberOf([7], 0);
    },
  });

  for (let step = 10; step < 40; step += 1) {
    const number = states.numberOf([step], 0);
    assert.ok(number > 2 && number < 8, `${number}`);
    assert.equal(states.numberOf([7], 0), 2);
    assert.equal(states.edge(2, 0), unknown);
  }
});
