import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { answerGuards } from '../../../src/policy/answer-guards.ts';
import { enforceWhole } from '../../../src/policy/guards/whole.ts';
import { requestRewriter, requestRewriterSettings } from '../../../src/policy/kinds/request-rewriter.ts';
import { responseRewriter, responseRewriterSettings } from '../../../src/policy/kinds/response-rewriter.ts';
import { evidence, linked } from '../../support/chains.ts';
import { assertInvariant, cuts, cutTexts } from '../../support/cuts.ts';
import { enforceField } from '../../support/driven.ts';

const answer = { direction: 'answer', role: 'assistant', form: 'content' } as const;
const request = { direction: 'request', role: 'user' } as const;

interface Rule {
  readonly pattern: string;
  readonly replacement: string;
  readonly position?: string;
  readonly max_length?: number;
  readonly condition?: string | { readonly not: string };
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
  [[{ pattern: '^', replacement: 'Well, ' }], 'yes.', 'Well, yes.'],
  [[{ pattern: 'cat', replacement: 'dog', condition: 'b.*$' }], 'a cat a bird', 'a dog a bird'],
  [[{ pattern: 'cat', replacement: 'dog', condition: '^bird' }], 'a cat a bird', 'a cat a bird'],
  [[{ pattern: 'cat', replacement: 'dog', condition: { not: '(?i)BIRD' } }], 'a cat a bird', 'a cat a bird'],
  [
    [
      { pattern: 'cat', replacement: 'dog' },
      { pattern: '$', replacement: ' No cats.', condition: 'dog' },
      { pattern: 'a', replacement: 'A', condition: { not: 'dog' } },
      { pattern: 'N', replacement: 'n' },
    ],
    'a cat.',
    'a dog. no cats.',
  ],
  [[{ pattern: '\\A', replacement: '$$ ', position: 'append' }], 'x', '$ x'],
  [[{ pattern: '($)', replacement: '\nNot advice.$1', position: 'append' }], 'Buy 😀', 'Buy 😀\nNot advice.'],
  [[{ pattern: '^|\\z', replacement: '"' }], 'a', '"a"'],
  [
    [
      { pattern: '^', replacement: 'cat ' },
      { pattern: '$', replacement: ' cat' },
      { pattern: 'cat', replacement: 'dog' },
      { pattern: '$', replacement: '!' },
    ],
    'a cat',
    'dog a dog dog!',
  ],
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

const pieces = fc.array(fc.constantFrom('cat', 'ca', 't', '\n', '12', '😀', ' ', '@', 'é'), {
  maxLength: 12,
});
const drawnRules = fc.record({
  pattern: fc.constantFrom(
    '^',
    '$',
    'c(a)t',
    '\\b\\w{1,4}\\b',
    '\\d\\d$',
    '[^a]{1,3}',
    '\\s',
    '(?m)^.',
    '😀|@',
  ),
  replacement: fc.constantFrom('', '$0', '<$0>', 'cat', '😀', '"\\n', '7'),
  position: fc.constantFrom('replace', 'prepend', 'append'),
  condition: fc.constantFrom(null, null, null, 'c.*t', { not: '12+' }),
});

test('any rules leave the same of any text, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(drawnRules, { minLength: 1, maxLength: 4 }),
      cutTexts(pieces.map((all) => all.join(''))),
      (rules, cut) => {
        const read = responseRewriterSettings.safeParse({
          rules: rules.map((one) => ({ name: 'r', ...one })),
        });
        if (!read.success) return;
        const policy = responseRewriter.create(read.data, { holdBackLimit: 512 });
        const open = () => policy.guard?.(answer, evidence()) ?? assert.fail('no guard');

        assertInvariant(open, cut, enforceWhole(open(), cut.join('')));
      },
    ),
    { numRuns: 3_000 },
  );
});

test('what is written at the beginning and the end is for content alone', () => {
  const rules = [{ name: 'r', pattern: '$', replacement: '!' }];
  const policy = responseRewriter.create(responseRewriterSettings.parse({ rules }), { holdBackLimit: 512 });

  for (const form of ['plain', 'json'] as const)
    assert.equal(policy.guard?.({ ...answer, form }, evidence()), undefined);
});

test('what is written at the beginning and the end is on record as rewritten, where it was put', () => {
  const rules = [{ name: 'Frame', pattern: '^|$', replacement: '!' }];
  const policy = responseRewriter.create(responseRewriterSettings.parse({ rules }), { holdBackLimit: 512 });
  const record = evidence();

  const text = enforceField(answerGuards([linked(policy)], record), 'assistant', 'p', 'yes', 'content');

  assert.equal(text, '!yes!');
  const told = record.decisions.map(({ result, rule: said, start, end }) =>
    [result, said, start, end].join(' '),
  );
  assert.deepEqual(told, ['rewrite frame 0 0', 'rewrite frame 3 3']);
});

for (const [condition, modes] of [
  ['b+', ['buffered']],
  [null, ['realtime', 'buffered']],
] as const) {
  test(`with the condition ${condition} a streamed answer can be judged ${modes.join(' or ')}`, () => {
    const rules = [{ name: 'r', pattern: 'a', replacement: '', condition }];

    assert.deepEqual(responseRewriter.streaming?.(responseRewriterSettings.parse({ rules })), modes);
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
  [{ pattern: '\\b', replacement: 'bye' }, /can match an empty text/u],
  [{ pattern: '(?m)^', replacement: 'bye' }, /can match an empty text/u],
  [{ pattern: '(?m)$', replacement: 'bye' }, /can match an empty text/u],
  [{ pattern: '^$', replacement: 'bye' }, /can match an empty text/u],
  [{ pattern: '^a?', replacement: 'bye' }, /can match an empty text/u],
  [{ pattern: '^', replacement: '$0' }, /nothing is written/u],
  [{ pattern: '(a)', replacement: '$2' }, /no group \$2/u],
  [{ pattern: '(a)', replacement: '${who}' }, /no group \$who/u],
  [{ pattern: 'a', replacement: '', condition: 'b*' }, /every text meets it/u],
  [{ pattern: 'a', replacement: '', condition: { not: '$' } }, /every text meets it/u],
  [{ pattern: 'a', replacement: '', condition: '(' }, /missing closing/u],
  [{ pattern: 'a', replacement: '', condition: { nor: 'a' } }, /nor/u],
];

for (const [rule, message] of refusals) {
  test(`refused: ${JSON.stringify(rule)}`, () => {
    const result = responseRewriterSettings.safeParse({ rules: [{ name: 'r', ...rule }] });

    assert.match(JSON.stringify(result.error?.issues), message);
  });
}
