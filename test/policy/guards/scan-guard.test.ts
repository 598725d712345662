import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  characterSet,
  compileFind,
  type Detector,
  endsAt,
  undecided,
} from '../../../src/policy/guards/detector.ts';
import { compileScan } from '../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { assertInvariant, cuts, enforceCut } from '../../support/cuts.ts';
import { literalGuard } from '../../support/literal-guard.ts';

const signs = characterSet('<');

/** Finds `<…>` of any length: a match that may never end. */
const tag: Detector = {
  entity: 'TAG',
  search: { signs, leads: characterSet(), leadWidth: 0, seek: compileFind(signs) },
  tryAt(view, at) {
    const end = view.text.slice(0, view.end).indexOf('>', at);
    if (end !== -1) return end + 1;
    return view.final ? -(at + 1) : undecided;
  },
};

test('a candidate that reaches the hold-back limit is judged, never released', () => {
  const open = compileScan({
    detectors: [tag],
    holdBackLimit: 8,
    judge: (_, sample, complete) => ({ kind: 'rewrite', replacement: complete ? 'T' : `[${sample.length}]` }),
  });
  const whole = enforceWhole(open(), 'a<bc>d<0123456789>');

  assert.equal(whole.text, 'aTd[8]789>');
  for (const pieces of cuts('a<bc>d<0123456789>')) {
    assert.ok(assertInvariant(open, pieces, whole).mostHeld <= 8);
  }
});

test('a candidate at the limit denies where a match would', () => {
  const open = compileScan({
    detectors: [tag],
    holdBackLimit: 8,
    judge: () => ({ kind: 'deny', message: 'no tags' }),
  });

  const { denied, text } = enforceCut(open(), 'a<0123456789'.split(''));

  assert.equal(denied, 'no tags');
  assert.equal(text, 'a');
});

test('where two could match the earlier start is taken, then the earlier detector', () => {
  const open = literalGuard({ abc: '1', bcd: '2', ab: '3', cd: '4' });

  assert.equal(enforceWhole(open(), 'abcd').text, '1d');
  assert.equal(enforceWhole(open(), 'abd').text, '3d');
  assert.equal(enforceWhole(open(), 'xbcd').text, 'x2');
});

test('a kept match is passed over whole and reports nothing', () => {
  const open = compileScan({ detectors: [tag], holdBackLimit: 64, judge: () => ({ kind: 'allow' }) });

  assert.deepEqual(enforceWhole(open(), '<<a>>'), { text: '<<a>>', findings: [], denied: undefined });
});

test('offsets are those of the field however long it is', () => {
  const open = literalGuard({ word: '' });
  const pieces = Array.from({ length: 500 }, () => ['some ', 'wo', 'rd ']).flat();

  const { findings } = enforceCut(open(), pieces);

  assert.deepEqual(
    findings.map(({ start }) => start),
    Array.from({ length: 500 }, (_, index) => index * 10 + 5),
  );
});

test('the rest of a match that may be longer than the limit is deleted as it comes', () => {
  const endless: Detector = {
    ...tag,
    rest(view, from) {
      const end = view.text.slice(0, view.end).indexOf('>', from);
      if (end !== -1) return endsAt(end + 1);
      return view.final ? endsAt(view.end) : view.end;
    },
  };
  const open = compileScan({
    detectors: [endless],
    holdBackLimit: 8,
    judge: (_, sample) => ({ kind: 'rewrite', replacement: `[${sample.length}]` }),
  });
  const text = `a<bc>d<${'0'.repeat(900)}>e<>${'f'.repeat(300)}<0123456789`;
  const whole = enforceWhole(open(), text);

  assert.equal(whole.text, `a[4]d[8]e[2]${'f'.repeat(300)}[8]`);
  for (const pieces of cuts(text)) assert.ok(assertInvariant(open, pieces, whole).mostHeld <= 8);
});

test('a match that is kept at the limit has no rest', () => {
  const endless: Detector = { ...tag, rest: ({ end }) => endsAt(end) };
  const open = compileScan({ detectors: [endless], holdBackLimit: 8, judge: () => ({ kind: 'allow' }) });

  assert.equal(enforceWhole(open(), 'a<0123456789').text, 'a<0123456789');
});

test('a text is the same in one piece and in parts, however long it is', () => {
  const open = literalGuard({ word: '<w>', stop: '<s>' });
  const text = 'a word, and a full stop. '.repeat(3_000);
  const halves = [text.slice(0, 33_333), text.slice(33_333)];

  const whole = enforceWhole(open(), text);

  assert.equal(whole.text, 'a <w>, and a full <s>. '.repeat(3_000));
  assert.deepEqual(enforceCut(open(), halves).findings, whole.findings);
});
