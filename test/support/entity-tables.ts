import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compileScan } from '../../src/policy/guards/scan-guard.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import { detectors } from '../../src/policy/pii/entities.ts';
import { assertInvariant, cuts } from './cuts.ts';

/** All detectors; a value shows as its entity in angle brackets. */
export const open = compileScan({
  detectors,
  holdBackLimit: 512,
  judge: (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
});

/** A text, and what is left of it. */
export type Case = readonly [text: string, left: string];

/** Declares a test for each case: what is left of it, alone and among other text, however it is cut. */
export function describeTables(tables: Readonly<Record<string, readonly Case[]>>): void {
  for (const [entity, table] of Object.entries(tables)) {
    describe(`${entity}, cut at every place`, () => {
      for (const [text, left] of table) {
        test(text, () => {
          const whole = enforceWhole(open(), text);

          assert.equal(whole.text, left);
          for (const surrounded of [text, `so ${text}`, `${text}\n`, `"${text}" `]) {
            const expected = enforceWhole(open(), surrounded);
            for (const pieces of cuts(surrounded)) assertInvariant(open, pieces, expected);
          }
        });
      }
    });
  }
}
