import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Quantity, quantityForm } from '../../../src/kube/injection/quantity.ts';

test('amounts are exact in every unit', () => {
  for (const [one, same] of [
    ['1', '1000m'],
    ['1k', '1000'],
    ['1.001k', '1001'],
    ['1Ki', '1024'],
    ['0.5Mi', '512Ki'],
    ['1Ti', '1024Gi'],
    ['1T', '1000G'],
    ['0.001m', '0.001m'],
  ] as const)
    assert.equal(new Quantity(one).amount, new Quantity(same).amount, one);
});

test('every amount that the rules take has a value', () => {
  const taken = new RegExp(quantityForm);

  for (const text of ['1', '0.5', '123456.123Ti', '999999999999999', '1m']) {
    assert.match(text, taken);
    assert.ok(new Quantity(text).amount > 0n);
  }
  for (const text of ['', 'x', '-1', '1e3', '1P', '1.', '.5', '1234567Mi', '1MB', '１'])
    assert.doesNotMatch(text, taken);
});
