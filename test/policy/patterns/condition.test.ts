import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileCondition } from '../../../src/policy/patterns/condition.ts';
import { PatternProblem } from '../../../src/policy/patterns/program.ts';

const parts = fc.constantFrom('a', 'b+', '[^a]', '.*', '\\b', '\\B', '^', '$', '(?m:^)', '(?m:$)', '(?i:k)', '😀', '\\s', '(?:ab|ba)', 'é?', '\\pL{2,}'); // prettier-ignore
const patterns = fc.array(parts, { minLength: 1, maxLength: 5 }).map((all) => all.join(''));
const letters = fc.constantFrom('a', 'a', 'b', 'b', 'k', 'K', 'é', ' ', '\n', '😀', '\u212a', '\ud83d');
const texts = fc.array(letters, { maxLength: 20 }).map((all) => all.join(''));

test('is met by the texts in which the library finds the pattern, and its opposite by the others', () => {
  let met = 0;
  fc.assert(
    fc.property(patterns, texts, (pattern, text) => {
      const isMet = conditionOf(pattern);
      if (isMet === undefined) return;
      const isFound = RE2JS.compile(pattern).matcher(text).find();
      if (isFound) met += 1;

      assert.equal(isMet(text), isFound);
      assert.equal(compileCondition({ not: pattern })(text), !isFound);
    }),
    { numRuns: 4_000 },
  );
  assert.ok(met > 200, `${met} were met`);
});

function conditionOf(pattern: string): ((text: string) => boolean) | undefined {
  try {
    return compileCondition(pattern);
  } catch (error) {
    if (error instanceof PatternProblem) return undefined; // every text meets it
    throw error;
  }
}
