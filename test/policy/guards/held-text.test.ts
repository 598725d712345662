import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { foldCharacter } from '../../../src/policy/guards/characters.ts';
import { characterSet, isIn } from '../../../src/policy/guards/detector.ts';
import { HeldText, Room } from '../../../src/policy/guards/held-text.ts';

const mostUnits = 4096;
const signs = characterSet('@', '0123456789');

function folded(text: string): readonly number[] {
  return Array.from({ length: text.length }, (_, index) => foldCharacter(text.charCodeAt(index)));
}

function assertNoSignInRuns({ text, codes, runs }: HeldText): void {
  for (let index = 0; index < text.length; index += 1) {
    const run = runs[index] ?? 0;
    assert.equal(run === 0, isIn(signs, codes[index] ?? 0));
    for (let at = index; at < index + run; at += 1)
      assert.ok(at < text.length && !isIn(signs, codes[at] ?? 0));
  }
}

function codesOf(held: HeldText): readonly number[] {
  return [...held.codes.subarray(0, held.text.length)];
}

const steps = fc.array(
  fc.record({
    text: fc.string({ unit: 'binary', maxLength: 200 }),
    repeats: fc.nat({ max: 8 }),
    cut: fc.nat(),
  }),
  { maxLength: 12 },
);

test('the folded characters are those of the text held, however it grew and was cut', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const room = new Room(signs, mostUnits);
      for (let turn = 0; turn < 2; turn += 1) {
        const held = new HeldText(room);
        for (const { text, repeats, cut } of all) {
          held.append(text.repeat(repeats));
          assert.deepEqual(codesOf(held), folded(held.text));
          assertNoSignInRuns(held);
          held.cut(cut % (held.text.length + 1));
          assert.deepEqual(codesOf(held), folded(held.text));
          assertNoSignInRuns(held);
        }
        held.close();
      }
    }),
  );
});

test('room that is given back goes to the next guard, and never to two', () => {
  const room = new Room(signs, mostUnits);
  const first = new HeldText(room);
  first.append('abc');
  const { codes } = first;
  first.close();
  const [second, third] = [new HeldText(room), new HeldText(room)];

  second.append('de');
  third.append('fgh');

  assert.equal(second.codes, codes);
  assert.notEqual(third.codes, codes);
  assert.deepEqual([codesOf(second), codesOf(third)], [folded('de'), folded('fgh')]);
});
