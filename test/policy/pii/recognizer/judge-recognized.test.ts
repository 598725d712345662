import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeRecognized } from '../../../../src/policy/pii/recognizer/judge-recognized.ts';
import type { Recognized } from '../../../../src/policy/pii/recognizer/recognizer.ts';
import type { TextVerdict } from '../../../../src/policy/policy.ts';
import { evidence } from '../../../support/chains.ts';

const person = { entity: 'PERSON', score: 0.9 } as const;

/** What is made of matches in one text; each is shown as `<PERSON>`. */
async function verdictOn(text: string, found: readonly Recognized[]): Promise<TextVerdict | undefined> {
  const { judgeTexts } = judgeRecognized(
    () => Promise.resolve([found]),
    () => (entity) => ({ kind: 'rewrite', replacement: `<${entity}>` }),
  );
  const verdicts = await judgeTexts?.('request', [{ role: 'user', text }], evidence());
  return verdicts?.[0];
}

const cases: readonly (readonly [text: string, found: string, left: string])[] = [
  ['see Ann Lee', 'Ann Lee', 'see <PERSON>'],
  ['see [EMAIL:BCDFGHJKLMNP] now', 'BCDFGHJKLMNP', 'see [EMAIL:BCDFGHJKLMNP] now'],
  ['see [EMAIL:BCDFGHJKLMNP] now', '[EMAIL:BCDFGHJKLMNP]', 'see [EMAIL:BCDFGHJKLMNP] now'],
  ['see [BCDFGHJK] now', 'BCDFGHJK', 'see [BCDFGHJK] now'],
  ['see [EMAIL:BCDFGHJKLMNP] Ann', 'BCDFGHJKLMNP] Ann', 'see [EMAIL:BCDFGHJKLMNP]<PERSON>'],
  ['see [ANN:BCDFGHJKLMNP] now', 'ANN', 'see [<PERSON>:BCDFGHJKLMNP] now'],
  ['see [EMAIL:ANNA] now', 'ANNA', 'see [EMAIL:<PERSON>] now'],
];

for (const [text, found, left] of cases) {
  test(`"${found}" in "${text}"`, async () => {
    const start = text.indexOf(found);

    const verdict = await verdictOn(text, [{ ...person, start, end: start + found.length }]);

    assert.equal(applied(text, verdict), left);
  });
}

function applied(text: string, verdict: TextVerdict | undefined): string {
  if (verdict?.kind !== 'rewrite') return text;
  return verdict.edits.reduceRight(
    (before, { start, end, replacement }) => before.slice(0, start) + replacement + before.slice(end),
    text,
  );
}
