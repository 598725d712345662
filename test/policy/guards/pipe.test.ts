import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard, GuardOut } from '../../../src/policy/guard.ts';
import { pipe, pipeAll } from '../../../src/policy/guards/pipe.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { assertInvariant, cuts, cutTexts, enforceCut } from '../../support/cuts.ts';
import { literalGuard, type Literals } from '../../support/literal-guard.ts';

interface Case {
  readonly fact: string;
  readonly first: Literals;
  readonly second: Literals;
  readonly text: string;
  /** Edits of the original: start, end, replacement. */
  readonly edits: readonly (readonly [number, number, string])[];
}

const cases: readonly Case[] = [
  { fact: 'edits apart from each other stay two edits', first: { ab: 'X' }, second: { cd: 'YY' }, text: 'ab cd', edits: [[0, 2, 'X'], [3, 5, 'YY']] },
  { fact: 'an edit next to a replacement stays its own', first: { ab: 'XYZ' }, second: { cd: '' }, text: 'abcd', edits: [[0, 2, 'XYZ'], [2, 4, '']] },
  { fact: 'an edit inside a replacement changes the replacement', first: { ab: '<mid>' }, second: { mid: '+' }, text: '-ab-', edits: [[1, 3, '<+>']] },
  { fact: 'two edits inside one replacement both change it', first: { ab: 'one two' }, second: { one: '1', two: '2' }, text: 'ab', edits: [[0, 2, '1 2']] },
  { fact: 'an edit from text into a replacement covers both', first: { ab: 'xy' }, second: { qx: '#' }, text: 'qab', edits: [[0, 3, '#y']] },
  { fact: 'an edit from a replacement into text covers both', first: { ab: 'xy' }, second: { yq: '#' }, text: 'abq', edits: [[0, 3, 'x#']] },
  { fact: 'an edit over several replacements covers all', first: { a: 'x', b: 'y' }, second: { xqy: '#' }, text: 'aqb', edits: [[0, 3, '#']] },
  { fact: 'an edit across a deletion covers it', first: { '-': '' }, second: { mail: '#' }, text: 'ma-il', edits: [[0, 5, '#']] },
  { fact: 'a deletion beside an edit stays its own', first: { '-': '' }, second: { b: '#' }, text: '-b-', edits: [[0, 1, ''], [1, 2, '#'], [2, 3, '']] },
  { fact: 'offsets after longer and shorter replacements are those of the original', first: { a: 'xxxx', bb: '' }, second: { c: '#' }, text: 'abbc', edits: [[0, 1, 'xxxx'], [1, 3, ''], [3, 4, '#']] },
]; // prettier-ignore

describe('pipe', () => {
  for (const { fact, first, second, text, edits } of cases) {
    test(fact, () => {
      const [openFirst, openSecond] = [literalGuard(first), literalGuard(second)];

      for (const pieces of cuts(text)) {
        assert.deepEqual(editsOf(pipe(openFirst(), openSecond()), pieces), edits);
      }
    });
  }

  test('a finding keeps the offsets of the text its guard saw', () => {
    const guard = pipe(literalGuard({ ab: 'xxxxx' })(), literalGuard({ cd: '' })());

    const { findings } = enforceWhole(guard, 'abcd');

    assert.deepEqual(
      findings.map(({ rule, start, end }) => [rule, start, end]),
      [
        ['ab', 0, 2],
        ['cd', 5, 7],
      ],
    );
  });

  test('text leaves only when both guards have let it go', () => {
    const guard = pipe(literalGuard({ abcd: '' })(), literalGuard({ 'xab?': '' })());

    const { delivered } = enforceCut(guard, ['.', 'x', 'ab', '!']);

    assert.deepEqual(delivered, ['.', '.', '.', '.xab!', '.xab!']);
  });

  test('a denial of either guard stops the field before the denied text', () => {
    const guards = [literalGuard({ no: undefined }), literalGuard({ never: undefined })];
    const open = () => folded(guards);

    assert.deepEqual(
      ['a no b', 'a never b', 'a never no', 'a no never'].map((text) => {
        const whole = enforceWhole(open(), text);
        for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
        return [whole.denied, whole.text, whole.findings.length];
      }),
      Array.from({ length: 4 }, () => ['denied', 'a ', 1]),
    );
  });

  test('one guard is not wrapped and no guard is none', () => {
    const only = literalGuard({ a: '' })();

    assert.equal(pipeAll([only]), only);
    assert.equal(pipeAll([]), undefined);
  });
});

const replacements = fc.dictionary(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 3 }),
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', 'x'), maxLength: 4 }),
  { maxKeys: 3 },
);
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', ' '), maxLength: 30 });

test('guards in a pipe do what they do one after the other, however the text is cut', () => {
  const chains = fc.array(replacements, { minLength: 2, maxLength: 4 });

  fc.assert(
    fc.property(chains, cutTexts(texts), (chain, pieces) => {
      const guards = chain.map((literals) => literalGuard(literals));
      const text = pieces.join('');
      const expected = guards.reduce((left, open) => enforceWhole(open(), left).text, text);
      const open = () => folded(guards);
      const whole = enforceWhole(open(), text);

      assert.equal(whole.text, expected);
      assertInvariant(open, pieces, whole);
      assertInvariant(open, text.split(''), whole);
    }),
    { numRuns: 2000 },
  );
});

test('a pipe that denies does so at the same place however the text is cut', () => {
  const mayDeny = fc
    .tuple(replacements, fc.constantFrom('ab', 'c-', 'x'))
    .map(([literals, no]): Literals => Object.fromEntries([...Object.entries(literals), [no, undefined]]));

  fc.assert(
    fc.property(mayDeny, mayDeny, cutTexts(texts), (first, second, pieces) => {
      const guards = [literalGuard(first), literalGuard(second)];
      const open = () => folded(guards);

      assertInvariant(open, pieces, enforceWhole(open(), pieces.join('')));
    }),
    { numRuns: 2000 },
  );
});

function folded(guards: readonly (() => Guard)[]): Guard {
  const guard = pipeAll(guards.map((open) => open()));
  assert.ok(guard);
  return guard;
}

function editsOf(guard: Guard, pieces: readonly string[]): readonly (readonly [number, number, string])[] {
  const edits: (readonly [number, number, string])[] = [];
  const out: GuardOut = {
    release() {},
    edit: (start, end, replacement) => edits.push([start, end, replacement]),
    report() {},
    deny() {},
  };
  for (const piece of pieces) guard.push(piece, out);
  guard.end(out);
  return edits;
}
