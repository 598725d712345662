import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Guard } from '../../../src/policy/guard.ts';
import type { Detector, Search } from '../../../src/policy/guards/detector.ts';
import { isIn, undecided } from '../../../src/policy/guards/detector.ts';
import { compileScan } from '../../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { detectorsFor } from '../../../src/policy/pii/entities.ts';
import { assertInvariant, enforceCut } from '../../support/cuts.ts';
import { denseTexts } from '../../support/pii-texts.ts';
import { viewOf } from '../../support/views.ts';

const detectors = detectorsFor(['DK', 'SG', 'DE', 'HU', 'RU', 'US', 'GB'], 'public');

interface Work {
  seeks: number;
  attempts: number;
}

/** A guard with all detectors that counts what they are asked. */
function count(): { readonly guard: Guard; readonly work: Work } {
  const work: Work = { seeks: 0, attempts: 0 };
  const counted = new Map<Search, Search>();
  const open = compileScan({
    detectors: detectors.map((detector) => countedDetector(detector, counted, work)),
    holdBackLimit: 512,
    judge: () => ({ kind: 'rewrite', replacement: '' }),
  });
  return { guard: open(), work };
}

function countedDetector(detector: Detector, counted: Map<Search, Search>, work: Work): Detector {
  const search = counted.get(detector.search) ?? countedSearch(detector.search, work);
  counted.set(detector.search, search);
  return {
    ...detector,
    search,
    tryAt(view, at) {
      work.attempts += 1;
      return detector.tryAt(view, at);
    },
  };
}

function countedSearch(search: Search, work: Work): Search {
  return {
    ...search,
    seek(view, from) {
      work.seeks += 1;
      return search.seek(view, from);
    },
  };
}

const searches = new Set(detectors.map(({ search }) => search)).size;

function inPieces(text: string, size: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

function repeat(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

describe('work on dense texts', () => {
  for (const unit of denseTexts) {
    test(`grows with the length of ${JSON.stringify(unit)}`, () => {
      const short = count();
      const long = count();

      enforceWhole(short.guard, repeat(unit, 2_000));
      enforceWhole(long.guard, repeat(unit, 20_000));

      assert.ok(long.work.attempts <= 10 * short.work.attempts + 80, JSON.stringify([short.work, long.work]));
      assert.ok(long.work.seeks <= 10 * short.work.seeks + 40, JSON.stringify([short.work, long.work]));
      assert.ok(
        long.work.attempts <= 0.08 * detectors.length * 20_000 && long.work.seeks <= 2 * 20_000,
        JSON.stringify(long.work),
      );
    });

    test(`takes few questions a piece of ${JSON.stringify(unit)}`, () => {
      const pieces = inPieces(repeat(unit, 4_000), 4);
      const { guard, work } = count();

      enforceCut(guard, pieces);

      assert.ok(work.attempts <= 0.45 * detectors.length * pieces.length, JSON.stringify(work));
      assert.ok(work.seeks <= 1.5 * searches * (pieces.length + 8), JSON.stringify(work));
    });

    test(`does not change what is found in ${JSON.stringify(unit)}`, () => {
      const text = repeat(unit, 1_200);
      const open = compileScan({
        detectors,
        holdBackLimit: 512,
        judge: (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
      });

      const { mostHeld } = assertInvariant(open, inPieces(text, 4), enforceWhole(open(), text));

      assert.ok(mostHeld <= 512);
    });
  }
});

/** The longest an attempt may look ahead in text where every character can be seen. */
const reach: Readonly<Record<string, number>> = {
  EMAIL: 400,
  CREDIT_CARD: 48,
  SSN: 32,
  IP_ADDRESS: 96,
  PHONE: 96,
  SECRET: 420,
  URL_CREDENTIALS: 340,
  MAC_ADDRESS: 32,
  IBAN: 64,
  CRYPTO_ADDRESS: 80,
  NATIONAL_ID: 32,
  PASSPORT: 32,
  MEDICAL_RECORD: 48,
  NPI: 32,
  DATE_OF_BIRTH: 32,
  CVV: 8,
};

test('an attempt looks ahead by a fixed distance', () => {
  for (const unit of denseTexts.filter((text) => !text.includes('\u200b'))) {
    const text = repeat(unit, 2_000);
    const whole = viewOf(text, { final: false });
    for (const detector of detectors) {
      if (detector.entity === 'PRIVATE_KEY') continue; // goes on for as long as its key does
      const at = detector.search.seek(whole, 100);
      const end = at + (reach[detector.entity] ?? 0);
      if (end > text.length) continue;
      const view = viewOf(text, { final: false, end });

      assert.notEqual(detector.tryAt(view, at), undecided, `${detector.entity} in ${JSON.stringify(unit)}`);
    }
  }
});

test('a search goes back from its sign by no more than the width of a lead', () => {
  for (const unit of ['ab-', 'ab:', 'abcd.', 'a.', 'ab-cd.', 'abcdef']) {
    const text = unit.repeat(1_000);
    for (const view of [viewOf(text, { final: false }), viewOf(`${text}1`, { final: true })]) {
      for (const search of new Set(detectors.map((detector) => detector.search))) {
        if (Array.from(unit).some((character) => isIn(search.signs, character.charCodeAt(0)))) continue;
        assert.ok(search.seek(view, 0) >= text.length - search.leadWidth - 2, JSON.stringify(unit));
      }
    }
  }
});
