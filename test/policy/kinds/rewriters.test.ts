import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { requestRewriter, requestRewriterSettings } from '../../../src/policy/kinds/request-rewriter.ts';
import { responseRewriter, responseRewriterSettings } from '../../../src/policy/kinds/response-rewriter.ts';
import { evidence } from '../../support/chains.ts';
import { assertInvariant, cuts } from '../../support/cuts.ts';

const answer = { direction: 'answer', role: 'assistant' } as const;
const request = { direction: 'request', role: 'user' } as const;

interface Rule {
  readonly pattern: string;
  readonly replacement: string;
  readonly position?: string;
  readonly max_length?: number;
}

const cases: readonly (readonly [rules: readonly Rule[], text: string, left: string])[] = [
  [
    [{ pattern: '(\\w{1,9})@(\\w{1,9})', replacement: '$2 at ${1}, $$1' }],
    'x ann@home.',
    'x home at ann, $1.',
  ],
  [[{ pattern: '(?P<who>Ann|Bob)\\b', replacement: '<${who}>' }], 'Ann, Bobby', '<Ann>, Bobby'],
  [[{ pattern: '\\b-(a?)', replacement: '[$1]' }], 'x-a -a', 'x[a] -a'],
  [
    [
      { pattern: 'cat', replacement: 'dog' },
      { pattern: 'dog', replacement: 'cow' },
    ],
    'a cat',
    'a cow',
  ],
  [[{ pattern: 'cat', replacement: 'the ', position: 'prepend' }], 'cat', 'the cat'],
  [[{ pattern: '\\.$', replacement: ' Bye.', position: 'append' }], 'So. Long.', 'So. Long. Bye.'],
  [[{ pattern: '<!--.*?-->', replacement: '', max_length: 40 }], 'a<!-- x -->b', 'ab'],
  [[{ pattern: '(a)+', replacement: '<$1>', max_length: 2 }], 'aaaaa', '<a><a><a>'],
];

for (const [rules, text, left] of cases) {
  test(`${JSON.stringify(rules)}: ${text}`, () => {
    const settings = responseRewriterSettings.parse({ rules: rules.map((rule) => ({ name: 'r', ...rule })) });
    const policy = responseRewriter.create(settings, { holdBackLimit: 512 });
    const open = () => {
      const guard = policy.guard?.(answer, evidence());
      assert.ok(guard);
      return guard;
    };
    const whole = enforceWhole(open(), text);

    assert.equal(whole.text, left);
    for (const pieces of cuts(text)) assertInvariant(open, pieces, whole);
  });
}

test('each rewrites its own direction', () => {
  const rules = [{ name: 'r', pattern: 'cat', replacement: 'dog' }];
  const ofCalls = requestRewriter.create(requestRewriterSettings.parse({ rules }), { holdBackLimit: 512 });
  const ofAnswers = responseRewriter.create(responseRewriterSettings.parse({ rules }), {
    holdBackLimit: 512,
  });

  assert.ok(ofCalls.guard?.(request, evidence()) && ofAnswers.guard?.(answer, evidence()));
  assert.equal(ofCalls.guard?.(answer, evidence()), undefined);
  assert.equal(ofAnswers.guard?.(request, evidence()), undefined);
});

const refusals: readonly (readonly [rule: object, message: RegExp])[] = [
  [{ pattern: 'a+', replacement: '' }, /has no longest match/u],
  [{ pattern: '$', replacement: 'bye' }, /can match nothing at all/u],
  [{ pattern: '(a)', replacement: '$2' }, /no group \$2/u],
  [{ pattern: '(a)', replacement: '${who}' }, /no group \$who/u],
  [{ pattern: 'a', replacement: '', condition: 'b' }, /not supported yet/u],
];

for (const [rule, message] of refusals) {
  test(`refused: ${JSON.stringify(rule)}`, () => {
    const result = responseRewriterSettings.safeParse({ rules: [{ name: 'r', ...rule }] });

    assert.match(JSON.stringify(result.error?.issues), message);
  });
}
