import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { mountVolume } from '../support/configmap-volume.ts';
import { type ConfigLines, configText, startTestGateway, until } from '../support/gateway.ts';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, gate, hold, send, silence, sse, startUpstream } from '../support/upstream.ts';

const key = 'policy-config.yaml';
const quick = { pollMs: 200, debounceMs: 1, longestDebounceMs: 50 };

async function start(t: TestContext, config: ConfigLines) {
  const volume = await mountVolume(t, { [key]: configText(config) });
  const gateway = await startTestGateway(t, config, { path: volume.path(key), reload: quick });
  const update = (next: ConfigLines | string) =>
    volume.update({ [key]: typeof next === 'string' ? next : configText(next) });
  const applied = (generation: number) =>
    gateway.logged(({ message, generation: at }) => message === 'configuration applied' && at === generation);
  return { volume, gateway, update, applied };
}

test('an edit takes effect without a restart, and each answer says which edition it came from', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }] };
  const { gateway, update, applied } = await start(t, config);
  const client = await gateway.client();

  client.send(post(chat('I am ann@example.com.')));
  const before = await client.answer();
  await update({ ...config, chain: ['pii-detector'] });
  await applied(2);
  client.send(post(chat('I am ann@example.com.')));
  const afterwards = await client.answer();

  assert.match(before.headers['x-keeptrusts-config'] ?? '', /^1-/);
  assert.match(afterwards.headers['x-keeptrusts-config'] ?? '', /^2-/);
  assert.match((await upstream.request(0)).body.toString(), /ann@example\.com/);
  assert.match((await upstream.request(1)).body.toString(), /\[EMAIL\]/);
});

test('a file that is not valid changes nothing, and every issue is in the log', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }] };
  const { gateway, update, applied } = await start(t, config);
  const client = await gateway.client();

  await update(configText({ ...config, chain: ['no-such-kind'], limits: { body_bytes: -1 } }));
  const rejected = await gateway.logged(({ message }) =>
    String(message).startsWith('configuration rejected'),
  );
  client.send(post(chat('hi')));
  const meanwhile = await client.answer();
  await update({ ...config, name: 'mended' });
  await applied(2);
  client.send(post(chat('hi')));

  assert.equal(rejected['level'], 'error');
  const issues = gateway.lines().map(({ message }) => String(message));
  assert.ok(issues.some((line) => line.includes('limits.body_bytes')));
  assert.ok(issues.some((line) => line.includes('no-such-kind')));
  assert.match(meanwhile.headers['x-keeptrusts-config'] ?? '', /^1-/);
  assert.match((await client.answer()).headers['x-keeptrusts-config'] ?? '', /^2-/);
});

test('a file that goes away changes nothing, and readiness stays', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const { gateway, volume } = await start(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  rmSync(volume.path(key));
  await gateway.logged(({ message }) => String(message).startsWith('configuration unreadable'));
  client.send(post(chat('hi')));

  assert.equal((await client.answer()).status, 200);
  assert.equal((await fetch(`${gateway.url}/readyz`)).status, 200);
});

test('a stream on a target that is removed finishes on the edition it began with', async (t) => {
  const next = gate();
  const removed = await startUpstream(t, [
    [
      send(streamHead()),
      send(chunk(sse(chatChunk({ content: 'I am ann@example.com. ' })))),
      hold(next),
      send(
        chunk(
          sse(
            chatChunk({ content: 'Still ann@example.com. ' }),
            chatChunk({ finishReason: 'stop' }),
            '[DONE]',
          ),
        ),
      ),
      send(lastChunk),
    ],
  ]);
  const added = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const old: ConfigLines = { targets: [{ url: removed.url, id: 'old' }], chain: ['pii-detector'] };
  const { gateway, update, applied } = await start(t, old);
  const [streaming, other] = [await gateway.client(), await gateway.client()];

  streaming.send(streamPost());
  await streaming.text('[EMAIL]');
  await update({ targets: [{ url: added.url, id: 'new' }] });
  await applied(2);
  other.send(post(chat('hi')));
  const meanwhile = await other.answer();
  const openThen = removed.openConnections();
  next.open();
  const { text, headers } = await streaming.answer();

  assert.equal(meanwhile.headers['x-keeptrusts-target'], 'new');
  assert.equal(openThen, 1);
  assert.match(headers['x-keeptrusts-config'] ?? '', /^1-/);
  assert.equal(text.match(/\[EMAIL\]/g)?.length, 2);
  assert.match(text, /\[DONE\]/);
  await removed.drained();
  await gateway.logged(({ message, generation }) => message === 'generation retired' && generation === 1);
});

test('connections to a target that stays are kept through a reload', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }] };
  const { gateway, update, applied } = await start(t, config);
  const client = await gateway.client();

  for (const generation of [2, 3, 4]) {
    client.send(post(chat('hi')));
    await client.answer();
    await update({ ...config, name: `edition-${generation}` });
    await applied(generation);
  }
  client.send(post(chat('hi')));
  await client.answer();

  assert.equal(upstream.connections.length, 1);
});

test('a key in a file is taken over as it rotates', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const secret = await mountVolume(t, { key: 'sk-first\n' });
  const config = configText({ targets: [{ url: upstream.url }] });
  const target = `"secret_key_ref":{"file":${JSON.stringify(secret.path('key'))}},"id"`;
  const volume = await mountVolume(t, { [key]: config.replace('"id"', target) });
  const gateway = await startTestGateway(t, { targets: [] }, { path: volume.path(key), reload: quick });
  const client = await gateway.client();

  client.send(post(chat('hi')));
  await client.answer();
  await secret.update({ key: 'sk-second\n' });
  await gateway.logged(({ message, generation }) => message === 'configuration applied' && generation === 2);
  client.send(post(chat('hi')));
  await client.answer();

  assert.equal((await upstream.request(0)).headers['authorization'], 'Bearer sk-first');
  assert.equal((await upstream.request(1)).headers['authorization'], 'Bearer sk-second');
  assert.doesNotMatch(readFileSync(join(volume.directory, key), 'utf8'), /sk-/);
  assert.ok(!gateway.lines().some((line) => JSON.stringify(line).includes('sk-')), 'no key in the log');
});

test('a stream under way when the chain begins to block is not blocked', async (t) => {
  const next = gate();
  const upstream = await startUpstream(t, [
    [
      send(streamHead()),
      send(chunk(sse(chatChunk({ content: 'Hello. ' })))),
      hold(next),
      send(
        chunk(sse(chatChunk({ content: 'ann@example.com ' }), chatChunk({ finishReason: 'stop' }), '[DONE]')),
      ),
      send(lastChunk),
    ],
    [silence()],
  ]);
  const config = { targets: [{ url: upstream.url }] };
  const { gateway, update, applied } = await start(t, config);
  const client = await gateway.client();

  client.send(streamPost());
  await client.text('Hello');
  await update({ ...config, chain: ['pii-detector'], policy: { 'pii-detector': { action: 'block' } } });
  await applied(2);
  next.open();

  assert.match((await client.answer()).text, /ann@example\.com/);
});

test('readiness on the data port holds while a bad file lies there', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const { gateway, update } = await start(t, { targets: [{ url: upstream.url }] });

  await update('pack: [');
  await gateway.logged(({ message }) => String(message).startsWith('configuration rejected'));

  assert.equal((await until('an answer', () => fetch(`${gateway.url}/readyz`))).status, 200);
});
