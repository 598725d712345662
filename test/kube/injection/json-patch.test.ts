import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyAdditions } from '../../../src/kube/injection/json-patch.ts';

const add = (path: string, value: unknown): { op: 'add'; path: string; value: unknown } => ({
  op: 'add',
  path,
  value,
});

test('additions are made in turn, into lists at a place or at the end', () => {
  const made = applyAdditions({ list: [1], map: { a: 1 } }, [
    add('/list/0', 0),
    add('/list/-', 2),
    add('/map/b~1c~0d', 2),
    add('/new', {}),
    add('/new/deep', true),
  ]);

  assert.deepEqual(made, { list: [0, 1, 2], map: { a: 1, 'b/c~d': 2 }, new: { deep: true } });
});

test('the document itself stays as it is', () => {
  const document = { list: [{ a: 1 }] };

  applyAdditions(document, [add('/list/0/b', 2)]);

  assert.deepEqual(document, { list: [{ a: 1 }] });
});

test('what stands in two places is added to in one', () => {
  const shared = [1];

  assert.deepEqual(applyAdditions({ one: shared, other: shared }, [add('/one/0', 0)]), {
    one: [0, 1],
    other: [1],
  });
});

test('a path that leads nowhere is an error', () => {
  assert.throws(() => applyAdditions({}, [add('/no/where', 1)]), /leads nowhere/);
});
