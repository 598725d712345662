import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from '../../../src/config/load.ts';
import { policyKinds } from '../../../src/policy/kinds.ts';

/** A document with one pattern, or list entry, and what is said about it. */
function saidOf(pattern: string, limits = ''): readonly string[] {
  const content = `pack:
  name: p
  version: 1.0.0
  enabled: true
${limits}policies:
  chain: [pii-detector]
policy:
  pii-detector:
    detect_patterns:
      - ${pattern}
providers:
  targets:
    - id: one
      provider: ollama
      model: m
`;
  const result = load({
    content,
    kinds: policyKinds,
    secrets: () => undefined,
    options: { simulateMissingKeys: false, failMode: 'block' },
  });
  return result.issues
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message, line }) => `${line}: ${path}: ${message}`);
}

const at = 'policy.pii-detector.detect_patterns[0]';
const cases: readonly (readonly [pattern: string, said: RegExp])[] = [
  ["'a+'", /^10: \S+\[0\]: has no longest match, and a stream withholds .* or give max_length$/u],
  ["{pattern: 'a+'}", /^10: \S+\[0\]\.pattern: has no longest match/u],
  ["'(a'", /^10: \S+\[0\]: missing closing \): `\(a`$/u],
  ["'a(?=b)'", /invalid or unsupported Perl syntax: `\(\?=`; patterns have RE2 syntax, which has no look-around$/u],
  ["'(?<!a)b'", /which has no look-around$/u],
  ["'(a)\\1'", /which has no back-references$/u],
  ["'a{1,2000}'", /invalid repeat count/u],
  ["'(((((a{1,9}){1,9}){1,9}){1,9}){1,9}'", /repeat|closing/u],
  ["'a?'", /can match an empty text/u],
  ["'^'", /can match an empty text/u],
  ["''", /an empty pattern/u],
  ["'.{1,300}'", /can match 600 characters, and limits\.hold_back_chars leaves it 510: give max_length: 510/u],
  ["{name: 'a b', pattern: 'ab'}", /a name: up to 32 letters and underscores/u],
  ["{pattern: 'ab', max_lenght: 3}", /unknown key "max_lenght"/u],
  ['E-MAIL', /the name of an entity, not a pattern/u],
]; // prettier-ignore

for (const [pattern, said] of cases) {
  test(`${pattern} is refused where it stands`, () => {
    const issues = saidOf(pattern);

    assert.equal(issues.length, 1, issues.join('\n'));
    assert.match(issues[0] ?? '', said);
    assert.ok(issues[0]?.includes(at));
  });
}

for (const pattern of [
  "'a{1,50}'",
  "{pattern: 'a+', max_length: 510}",
  "'(?i)badge #\\d{4}$'",
  "'\\bx\\b'",
]) {
  test(`${pattern} is accepted`, () => {
    assert.deepEqual(saidOf(pattern), []);
  });
}

test('how wide a pattern may be follows the limit of what is withheld', () => {
  assert.equal(saidOf("'a{1,100}'", 'limits: {hold_back_chars: 64}\n').length, 1);
  assert.deepEqual(saidOf("'.{1,300}'", 'limits: {hold_back_chars: 1024}\n'), []);
});
