import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fingerprintWith } from '../../src/policy/fingerprint.ts';

test('a fingerprint is the HMAC-SHA-256 of the text, hex', () => {
  // RFC 4231, test case 2.
  assert.equal(
    fingerprintWith('Jefe')('what do ya want for nothing?'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});

test('a key of bytes and another text give another fingerprint', () => {
  const one = fingerprintWith(Buffer.alloc(32, 1));

  assert.equal(one('a@example.com'), one('a@example.com'));
  assert.notEqual(one('a@example.com'), one('b@example.com'));
  assert.notEqual(one('a@example.com'), fingerprintWith(Buffer.alloc(32, 2))('a@example.com'));
});
