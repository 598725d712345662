import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { secretFiles } from '../../src/config/secret-ref.ts';
import { document, issuesOf } from '../support/config-load.ts';

test('the secret files of a document are listed once each, however invalid it is', () => {
  const text = document(`      secret_key_ref: {file: /run/key}
      unknown: 1
    - id: one
      secret_key_ref: {store: openai}
    - secret_key_ref: {file: /run/key}
    - secret_key_ref: {env: TOGETHER_API_KEY}
      headers: {A: {file: /run/a}, B: {secret_key_ref: {store: b}}, C: text, D: {env: D}, E: [1]}
    - headers: 7
    - 5
`);

  assert.deepEqual(secretFiles(text), [
    { kind: 'file', name: '/run/key' },
    { kind: 'store', name: 'openai' },
    { kind: 'file', name: '/run/a' },
    { kind: 'store', name: 'b' },
  ]);
});

test('any text at all has a list of secret files', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.uint8Array()), (text) => Array.isArray(secretFiles(text))));
});

for (const ref of [
  '{store: ..}',
  '{store: a/b}',
  '{store: .hidden}',
  '{file: key}',
  '{file: ""}',
  '{env: A B}',
  '{}',
]) {
  test(`the secret reference ${ref} is refused`, () => {
    const issues = issuesOf(document(`      secret_key_ref: ${ref}\n`));

    assert.equal(issues.length, 1);
    assert.equal(issues[0]?.code, 'E004');
    assert.ok(issues[0].path.startsWith('providers.targets[0].secret_key_ref'));
  });
}

for (const header of ['Host', 'content-length', 'Transfer-Encoding', 'a b', '']) {
  test(`the key never travels in the header "${header}"`, () => {
    const issues = issuesOf(document(`      api_key_header: "${header}"\n`));

    assert.deepEqual(
      issues.map(({ path }) => path),
      ['providers.targets[0].api_key_header'],
    );
  });
}
