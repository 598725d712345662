import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { type Detector, undecided, type View, viewOf } from '../../../src/policy/guards/detector.ts';
import { detectors as built } from '../../../src/policy/pii/entities.ts';
import { phoneOf } from '../../../src/policy/pii/phone/phone.ts';
import { compileValues } from '../../../src/policy/pii/search/value-search.ts';
import { piiTexts } from '../../support/pii-texts.ts';

const detectors = [...built, ...compileValues([phoneOf(['DK', 'SG', 'DE', 'HU', 'RU', 'US', 'GB'])])];

function view(text: string, final: boolean): View {
  return viewOf(text, { final });
}

/** Every index the search of a detector gives for a text. */
function candidates(detector: Detector, whole: View): readonly number[] {
  const found: number[] = [];
  for (let at = detector.search.seek(whole, 0); at < whole.end; at = detector.search.seek(whole, at + 1))
    found.push(at);
  return found;
}

const prefixes = piiTexts.chain((text) =>
  fc.record({ text: fc.constant(text), cut: fc.nat({ max: text.length }) }),
);

describe('what a detector says of a beginning stays true of the whole text', () => {
  for (const [index, detector] of detectors.entries()) {
    test(`${index} ${detector.entity}`, () => {
      fc.assert(
        fc.property(prefixes, ({ text, cut }) => {
          const whole = view(text, true);
          const beginning = view(text.slice(0, cut), false);
          for (const at of candidates(detector, beginning)) {
            const early = detector.tryAt(beginning, at);
            if (early > 0) assert.equal(detector.tryAt(whole, at), early);
            if (early < 0) assertNone(detector, whole, { from: at, to: -early });
          }
        }),
        { numRuns: 1500 },
      );
    });

    test(`${index} ${detector.entity}: the search passes over no match`, () => {
      fc.assert(
        fc.property(prefixes, ({ text, cut }) => {
          const whole = view(text, true);
          const beginning = view(text.slice(0, cut), false);
          const first = detector.search.seek(beginning, 0);

          assertNone(detector, whole, { from: 0, to: first });
        }),
        { numRuns: 1500 },
      );
    });

    test(`${index} ${detector.entity}: where its search has it not asked there is no match`, () => {
      fc.assert(
        fc.property(prefixes, ({ text, cut }) => {
          const whole = view(text, true);
          const beginning = view(text.slice(0, cut), false);
          for (const at of candidates(detector, beginning)) {
            if (!isAsked(detector, beginning, at))
              assert.ok(detector.tryAt(whole, at) <= 0, `a match at ${at}`);
          }
        }),
        { numRuns: 1500 },
      );
    });

    test(`${index} ${detector.entity}: nothing is undecided in a whole text`, () => {
      fc.assert(
        fc.property(piiTexts, (text) => {
          const whole = view(text, true);
          for (const at of candidates(detector, whole)) assert.notEqual(detector.tryAt(whole, at), undecided);
        }),
        { numRuns: 1500 },
      );
    });
  }
});

function isAsked({ search, kind }: Detector, beginning: View, at: number): boolean {
  if (kind === undefined || search.kindsAt === undefined) return true;
  return (search.kindsAt(beginning, at) & kind) !== 0;
}

function assertNone(detector: Detector, whole: View, { from, to }: { from: number; to: number }): void {
  for (const at of candidates(detector, whole)) {
    if (at >= from && at < to) assert.ok(detector.tryAt(whole, at) <= 0, `a match starts at ${at}`);
  }
}
