import assert from 'node:assert/strict';
import test from 'node:test';
import { readControllerSettings } from '../../../src/kube/controller/controller-settings.ts';

test('settings of a few lines get every default', () => {
  const read = readControllerSettings('namespace: kt\nservice: kt-controller\n');

  assert.ok(read.ok);
  assert.deepEqual(read.settings.listen, { webhook: 9443, admin: 41_003 });
  assert.equal(read.settings.certificates.source, 'self');
  assert.equal(read.settings.validation.mode, 'reject');
});

const wrong: readonly (readonly [text: string, says: RegExp])[] = [
  ['namespace: kt\n', /service/],
  ['namespace: kt\nservice: c\nextra: 1\n', /extra/],
  ['namespace: kt\nservice: c\nvalidation: {mode: maybe}\n', /validation\.mode/],
  ['namespace: kt\nservice: c\ninjection: {settings: {port: "80"}}\n', /injection\.settings\.port/],
  ['namespace: [\n', /line 2|at line/i],
];

for (const [text, says] of wrong) {
  test(`settings are refused: ${JSON.stringify(text)}`, () => {
    const read = readControllerSettings(text);

    assert.ok(!read.ok);
    assert.match(read.reasons, says);
  });
}
