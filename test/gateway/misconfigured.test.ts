import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import test, { type TestContext } from 'node:test';
import { configText, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { chunkedReply, jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, sse, startUpstream, type Step } from '../support/upstream.ts';

const good = jsonReply(chatAnswer({ contents: ['from the second'] }));
const refusal = (status: number): Step => send(jsonReply({ error: { message: 'no' } }, { status }));

async function start(t: TestContext, script: readonly (readonly Step[])[]) {
  const first = await startUpstream(t, script);
  const second = await startUpstream(t, [[send(good)]]);
  const gateway = await startTestGateway(t, { targets: [{ url: first.url }, { url: second.url }] });
  const client = await gateway.client();
  const ask = async (): Promise<string> => {
    client.send(post(chat('hi')));
    return (await client.answer()).text;
  };
  return { first, second, gateway, ask };
}

async function statusOf({ gateway }: TestGateway): Promise<unknown> {
  const document = Object(await (await fetch(`${gateway.adminUrl}/status`)).json());
  const [{ failures, successes, target_misconfigured }] = document.targets;
  return { degraded: document.degraded, failures, successes, target_misconfigured };
}

async function scrape({ gateway }: TestGateway): Promise<string> {
  return (await fetch(`${gateway.adminUrl}/metrics`)).text();
}

for (const status of [401, 402, 403, 404, 405, 407, 410]) {
  test(`${status} lets the next target answer, and shows as target_misconfigured`, async (t) => {
    const { first, gateway, ask } = await start(t, [[refusal(status)]]);

    assert.match(await ask(), /from the second/);
    assert.match(await ask(), /from the second/);

    assert.equal(first.requests.length, 2); // once a call
    assert.deepEqual(await statusOf(gateway), {
      degraded: ['target_misconfigured'],
      failures: 0,
      successes: 0,
      target_misconfigured: status,
    });
    const metrics = await scrape(gateway);
    assert.match(metrics, /upstream_attempts_total\{target="t1",outcome="target_misconfigured"\} 2\n/);
    assert.match(metrics, /upstream_attempts_total\{target="t1",outcome="failure"\} 0\n/);
    assert.match(metrics, /\{target="t1",state="misconfigured"\} 1\n/);
    await gateway.calls(2);
    const told = gateway.lines().filter(({ code }) => code === 'target_misconfigured');
    assert.deepEqual(
      told.map(({ level, upstream, result }) => [level, upstream, result]),
      [['warn', 't1', String(status)]],
    );
  });
}

test('a target that answers again is misconfigured no more', async (t) => {
  const { gateway, ask } = await start(t, [[refusal(401)], [send(good)]]);

  await ask();
  await ask();

  const well = { degraded: [], failures: 0, successes: 1, target_misconfigured: null };
  assert.deepEqual(await statusOf(gateway), well);
  assert.match(await scrape(gateway), /\{target="t1",state="available"\} 1\n/);
});

test('a new configuration is believed until a target refuses it', async (t) => {
  const { first, gateway, ask } = await start(t, [[refusal(401)]]);
  await ask();
  assert.deepEqual(Object(await statusOf(gateway)).degraded, ['target_misconfigured']);

  await writeFile(gateway.path, configText({ targets: [{ url: first.url }], name: 'mended' }));
  await gateway.logged(({ message, generation }) => message !== 'call' && generation === 2);

  assert.deepEqual(Object(await statusOf(gateway)).degraded, []);
});

test('a redirect and an error event that say so are the same', async (t) => {
  const redirect = jsonReply({}, { status: 308, headers: { location: '/v2' } });
  const event = chunkedReply([sse({ error: { code: 'invalid_api_key', message: 'no' } })]);
  const { gateway, ask } = await start(t, [[send(redirect)], [send(event)]]);

  await ask();
  const before = Object(await statusOf(gateway));
  await ask();
  const after = Object(await statusOf(gateway));

  assert.deepEqual([before.target_misconfigured, before.failures], ['target_misconfigured', 0]);
  assert.deepEqual([after.target_misconfigured, after.failures], [401, 0]);
});

test('a lone target that refuses its key passes what it says', async (t) => {
  const upstream = await startUpstream(t, [[refusal(401)]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  client.send(post(chat('hi')));
  const answer = await client.answer();

  assert.deepEqual([answer.status, answer.text], [401, '{"error":{"message":"no"}}']);
});
