import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { formatIssue } from '../../src/config/issue.ts';
import { document, issuesOf } from '../support/config-load.ts';

const secret = 'sk-live-0123456789abcdef';

test('an issue is shown with its line, a caret and what to write', () => {
  const shown = issuesOf(document().replace('audit-logger: {}', 'audit-logger: {retention_day: 3}')).map(
    (each) => formatIssue(each, 'policy-config.yaml'),
  );
  assert.deepEqual(shown, [
    `error E002 policy.audit-logger.retention_day: unknown key "retention_day" (policy-config.yaml:7:18)
  7 |   audit-logger: {retention_day: ****}
    |                  ^
  did you mean "retention_days"? Known keys: immutable, retention_days, log_all_access, enforcement, on_error, applies_to, streaming_mode.`,
  ]);
});

const leaks: readonly (readonly [string, string])[] = [
  [
    'a key with a wrong neighbour on its line',
    document(`      secret_key_ref: {file: 5, api_key: ${secret}}\n`),
  ],
  ['a literal key', document(`      api_key: ${secret}\n`)],
  ['a misspelt key', document(`      api_kye: my-${secret}\n`)],
  ['a bare secret reference', document(`      secret_key_ref: my-${secret}\n`)],
  ['a key pasted as a variable name', document(`      secret_key_ref: {env: ${secret}, file: 5}\n`)],
  ['a user in a URL', document(`      base_url: https://user:${secret}@example.com\n`)],
  ['a key in a URL', document(`      base_url: https://example.com/v1?key=${secret}\n`)],
  ['an unclosed quote', document(`      api_key: "${secret}\n`)],
  ['a broken file', `pack: [\n api_key: my-${secret}\n]]\n`],
  ['a list of keys', document('', `token:\n  - my-${secret}\n  - [my-${secret}`)],
  ['a block of text', document(`      password: |\n        my-${secret}\n      timeout_seconds: x\n`)],
  ['a key twice', document(`      api_key: my-${secret}\n      api_key: your-${secret}\n`)],
  ['a key as a number', document('      api_key: 4242424242424242\n')],
  ['a reserved character', document(`      api_key: @${secret}\n`)],
  ['an anchor', document(`      api_key: &${secret} x\n      token: *my-${secret}\n`)],
];

for (const [what, text] of leaks) {
  test(`no secret is shown of ${what}`, () => {
    const shown = JSON.stringify(issuesOf(text, { secrets: () => undefined }));

    assert.match(shown, /excerpt/);
    assert.doesNotMatch(shown, /0123456789abcdef|4242/);
  });
}

test('the caret stays below its column when something before it is masked', () => {
  const issue = issuesOf(document('      secret_key_ref: {store: sk-abcdefghijk, env: 5}\n')).find(
    ({ code }) => code === 'E004',
  );

  const [line = '', caret = ''] = issue?.excerpt?.split('\n') ?? [];
  assert.equal(line.at(caret.indexOf('^')), '5');
  assert.ok(line.includes('store: ****'));
});

test('control characters of the file never reach the terminal', () => {
  const text = document('', '"\\u001b[31mred\\u202e": 1\n"\u{1b}[31m": 1\n');

  const all = issuesOf(text).map((each) => formatIssue(each, 'policy-config.yaml'));

  assert.equal(all.length, 2);
  assert.ok(!all.join('').includes('\u{1b}'));
  assert.ok(!all.join('').includes('\u{202e}'));
});

test('an excerpt is short whatever the line, and its caret is on the place', () => {
  fc.assert(
    fc.property(fc.nat(400), fc.nat(400), (before, after) => {
      const text = document('', `${'k'.repeat(before + 1)}: "${'v'.repeat(after)}"\n`);

      for (const { excerpt = '' } of issuesOf(text)) {
        const [line = '', caret = ''] = excerpt.split('\n');
        assert.ok(line.length < 140);
        assert.ok(caret.length <= line.length + 1);
        assert.match(line.charAt(caret.indexOf('^')), /[k"]/);
      }
    }),
    { numRuns: 50 },
  );
});
