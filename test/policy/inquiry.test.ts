import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import { Evidence, nobodyWaits } from '../../src/policy/evidence.ts';
import { fingerprintWith } from '../../src/policy/fingerprint.ts';
import type { PlacedText, Policy, Role, TextForm } from '../../src/policy/policy.ts';
import { type Common, evidence, guarding, linked } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { denying, replacing, waiting } from '../support/waiting-policy.ts';
import { screenCall } from '../support/driven.ts';

function placed(...texts: readonly (readonly [Role, string, TextForm?])[]): readonly PlacedText[] {
  return texts.map(([role, text, form = 'plain'], at) => ({ role, text, form, path: () => `t[${at}]` }));
}

const cats = guarding(literalGuard({ cat: 'dog' }), 'cats');

function told({ decisions }: Evidence): readonly string[] {
  return decisions.map(({ policy, result, rule, path, start, end, score }) =>
    [policy, result, rule, path, `${start}-${end}`, score ?? ''].join(' ').trim(),
  );
}

test('a policy that waits sees each text once, as the policies before it and its own guard left it', async () => {
  const judge = waiting(replacing('dog', 'cow'));
  const own: Policy = { ...judge, guard: () => literalGuard({ Ann: '<name>' })() };
  const texts = placed(['user', 'Ann has a cat'], ['user', 'Ann has a cat'], ['tool', 'calm'], ['user', '']);

  const result = await screenCall([linked(cats), linked(own), linked(cats)], texts, evidence());

  assert.deepEqual(judge.asked, [
    [
      { role: 'user', text: '<name> has a dog' },
      { role: 'tool', text: 'calm' },
    ],
  ]);
  assert.deepEqual(result, {
    kind: 'pass',
    texts: ['<name> has a cow', '<name> has a cow', 'calm', ''],
    isRewritten: true,
  });
});

test('what it finds is on record with place, score and result', async () => {
  const record = evidence();

  await screenCall(
    [linked(waiting(replacing('Ann', 'X')))],
    placed(['user', 'Ann, Ann'], ['tool', '-']),
    record,
  );

  assert.deepEqual(told(record), ['waits rewrite Ann t[0] 0-3 0.5', 'waits rewrite Ann t[0] 5-8 0.5']);
  assert.deepEqual(
    record.evaluations.map(({ policy, result }) => `${policy} ${result}`),
    ['waits rewrite'],
  );
});

test('its no ends the chain', async () => {
  const record = evidence();
  const last = waiting(replacing('x', 'y'), 'last');

  const result = await screenCall(
    [linked(waiting(denying('no'))), linked(last)],
    placed(['user', 'no x']),
    record,
  );

  assert.deepEqual(result, { kind: 'deny', policy: 'waits', message: 'not allowed', direction: 'request' });
  assert.deepEqual(last.asked, []);
  assert.deepEqual(told(record), ['waits deny no t[0] 0-2']);
});

test('the strings of a JSON text are judged decoded and written back escaped', async () => {
  const judge = waiting(replacing('Ann', 'B"b'));

  const result = await screenCall(
    [linked(judge)],
    placed(['assistant', '{"to":"\\u0041nn"}', 'json']),
    evidence(),
  );

  assert.deepEqual(judge.asked, [[{ role: 'assistant', text: '{"to":"Ann"}' }]]);
  assert.deepEqual(result, { kind: 'pass', texts: ['{"to":"B\\"b"}'], isRewritten: true });
});

test('it is asked about the roles and directions it applies to, and not about nothing', async () => {
  for (const common of [{ roles: ['tool'] }, { directions: ['answer'] }] satisfies readonly Common[]) {
    const judge = waiting(denying('no'));

    const result = await screenCall([linked(judge, common)], placed(['user', 'no']), evidence());

    assert.equal(result.kind, 'pass');
    assert.deepEqual(judge.asked, []);
  }
});

test('in shadow it is asked, recorded, and does nothing', async () => {
  for (const judge of [waiting(denying('no')), waiting(replacing('no', 'yes'))]) {
    const record = evidence();

    const result = await screenCall(
      [linked(judge, { enforcement: 'shadow' })],
      placed(['user', 'no']),
      record,
    );

    assert.deepEqual(result, { kind: 'pass', texts: [], isRewritten: false });
    assert.equal(judge.asked.length, 1);
    assert.match(told(record).join(), /^waits shadow_(?:deny|rewrite) no t\[0\] 0-2/);
  }
});

function edit(start: number, end: number) {
  return { rule: 'r', start, end, replacement: '' };
}

const faulty: Readonly<Record<string, Policy>> = {
  rejects: { kind: 'faulty', judgeTexts: () => Promise.reject(new Error('broken')) },
  throws: {
    kind: 'faulty',
    judgeTexts: () => {
      throw new Error('broken');
    },
  },
  'loses a verdict': { kind: 'faulty', judgeTexts: () => Promise.resolve([]) },
  'speaks of text behind the end': waiting(() => ({ kind: 'rewrite', edits: [edit(0, 99)] }), 'faulty'),
  'speaks of text before the start': waiting(() => ({ kind: 'rewrite', edits: [edit(-1, 2)] }), 'faulty'),
  'ends before it starts': waiting(() => ({ kind: 'rewrite', edits: [edit(2, 1)] }), 'faulty'),
  'edits the same text twice': waiting(
    () => ({ kind: 'rewrite', edits: [edit(0, 3), edit(2, 4)] }),
    'faulty',
  ),
};

for (const [how, policy] of Object.entries(faulty)) {
  test(`a policy that ${how} blocks the call, or lets it pass as its on_error says`, async () => {
    const blocked = evidence();
    await assert.rejects(async () => screenCall([linked(policy)], placed(['user', 'a cat']), blocked), {
      code: 'policy_failed',
      message: 'policy "faulty" failed',
    });
    assert.deepEqual(told(blocked), ['faulty failed error  0-0']);

    for (const common of [{ onError: 'allow' }, { enforcement: 'shadow' }] satisfies readonly Common[]) {
      const record = evidence();
      const result = await screenCall(
        [linked(policy, common), linked(cats)],
        placed(['user', 'a cat']),
        record,
      );
      assert.deepEqual(result, { kind: 'pass', texts: ['a dog'], isRewritten: true });
      assert.equal(record.failures, 1);
    }
  });
}

test('a policy that does not come back is given up with the exchange, for the reason that ended it', async () => {
  const ended = new AbortController();
  const record = new Evidence(
    fingerprintWith('test'),
    () => 0,
    {},
    { ...nobodyWaits, signal: () => ended.signal },
  );
  const stuck: Policy = { kind: 'stuck', judgeTexts: () => new Promise(() => {}) };

  const result = screenCall([linked(stuck, { onError: 'allow' })], placed(['user', 'a']), record);
  ended.abort(new GatewayError('client_closed', 'the client left'));

  await assert.rejects(async () => result, { code: 'client_closed' });
  assert.equal(record.failures, 0);
});

test('an exchange that is over already is not waited for', async () => {
  const record = new Evidence(
    fingerprintWith('test'),
    () => 0,
    {},
    { ...nobodyWaits, signal: () => AbortSignal.abort(new GatewayError('client_closed', 'the client left')) },
  );

  const result = screenCall(
    [linked({ kind: 'stuck', judgeTexts: () => new Promise(() => {}) })],
    placed(['user', 'a']),
    record,
  );

  await assert.rejects(async () => result, { code: 'client_closed' });
});

test('a judge of whole calls that is at work when the exchange ends has not failed', async () => {
  const ended = new AbortController();
  const record = new Evidence(
    fingerprintWith('test'),
    () => 0,
    {},
    { ...nobodyWaits, signal: () => ended.signal },
  );
  const slow: Policy = {
    kind: 'slow',
    *judgeCall() {
      yield;
      return { kind: 'allow', findings: [] };
    },
  };

  const result = screenCall([linked(slow, { onError: 'allow' })], placed(['user', 'a']), record);
  ended.abort(new GatewayError('client_closed', 'the client left'));

  await assert.rejects(async () => result, { code: 'client_closed' });
  assert.deepEqual([record.failures, record.evaluations], [0, []]);
});
