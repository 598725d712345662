import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { none, undecided } from '../../../../src/policy/guards/detector.ts';
import { readForm } from '../../../../src/policy/pii/ids/form.ts';
import { FormSet } from '../../../../src/policy/pii/ids/form-set.ts';
import { viewOf } from '../../../support/views.ts';

const forms = ['####~####~####', '####~#####~#', '####.##.###', '##', 'AA######A', 'AX#', '######-###X'];

const written = fc
  .array(
    fc.constantFrom('1', '12', '1234', '12345', 'A', 'AB', 'x', ' ', '-', '.', '\u200b', '１', '-', '用'),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

test('a set leaves out no form that a text is written in, or may yet be', () => {
  const set = new FormSet(forms);
  fc.assert(
    fc.property(written, fc.boolean(), (text, final) => {
      const view = viewOf(text, { final });
      const possible = set.at(view, 0);
      for (const [index, form] of forms.entries()) {
        if (((possible >> index) & 1) === 0)
          assert.equal(readForm(view, 0, form), none, `${text} as ${form}`);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a set names the forms that come to their end, and those still open', () => {
  const set = new FormSet(forms);

  assert.equal(set.at(viewOf('1234 5678 9012', { final: true }), 0), 0b0001001);
  assert.equal(set.at(viewOf('1234 5678 90', { final: true }), 0), 0b0001000);
  assert.equal(set.at(viewOf('1234 5678 90', { final: false }), 0), 0b0001001);
  assert.equal(set.at(viewOf('1234 5', { final: false }), 0), 0b0001011);
  assert.equal(readForm(viewOf('AB12', { final: false }), 0, 'AA######A'), undecided);
});

test('a set of more forms than it has bits is refused', () => {
  assert.throws(() => new FormSet(Array.from({ length: 31 }, () => '#')), /31 forms/);
});
