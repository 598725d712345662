import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { combinedHash, contentHash } from '../../../src/kube/nudge/content-hash.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('of a ConfigMap with one file it begins as the hash that the gateway shows', () => {
  assert.equal(contentHash({ data: { 'policy-config.yaml': 'new' } }), sha256('new').slice(0, 16));
});

test('every key and every value counts, their order does not', () => {
  const maps = [
    { data: { a: '1', b: '2' } },
    { data: { a: '2', b: '1' } },
    { data: { a: '1', c: '2' } },
    { data: { a: '1' }, binaryData: { b: 'Mg==' } },
    { binaryData: { a: '1' } },
    {},
  ];

  assert.equal(new Set(maps.map(contentHash)).size, maps.length);
  assert.equal(contentHash({ data: { a: '1', b: '2' } }), contentHash({ data: { b: '2', a: '1' } }));
});

test('what a pod is said to have is that of its one source, or of all together', () => {
  assert.equal(combinedHash(['aa']), 'aa');
  assert.notEqual(combinedHash(['aa', 'bb']), combinedHash(['bb', 'aa']));
  assert.match(combinedHash([]), /^[0-9a-f]{16}$/);
});
