import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { saveByRename } from '../support/configmap-volume.ts';
import { configText, startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const quick = { pollMs: 50, debounceMs: 1, longestDebounceMs: 50 };

test('no call passes unredacted while a configuration is written in place in two halves', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }] };
  const redacting = { ...config, chain: ['pii-detector'], policy: { 'pii-detector': {} } };
  const gateway = await startTestGateway(t, redacting, { reload: { ...quick, inPlaceMs: 100 } });
  const client = await gateway.client();
  const whole = configText({ ...redacting, name: 'second' });
  const call = async (left: number): Promise<void> => {
    if (left === 0) return;
    client.send(post(chat('I am ann@example.com.')));
    await client.answer();
    await call(left - 1);
  };

  await writeFile(gateway.path, configText(config)); // half of it is valid, and has no policy
  const until = performance.now() + 600;
  while (performance.now() < until) await call(5);
  await writeFile(gateway.path, whole);
  await gateway.logged(({ message, generation }) => message === 'configuration applied' && generation === 2);

  for (const { body } of upstream.requests) assert.doesNotMatch(body.toString(), /ann@example/);
});

test('a weaker version says what is weaker, in the log, the status and a metric', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }], chain: ['pii-detector', 'prompt-injection'] };
  const strict = { ...config, policy: { 'pii-detector': { allow_list: [] }, 'prompt-injection': {} } };
  const lax = {
    ...config,
    chain: ['pii-detector'],
    policy: { 'pii-detector': { allow_list: ['ann@example.com'] } },
  };
  const gateway = await startTestGateway(t, strict, { reload: quick });

  // By the time this is applied, events are heard.
  await saveByRename(gateway.path, configText({ ...strict, name: 'second' }));
  await gateway.logged(({ message, generation }) => message === 'configuration applied' && generation === 2);

  await saveByRename(gateway.path, configText(lax));
  await gateway.logged(({ message }) => message === 'the new configuration is weaker');
  const status: unknown = await (await fetch(`${gateway.gateway.adminUrl}/status`)).json();
  const metrics = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();

  const told = JSON.stringify(status);
  assert.match(told, /\{"policy":"prompt-injection","path":"","from":"in the chain","to":"not there"\}/);
  assert.match(told, /\{"policy":"pii-detector","path":"allow_list","from":"0 of them","to":"1 of them"\}/);
  assert.match(metrics, /^keeptrusts_config_weakened_total 2$/m);
  assert.doesNotMatch(told, /ann@example/);
});
