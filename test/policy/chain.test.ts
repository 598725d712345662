import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerGuards, enforcementOf } from '../../src/policy/answer-guards.ts';
import type { Screened } from '../../src/policy/chain.ts';
import { type ChainedPolicy } from '../../src/policy/chained-policy.ts';
import type { Evidence } from '../../src/policy/evidence.ts';
import type { CallText, PlacedText, Policy, Role, Verdict } from '../../src/policy/policy.ts';
import { brokenGuard } from '../support/broken-guard.ts';
import { type Common, evidence, guarding, linked, piiPolicy } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { enforceField, screenCall, waitingFor } from '../support/driven.ts';

const faults: readonly (readonly [string, Policy])[] = [
  ['a judge that throws', judging(() => assert.fail('its own bug'))],
  ['a judge that rejects', judging(() => Promise.reject(new Error('no answer')))],
  ['a judge that loses a text', judging(() => ({ kind: 'rewrite', texts: [], findings: [] }))],
  ['a guard that cannot be opened', { kind: 'faulty', guard: () => assert.fail('no guard') }],
  ['a guard that throws in push', guarding(brokenGuard('push'), 'faulty')],
  ['a guard that throws at the end', guarding(brokenGuard('end'), 'faulty')],
];

function judging(judge: (texts: readonly CallText[]) => Verdict | Promise<Verdict>, kind = 'faulty'): Policy {
  return { kind, judgeCall: (texts) => waitingFor(judge(texts)) };
}

function placed(...texts: readonly (readonly [Role, string])[]): readonly PlacedText[] {
  return texts.map(([role, text], at) => ({
    role,
    form: 'plain',
    text,
    path: () => `messages[${at}].content`,
  }));
}

async function screened(
  chain: readonly ChainedPolicy[],
  texts: readonly PlacedText[],
  record = evidence(),
): Promise<{ readonly result: Screened; readonly record: Evidence }> {
  return { result: await screenCall(chain, texts, record), record };
}

const unchanged = { kind: 'pass', texts: [], isRewritten: false };

function told({ decisions }: Evidence): readonly string[] {
  return decisions.map(({ policy, result, rule, path, start, end }) =>
    [policy, result, rule, path, `${start}-${end}`].join(' '),
  );
}

function results({ evaluations }: Evidence): readonly string[] {
  return evaluations.map(({ policy, result }) => `${policy} ${result}`);
}

const cats = guarding(literalGuard({ cat: 'dog' }), 'cats');
const dogs = guarding(literalGuard({ dog: 'cow' }), 'dogs');
const noDogs = guarding(literalGuard({ dog: undefined }), 'no-dogs');

test('policies run in the order of the chain, each on what the one before left', async () => {
  const forth = await screened([linked(cats), linked(dogs)], placed(['user', 'cat dog']));
  const back = await screened([linked(dogs), linked(cats)], placed(['user', 'cat dog']));

  assert.deepEqual(forth.result, { kind: 'pass', texts: ['cow cow'], isRewritten: true });
  assert.deepEqual(back.result, { kind: 'pass', texts: ['dog cow'], isRewritten: true });
});

test('a judge sees the texts as earlier policies left them, and its rewrite is what later ones see', async () => {
  const seen: (readonly string[])[] = [];
  const upper = judging((texts) => {
    seen.push(texts.map(({ text }) => text));
    return { kind: 'rewrite', texts: texts.map(({ text }) => `${text}!`), findings: [] };
  }, 'upper');
  const last = judging(async (texts) => {
    seen.push(texts.map(({ text }) => text));
    return Promise.resolve({ kind: 'allow', findings: [] });
  }, 'last');

  const { result } = await screened(
    [linked(cats), linked(upper), linked(last)],
    placed(['user', 'cat'], ['tool', 'x']),
  );

  assert.deepEqual(seen, [
    ['dog', 'x'],
    ['dog!', 'x!'],
  ]);
  assert.deepEqual(result, { kind: 'pass', texts: ['dog!', 'x!'], isRewritten: true });
});

test('a chain of which nothing waits is through at once', () => {
  const result = screenCall([linked(cats)], placed(['user', 'cat']), evidence());

  assert.deepEqual(result, { kind: 'pass', texts: ['dog'], isRewritten: true });
});

test('a judge that waits holds up what is behind it, and its verdict counts as any other', async () => {
  const deny = judging(() => Promise.resolve({ kind: 'deny', message: 'late', findings: [] }), 'late');
  const slow = judging(async (texts) => {
    await new Promise(setImmediate);
    return { kind: 'rewrite', texts: texts.map(({ text }) => `${text} cat`), findings: [] };
  }, 'slow');

  const passed = await screened(
    [linked(cats), linked(slow), linked(cats), linked(slow)],
    placed(['user', 'cat']),
  );
  const denied = await screened([linked(slow), linked(deny), linked(cats)], placed(['user', 'x']));

  assert.deepEqual(passed.result, { kind: 'pass', texts: ['dog dog cat'], isRewritten: true });
  assert.deepEqual(denied.result, { kind: 'deny', policy: 'late', message: 'late', direction: 'request' });
  assert.deepEqual(results(denied.record), ['slow rewrite', 'late deny']);
});

test('a deny ends the chain, and nothing behind it is asked', async () => {
  let asked = 0;
  const last = judging(() => {
    asked += 1;
    return { kind: 'allow', findings: [] };
  }, 'last');

  const { result, record } = await screened(
    [linked(cats), linked(noDogs), linked(last)],
    placed(['user', 'a cat']),
  );

  assert.deepEqual(result, { kind: 'deny', policy: 'no-dogs', message: 'denied', direction: 'request' });
  assert.equal(asked, 0);
  assert.deepEqual(results(record), ['cats rewrite', 'no-dogs deny']);
  assert.deepEqual([...record.acted], ['cats', 'no-dogs']);
});

test('a chain that changes nothing says so', async () => {
  const same = judging(
    (texts) => ({ kind: 'rewrite', texts: texts.map(({ text }) => text), findings: [] }),
    'same',
  );

  const { result, record } = await screened(
    [linked(cats), linked(same)],
    placed(['user', 'calm'], ['user', '']),
  );

  assert.deepEqual(result, unchanged);
  assert.deepEqual(results(record), ['cats allow', 'same allow']);
});

test('a policy in shadow records what it would have done, and does nothing', async () => {
  const chain = [
    linked(cats, { enforcement: 'shadow' }),
    linked(guarding(literalGuard({ cat: undefined }), 'no-cats'), { enforcement: 'shadow' }),
    linked(
      judging(() => ({ kind: 'deny', message: 'no', findings: [] }), 'judge'),
      { enforcement: 'shadow' },
    ),
    linked(
      judging((texts) => ({ kind: 'rewrite', texts: texts.map(() => ''), findings: [] }), 'eraser'),
      { enforcement: 'shadow' },
    ),
  ];

  const { result, record } = await screened(chain, placed(['user', 'a cat']));

  assert.deepEqual(result, unchanged);
  assert.deepEqual(told(record), [
    'cats shadow_rewrite cat messages[0].content 2-5',
    'no-cats shadow_deny cat messages[0].content 2-5',
    'judge shadow_deny verdict  0-0',
    'eraser shadow_rewrite verdict  0-0',
  ]);
  assert.deepEqual(results(record), ['cats flag', 'no-cats flag', 'judge flag', 'eraser flag']);
  assert.equal(record.acted.size, 0);
  assert.equal(record.denial, undefined);
});

for (const [what, policy] of faults) {
  test(`${what} blocks the call, and the failure is on record`, async () => {
    const record = evidence();
    const chain = [linked(policy), linked(cats)];

    await assert.rejects(screened(chain, placed(['user', 'break the cat']), record), {
      code: 'policy_failed',
      message: `policy "${policy.kind}" failed`,
    });

    assert.deepEqual(
      record.decisions.map(({ result }) => result),
      ['failed'],
    );
    assert.deepEqual(results(record), [`${policy.kind} failed`]);
  });

  for (const common of [{ onError: 'allow' }, { enforcement: 'shadow' }] satisfies readonly Common[]) {
    test(`${what} lets the call pass with ${JSON.stringify(common)}, and the others go on`, async () => {
      const chain = [linked(policy, common), linked(cats)];

      const { result, record } = await screened(chain, placed(['user', 'break the cat']));

      assert.deepEqual(result, { kind: 'pass', texts: ['break the dog'], isRewritten: true });
      assert.deepEqual(
        record.decisions.map(({ result: one }) => one),
        ['failed', 'rewrite'],
      );
      assert.deepEqual(results(record), [`${policy.kind} failed`, 'cats rewrite']);
    });
  }
}

test('a failure is never forgiven by the policy before the one that failed', () => {
  for (const where of ['push', 'end'] as const) {
    const chain = [
      linked(guarding(literalGuard({ x: 'y' }), 'lenient'), { onError: 'allow' }),
      linked(guarding(brokenGuard(where), 'strict')),
    ];
    const record = evidence();
    const guards = answerGuards(chain, record);

    assert.throws(() => enforceField(guards, 'assistant', 'p', 'x break x', 'plain'), {
      code: 'policy_failed',
      message: 'policy "strict" failed',
    });
    assert.deepEqual(
      told(record).filter((one) => one.includes('failed')),
      ['strict failed error p 0-0'],
    );
  }
});

test('a policy sees the roles and directions it applies to', async () => {
  const texts = placed(['system', 'cat'], ['user', 'cat'], ['tool', 'cat'], ['other', 'cat']);
  const cases: readonly (readonly [Common, readonly string[]])[] = [
    [{}, ['dog', 'dog', 'dog', 'dog']],
    [{ roles: ['user', 'tool'] }, ['cat', 'dog', 'dog', 'cat']],
    [{ roles: ['assistant'] }, []],
    [{ directions: ['answer'] }, []],
  ];
  const judge = judging((all) => ({ kind: 'rewrite', texts: all.map(() => 'dog'), findings: [] }));
  for (const [common, expected] of cases) {
    for (const policy of [cats, judge]) {
      const { result } = await screened([linked(policy, common)], texts);

      assert.ok(result.kind === 'pass');
      assert.deepEqual(result.texts, expected, JSON.stringify(common));
    }
  }
});

test('the answer side applies to its own direction and roles', () => {
  const whole = (common: Common, role: Role = 'assistant') =>
    enforceField(answerGuards([linked(cats, common)], evidence()), role, 'p', 'cat', 'plain');

  assert.equal(whole({}), 'dog');
  assert.equal(whole({ directions: ['request'] }), 'cat');
  assert.equal(whole({ roles: ['user'] }), 'cat');
  assert.equal(whole({ roles: ['other'] }, 'other'), 'dog');
  assert.equal(
    answerGuards([linked(cats, { roles: ['user'] })], evidence()).open('assistant', 'p', 'plain'),
    undefined,
  );
});

test('a chain says how it judges streamed answers', () => {
  const judge = judging(() => ({ kind: 'allow', findings: [] }));
  const cases = [
    [[], 'none'],
    [[linked(cats)], 'realtime'],
    [[linked(cats, { directions: ['request'], streamingMode: 'buffered' })], 'none'],
    [[linked(judge, { streamingMode: 'buffered' })], 'none'],
    [[linked(judge), linked(piiPolicy({ action: 'tokenize' }), { directions: ['request'] })], 'realtime'],
    [[linked(cats), linked(dogs, { streamingMode: 'buffered' })], 'buffered'],
    [[linked(dogs, { streamingMode: 'buffered', enforcement: 'shadow' })], 'buffered'],
    [[linked({ kind: 'waits', judgeTexts: () => Promise.resolve([]) })], 'buffered'],
    [[linked({ kind: 'waits', judgeTexts: () => Promise.resolve([]) }, { directions: ['request'] })], 'none'],
  ] as const;
  for (const [chain, expected] of cases) assert.equal(enforcementOf(chain), expected);
});
