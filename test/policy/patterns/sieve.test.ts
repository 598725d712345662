import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { compileProgram, type Program } from '../../../src/policy/patterns/program.ts';
import { accepts, edgeShift, isIdle, Sieve, tooMuch } from '../../../src/policy/patterns/sieve.ts';
import { States, unknown } from '../../../src/policy/text/states.ts';

interface Read {
  /** Where some match ends, told with the character behind it. */
  readonly ends: ReadonlySet<number>;
  /** By place: before where no match that is under way there has begun. */
  readonly open: readonly number[];
}

function read(programs: readonly Program[], text: string): Read {
  const sieve = new Sieve(programs);
  const ends = new Set<number>();
  const open: number[] = [];
  let state = sieve.start(text, 0);
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const edge = sieve.after(state, text.charCodeAt(at));
    open.push(from);
    if ((edge & accepts) !== 0) ends.add(at);
    if ((edge & isIdle) !== 0) from = at + 1;
    state = edge >> edgeShift;
  }
  return { ends, open };
}

const sources = [
  'EMP-\\d{2,4}', '(?i)ab+?c', '\\b[A-Z]{2}\\d\\b', '^a', 'b$', '(?m:^ab)', 'a{2,4}b', '.{1,5}c', '(?:a|ab)(?:c|bcd)', '\\Ba\\w',
  '[^a]b', 'é|b', '\\s-',
] as const; // prettier-ignore
const texts = fc
  .array(fc.constantFrom(...Array.from('aabbccABE1-4 \né'), 'EMP-12', 'abc', 'AB1'), { maxLength: 20 })
  .map((parts) => parts.join(''));

test('every match of every program is under way from where it begins to where its end is told', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...sources), { minLength: 1, maxLength: 6 }),
      texts,
      (some, text) => {
        const programs = some.map(compileProgram);
        const { ends, open } = read(programs, `${text}!`);

        for (const { library } of programs) {
          const matcher = library.matcher(`${text}!`);
          while (matcher.find()) {
            const shown = JSON.stringify([some, text, matcher.start(), matcher.end()]);
            assert.ok(ends.has(matcher.end()) || matcher.end() > text.length, shown);
            for (let at = matcher.start(); at < Math.min(matcher.end(), text.length); at += 1) {
              assert.ok((open[at] ?? 0) <= matcher.start(), shown);
            }
          }
        }
      },
    ),
    { numRuns: 1500 },
  );
});

test('text in which nothing begins is idle throughout', () => {
  const { ends, open } = read(sources.slice(0, 3).map(compileProgram), 'now is her mood');

  assert.equal(ends.size, 0);
  assert.deepEqual(
    open,
    Array.from('now is her mood', (_, at) => at),
  );
});

test('a text that needs ever new states is given up, and read on once others have paid for it', () => {
  const sieve = new Sieve([compileProgram('a[ab]{60}x')]);
  let state = sieve.start('', 0);
  let taken = 0;
  let seed = 1;
  for (; taken < 100_000; taken += 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    const edge = sieve.after(state, (seed >> 16) & 1 ? 0x61 : 0x62);
    if (edge === tooMuch) break;
    state = edge >> edgeShift;
  }

  assert.ok(taken > 1000 && taken < 20_000, `after ${taken} characters`);
  sieve.read(1000);
  const alternating = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? 0x61 : 0x62));
  for (const code of alternating) {
    const edge = sieve.after(state, code);
    assert.notEqual(edge, tooMuch);
    state = edge >> edgeShift;
  }
});

describe('states', () => {
  test('keep their numbers and edges until there are too many', () => {
    const states = new States({ columns: 4, mostNumbers: 200 });
    const one = states.numberOf([1], 0);
    const state = states.at(one);
    assert.ok(state);
    states.keep(state, one, 3, 77);

    assert.equal(states.numberOf([1], 0), one);
    assert.equal(states.edge(one, 3), 77);
    for (let step = 2; step < 12; step += 1) states.numberOf([step], 0);

    assert.equal(states.edge(one, 3), unknown);
    states.keep(state, one, 3, 77);
    assert.equal(states.edge(one, 3), unknown);
  });

  test('have no edges where there is no column, and are told apart by their places', () => {
    const states = new States({ columns: 4, mostNumbers: 1000 });
    const one = states.numberOf([1], 0);
    const state = states.at(one);
    assert.ok(state);
    states.keep(state, one, 4000, 77);

    assert.equal(states.edge(one, 4000), unknown);
    assert.notEqual(states.numberOf([1], 4), one);
    assert.equal(states.start(4, [1]), states.numberOf([1], 4));
  });
});
