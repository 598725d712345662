import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldCharacter as unitFold, ignorable, plainText } from '../../../src/policy/guards/characters.ts';
import { classes, foldCodePoint } from '../../../src/policy/text/fold.ts';
import { unseen } from '../../../src/policy/text/unseen.ts';

const drawsNothing = new RegExp(`^${unseen}$`, 'v');
const halves = { from: 0xd800, to: 0xdfff };
const lastOfPlane = 0xffff;

/** Every character there may be, by its code point. */
function* everyCharacter(): Generator<number> {
  for (let code = 0; code <= 0x10ffff; code += 1) if (code < halves.from || code > halves.to) yield code;
}

test('detectors and rules look through the same characters, of all of Unicode', () => {
  const strays: string[] = [];
  for (const code of everyCharacter()) {
    const isUnseen = drawsNothing.test(String.fromCodePoint(code));
    const isReadByRules = foldCodePoint(code).class !== classes.ignorable;
    // Detectors read code units: of what is beyond the first plane they see halves.
    const isReadByDetectors = code <= lastOfPlane && unitFold(code) !== ignorable;
    if (isUnseen && (isReadByRules || isReadByDetectors)) strays.push(`${code.toString(16)} is read`);
    if (!isUnseen && code <= lastOfPlane && !isReadByDetectors) strays.push(`${code.toString(16)} is not`);
  }

  assert.deepEqual(strays, []);
});

test('beyond that, rules look through what is on a letter or is a control, and nothing else', () => {
  const others = Array.from(everyCharacter(), (code) => String.fromCodePoint(code)).filter(
    (one) =>
      foldCodePoint(one.codePointAt(0) ?? 0).class === classes.ignorable &&
      !drawsNothing.test(one) &&
      !/^[\p{M}\p{Cc}\p{Cf}]$/u.test(one),
  );

  assert.deepEqual(others, []);
});

test('a plain text has none of them', () => {
  assert.equal(plainText('a\u061cb\u00ad\u200bc\ufff9d'), 'abcd');
});

test('the blanks of Hangul are no such characters', () => {
  assert.deepEqual(
    ['\u115f', '\u1160', '\u3164', '\uffa0'].filter((filler) => drawsNothing.test(filler)),
    [],
  );
});
