import assert from 'node:assert/strict';
import test from 'node:test';
import type { Fact } from './fact.ts';
import { featuresOf, matrixTable, reasonList, toMatrix } from './matrix.ts';
import { pageText } from './page-text.ts';
import { sdks } from './sdks.ts';

function allPass(): Fact[] {
  return sdks.flatMap((sdk) =>
    featuresOf(sdk).map((feature) => ({ sdk: sdk.id, feature, text: 'works', outcome: 'passed' as const })),
  );
}

test('a library that passes everything fails nowhere', () => {
  const outcomes = toMatrix(allPass()).flatMap(({ cells }) => cells.map(({ outcome }) => outcome));

  assert.deepEqual([...new Set(outcomes)], ['passed']);
});

test('a feature of which a library says nothing is a failure', () => {
  const facts = allPass().filter(({ sdk, feature }) => sdk !== 'openai-node' || feature !== 'abort');

  const [row] = toMatrix(facts);

  const failed = row?.cells.filter(({ outcome }) => outcome === 'failed');
  assert.deepEqual(failed, [{ feature: 'abort', outcome: 'failed', tests: 0, reason: 'no test names it' }]);
});

test('one failure among passes fails its feature', () => {
  const broken: Fact = { sdk: 'openai-node', feature: 'chat', text: 'breaks', outcome: 'failed' };

  const [row] = toMatrix([...allPass(), broken]);

  assert.equal(row?.cells.find(({ feature }) => feature === 'chat')?.outcome, 'failed');
  assert.match(matrixTable(row === undefined ? [] : [row]), /\| chat \| FAILED \|/);
});

test('what is not there is told with its reason, features with the same one together', () => {
  const missing = new Set<string | undefined>(['models', 'completions']);
  const facts = allPass().map((fact): Fact =>
    fact.sdk === 'openai-node' && missing.has(fact.feature)
      ? { ...fact, outcome: 'not-offered', detail: 'no such thing' }
      : fact,
  );

  assert.equal(reasonList(toMatrix(facts)), '- OpenAI, Node: no such thing (completions, models).\n');
});

test('the page names every library, its versions and its example', async () => {
  const matrix = toMatrix(allPass());

  const page = await pageText(matrix);

  for (const { title, versions } of matrix) {
    assert.ok(page.includes(title));
    for (const [name, version] of Object.entries(versions))
      assert.ok(page.includes(`\`${name}\` ${version}`));
  }
  const examples = page.split('```').filter((_, at) => at % 2 === 1);
  assert.equal(examples.length, 9);
  assert.ok(examples.every((example) => example.includes('http://127.0.0.1:41002')));
});
