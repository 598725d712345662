import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callOf, type Family, sitesOf } from './calls.ts';

export interface TextCase {
  readonly what: string;
  readonly body: unknown;
  /** Each judged text as `role path: text`. */
  readonly sites: readonly string[];
  readonly uninspected?: readonly string[];
}

/** Declares a test for each way in which a call of this family may hold text. */
export function testTexts(family: Family, cases: readonly TextCase[]): void {
  for (const { what, body, sites, uninspected = [] } of cases) {
    test(`${family} are read text by text: ${what}`, () => {
      const call = callOf(family, body);

      assert.deepEqual(sitesOf(call), sites);
      assert.deepEqual(call.texts.uninspected, uninspected);
    });
  }
}
