import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestBytes } from '../../bench/request-bytes.ts';

test('a request goes in by the door of its peer', () => {
  const door = { path: '/openai/v1/chat/completions', model: 'other', headers: { 'x-provider': 'openai' } };

  const text = requestBytes({ shape: 'whole', port: 1, door }).toString();

  assert.match(text, /^POST \/openai\/v1\/chat\/completions HTTP\/1\.1\r\n/);
  assert.match(text, /\r\nx-provider: openai\r\n/);
  assert.match(text, /\r\n\r\n\{"model":"other","stream":false,/);
});

test('a request says how long its body is', () => {
  const text = requestBytes({ shape: 'stream', port: 1 }).toString();
  const [head = '', body = ''] = text.split('\r\n\r\n');

  assert.equal(Number(/content-length: (\d+)/.exec(head)?.[1]), Buffer.byteLength(body));
  assert.match(body, /"stream":true/);
});
