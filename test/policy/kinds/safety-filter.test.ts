import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safetyFilter, safetyFilterSettings } from '../../../src/policy/kinds/safety-filter.ts';
import type { Direction, Field } from '../../../src/policy/policy.ts';
import { evidence } from '../../support/chains.ts';

interface Outcome {
  readonly released: string;
  readonly rules: readonly string[];
  readonly message: string | undefined;
}

/** Runs the filter over a text that comes character by character. */
function run(
  text: string,
  written: object = {},
  field: Field = { direction: 'answer', role: 'assistant' },
): Outcome {
  const policy = safetyFilter.create(safetyFilterSettings.parse(written), { holdBackLimit: 512 });
  const guard = policy.guard?.(field, evidence());
  let released = 0;
  let message: string | undefined;
  const rules: string[] = [];
  const out = {
    release: (upTo: number) => void (released = upTo),
    edit: () => assert.fail('nothing is edited'),
    report: ({ rule }: { rule: string }) => void rules.push(rule),
    deny: (text_: string) => void (message = text_),
  };
  for (const character of text) if (message === undefined) guard?.push(character, out);
  if (message === undefined) guard?.end(out);
  return { released: guard === undefined ? text : text.slice(0, released), rules, message };
}

test('every setting has a default and a description', () => {
  assert.deepEqual(safetyFilterSettings.parse({}), {
    mode: 'strict',
    categories: [],
    block_if: [],
    action: 'block',
    fuzzy_matching: false,
    max_distance: 1,
    max_age: 0,
    guard: null,
  });
  for (const [name, field] of Object.entries(safetyFilterSettings.shape)) {
    assert.ok((field.description ?? '').length > 10, name);
  }
});

const messages: readonly (readonly [direction: Direction, message: string])[] = [
  ['request', 'Request blocked: unsafe content (drugs)'],
  ['answer', 'Answer blocked: unsafe content (drugs)'],
];

for (const [direction, message] of messages) {
  test(`harm in a text of the ${direction} is refused, and nothing of it leaves`, () => {
    const outcome = run('First, cook the meth slowly.', {}, { direction, role: 'user' });

    assert.deepEqual(outcome, { released: 'First, ', rules: ['drugs.synthesis'], message });
  });
}

test('harmless text leaves whole', () => {
  const text = 'First, cook the rice slowly.';

  assert.deepEqual(run(text), { released: text, rules: [], message: undefined });
});

test('flagging lets harm pass and tells of it', () => {
  const text = 'First, cook the meth slowly.';

  assert.deepEqual(run(text, { action: 'flag' }), {
    released: text,
    rules: ['drugs.synthesis'],
    message: undefined,
  });
});

for (const role of ['system', 'developer', 'definition'] as const) {
  test(`${role} texts of a call are not judged: they name harms to forbid them`, () => {
    assert.equal(run('Never say how to cook meth.', {}, { direction: 'request', role }).message, undefined);
  });
}

const modeTexts: readonly (readonly [mode: string, text: string])[] = [
  ['critical_infrastructure', 'how to disable the power grid'],
  ['automotive', 'roll back the odometer'],
  ['education', 'how to cheat on an exam'],
  ['law_enforcement', 'destroy the evidence'],
];

for (const [mode, text] of modeTexts) {
  test(`${mode} looks for its own harms as well as the general ones`, () => {
    assert.notEqual(run(text, { mode }).message, undefined);
    assert.notEqual(run('how to cook meth', { mode }).message, undefined);
    assert.equal(run(text, { mode: 'strict' }).message, undefined);
  });
}

test('only the chosen categories are looked for', () => {
  assert.equal(run('how to cook meth', { categories: ['weapons'] }).message, undefined);
  assert.notEqual(run('how to cook meth', { categories: ['weapons', 'drugs'] }).message, undefined);
});

test('phrases of the operator replace everything built in', () => {
  const written = { block_if: ['Project  Bluebird'] };

  assert.equal(run('about project bluebird.', written).message, 'Answer blocked: unsafe content (block-if)');
  assert.equal(run('how to cook meth', written).message, undefined);
  assert.equal(run('project bluebirds', written).message, undefined);
});

const refused: readonly (readonly [written: object, complaint: RegExp])[] = [
  [{ mode: 'loose' }, /mode/],
  [{ action: 'escalate' }, /`escalate` is not supported yet/],
  [{ fuzzy_matching: true }, /not supported yet/],
  [{ max_age: 18 }, /not supported yet/],
  [{ max_distance: 9 }, /8/],
  [{ guard: { url: 'http://guard' } }, /`guard` is not supported yet/],
  [{ categories: ['rudeness'] }, /categories/],
  [{ categories: ['vehicle'] }, /not a category of this mode/],
  [{ categories: ['drugs'], block_if: ['a'] }, /give one of the two/],
  [{ block_if: [' '] }, /a phrase needs/],
  [{ blockif: [] }, /blockif/],
];

for (const [written, complaint] of refused) {
  test(`is refused: ${JSON.stringify(written)}`, () => {
    assert.match(safetyFilterSettings.safeParse(written).error?.message ?? '', complaint);
  });
}

const noticed: readonly (readonly [written: object, notices: number])[] = [
  [{}, 0],
  [{ max_distance: 2 }, 1],
  [{ block_if: ['a'] }, 1],
];

for (const [written, notices] of noticed) {
  test(`has ${notices} notices: ${JSON.stringify(written)}`, () => {
    assert.equal(safetyFilter.notices?.(safetyFilterSettings.parse(written)).length, notices);
  });
}
