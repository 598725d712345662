import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { characterSet, isIn, none } from '../../../../src/policy/guards/detector.ts';
import { type ValueStart, sizesFrom, type Value } from '../../../../src/policy/pii/search/beginning.ts';
import { compileValues } from '../../../../src/policy/pii/search/value-search.ts';
import { viewOf } from '../../../support/views.ts';

function valueOf(...begins: readonly ValueStart[]): Value {
  return { entity: 'X', begins, endAt: () => none };
}

/** Where values that begin so are sought in a whole text. */
function placesIn(text: string, ...begins: readonly ValueStart[]): readonly number[] {
  const [detector] = compileValues([valueOf(...begins)]);
  assert.ok(detector !== undefined);
  const view = viewOf(`${text};`, { final: true });
  const places: number[] = [];
  for (let at = detector.search.seek(view, 0); at < view.end; at = detector.search.seek(view, at + 1))
    places.push(at);
  return places;
}

describe('values are sought where they may begin by what is declared of them', () => {
  const dashed = { digits: [3], next: characterSet('-'), gap: { widest: 1 } };
  const cases: readonly (readonly [
    what: string,
    begin: ValueStart,
    text: string,
    places: readonly number[],
  ])[] = [
    ['so many digits', { digits: [4] }, '123 1234 12345', [4]],
    ['many digits', { digits: sizesFrom(6) }, `12345 123456 ${'1'.repeat(40)}`, [6, 13]],
    ['letters before them', { letters: [2], digits: sizesFrom(2) }, 'ab12 a12 abc12 ab1', [0]],
    ['a first character', { digits: [2], first: '4' }, '41 14', [0]],
    ['what follows them', { digits: [2], next: characterSet(':') }, '12: 12;', [0]],
    ['a gap, and digits behind it', dashed, '123-45 123--45 123-x 123-4', [0]],
    ['one digit behind a gap', { ...dashed, gap: { widest: 1, isLone: true } }, '123-4', [0]],
    ['a gap of several', { ...dashed, gap: { widest: 2 } }, '123--45 123---45', [0]],
    ['a sign', { digits: [0], first: '+', next: characterSet('0123456789') }, '+1 1 +a', [0]],
    ['numbers of their own', { digits: [2], isNumber: true }, '12 1.12 x-12', [0, 10]],
    ['what stands around', { digits: [2], where: (_view, at) => at > 3 }, '12 12 12', [6]],
    ['what draws nothing among them', { digits: [4] }, '1\u200b2\u200b34 12\u200b3', [0]],
  ];
  for (const [what, begin, text, places] of cases)
    test(what, () => {
      assert.deepEqual(placesIn(text, begin), places);
    });
});

test('at the end of a text that goes on, what may yet become a beginning is one', () => {
  const [detector] = compileValues([valueOf({ letters: [2], digits: [4] })]);

  const seek = (text: string): number | undefined => detector?.search.seek(viewOf(text, { final: false }), 0);

  assert.deepEqual(['a', 'ab1', 'ab12345', 'abc'].map(seek), [0, 0, 7, 3]);
});

test('only what may stand before a sign is a lead', () => {
  const [number] = compileValues([valueOf({ digits: [4] })]);
  const [token] = compileValues([valueOf({ letters: [1, 2], digits: [4] })]);

  assert.deepEqual([number?.search.leadWidth, token?.search.leadWidth], [0, 2]);
  assert.deepEqual(
    [number, token].map((one) => isIn(one?.search.leads ?? characterSet(), 0x61)),
    [false, true],
  );
});

test('detectors of values share one search, and each is asked for its own beginnings', () => {
  const long: ValueStart = { digits: [6] };
  const both = [valueOf(long, { digits: [3] }), valueOf(long)];
  const [one, other] = compileValues(both);
  const kindsIn = (text: string): number | undefined =>
    one?.search.kindsAt?.(viewOf(text, { final: true }), 0);

  assert.equal(one?.search, other?.search);
  assert.notEqual((kindsIn('123456 ') ?? 0) & (other?.kind ?? 0), 0);
  assert.equal((kindsIn('123 ') ?? 0) & (other?.kind ?? 0), 0);
  assert.notEqual((kindsIn('123 ') ?? 0) & (one?.kind ?? 0), 0);
});
