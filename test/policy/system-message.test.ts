import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlacedText } from '../../src/policy/policy.ts';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import { requestRewriter, requestRewriterSettings } from '../../src/policy/kinds/request-rewriter.ts';
import { roomForSystemMessage, tellsModel } from '../../src/policy/system-message.ts';
import { type Common, evidence, linked, piiPolicy } from '../support/chains.ts';
import { screenCall } from '../support/driven.ts';

function telling(settings: object, common: Common = {}): ChainedPolicy {
  const policy = requestRewriter.create(requestRewriterSettings.parse(settings), { holdBackLimit: 512 });
  return linked(policy, common);
}

const asked: readonly PlacedText[] = [
  { role: 'user', form: 'plain', text: 'my cat', path: () => 'messages[0].content' },
  roomForSystemMessage,
];

async function screened(...chain: readonly ChainedPolicy[]) {
  const record = evidence();
  const result = await screenCall(chain, asked, record);
  const told = record.decisions.map(({ policy, result: did, rule, path }) =>
    [policy, did, rule, path].join(' '),
  );
  return { texts: result.kind === 'pass' ? result.texts : result.message, told, acted: [...record.acted] };
}

const cats = [{ name: 'cats', pattern: 'cat', replacement: 'dog' }];

test('a system message is text or an object with it, and is on record without its words', async () => {
  for (const said of ['I am a cat.', { content: 'I am a cat.' }]) {
    const { texts, told, acted } = await screened(telling({ system_message: said }));

    assert.deepEqual(texts, ['my cat', 'I am a cat.']);
    assert.deepEqual(told, ['request-rewriter rewrite system_message system_message']);
    assert.deepEqual(acted, ['request-rewriter']);
  }
});

test('rules do not see the message of their own policy, later policies do', async () => {
  const { texts } = await screened(
    telling({ system_message: 'The cat writes to ann@example.com.', rules: cats }),
    linked(piiPolicy()),
  );

  assert.deepEqual(texts, ['my dog', 'The cat writes to [EMAIL].']);
});

test('a later policy that refuses the message refuses the call', async () => {
  const { texts } = await screened(
    telling({ system_message: 'Write to ann@example.com.' }),
    linked(piiPolicy({ action: 'block' })),
  );

  assert.match(String(texts), /not allowed/u);
});

test('in shadow nothing is put in, and it is told what would have been', async () => {
  const { texts, told, acted } = await screened(telling({ system_message: 'x' }, { enforcement: 'shadow' }));

  assert.deepEqual(texts, []);
  assert.deepEqual(told, ['request-rewriter shadow_rewrite system_message system_message']);
  assert.deepEqual(acted, []);
});

test('roles are for the rules, directions for the message too', async () => {
  const forUsers = await screened(telling({ system_message: 'cat', rules: cats }, { roles: ['user'] }));
  const notAsked = telling({ system_message: 'cat' }, { directions: ['answer'] });

  assert.deepEqual(forUsers.texts, ['my dog', 'cat']);
  assert.deepEqual((await screened(notAsked)).texts, []);
  assert.equal(tellsModel([notAsked]), false);
  assert.equal(tellsModel([telling({ system_message: 'cat' })]), true);
});

for (const wrong of ['', ' \n', { content: '' }, {}, 7, { content: 'x', role: 'user' }]) {
  test(`not a system message: ${JSON.stringify(wrong)}`, () => {
    assert.equal(requestRewriterSettings.safeParse({ system_message: wrong }).success, false);
  });
}
