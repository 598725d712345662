import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { errorOf } from '../support/envelope.ts';
import { configText, until } from '../support/gateway.ts';
import { type KtOptions, runArguments, runKt, startKt } from '../support/kt-process.ts';
import { chat, post, rawClient, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import {
  chatAnswer,
  chatChunk,
  gate,
  hold,
  type Script,
  send,
  silence,
  sse,
  startUpstream,
} from '../support/upstream.ts';

async function file(t: TestContext, text: string): Promise<string> {
  const path = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(path, text);
  return path;
}

async function start(t: TestContext, script: Script, args: readonly string[] = [], options: KtOptions = {}) {
  const upstream = await startUpstream(t, script);
  const config = configText({ targets: [{ url: upstream.url }], chain: ['pii-detector'] });
  const kt = startKt(t, runArguments(await file(t, config), args), options);
  const port = await kt.port();
  return { upstream, kt, port, client: await rawClient(t, port) };
}

const event = sse(chatChunk({ content: 'Hello. ' }));
const end = sse(chatChunk({ finishReason: 'stop' }), '[DONE]');

test('after SIGTERM it is not ready, finishes its streams, still takes calls, and exits with 0', async (t) => {
  const next = gate();
  const stream = [send(streamHead()), send(chunk(event)), hold(next), send(chunk(end)), send(lastChunk)];
  const { kt, port, client } = await start(t, [stream, [send(jsonReply(chatAnswer()))]]);
  client.send(streamPost());
  await client.text(event);
  const idle = await rawClient(t, port);

  kt.child.kill('SIGTERM');
  await kt.says(/"message":"draining"/);
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`);
  const alive = await fetch(`http://127.0.0.1:${port}/healthz`);
  idle.send(post(chat('one more')));
  const late = await idle.answer();
  next.open();
  const { text } = await client.answer();
  const { code, stdout, stderr } = await kt.exit();

  assert.equal(ready.status, 503);
  assert.equal(alive.status, 200);
  assert.equal(late.status, 200);
  assert.equal(late.headers['connection'], 'close');
  assert.match(text, /\[DONE\]/);
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.match(stdout, /"message":"stopped"[^\n]*\n$/);
});

test('at the drain deadline a stream ends with an error event, and the exit is 0', async (t) => {
  const { kt, client } = await start(
    t,
    [[send(streamHead()), send(chunk(event)), silence()]],
    ['--drain-seconds', '1'],
  );
  client.send(streamPost());
  await client.text(event);

  kt.child.kill('SIGTERM');
  const { text } = await client.answer();
  const { code, stdout } = await kt.exit();

  assert.ok(text.startsWith(event));
  assert.equal(errorOf(text.slice(event.length + 'data: '.length))['code'], 'shutting_down');
  assert.equal(code, 0);
  assert.match(stdout, /"aborted":"shutdown"/);
});

test('at the drain deadline a call that waits for its provider is refused', async (t) => {
  const { kt, client, upstream } = await start(t, [[silence()]], ['--drain-seconds', '1']);
  client.send(post(chat('hi')));
  await upstream.request(0);

  kt.child.kill('SIGTERM');
  const refused = await client.answer();

  assert.equal(refused.status, 503);
  assert.equal(errorOf(refused.text)['code'], 'shutting_down');
  assert.equal((await kt.exit()).code, 0);
});

for (const [what, bytes] of [
  ['has sent half a head', 'POST /v1/chat/completions HTTP/1.1\r\n'],
  ['has sent half a body', post(chat('hi')).subarray(0, -5)],
] as const) {
  test(`a client that ${what} does not hold up the exit`, async (t) => {
    const { kt, client } = await start(t, [[]], ['--drain-seconds', '1']);
    await client.deliver(bytes);
    const from = performance.now();

    kt.child.kill('SIGTERM');

    assert.equal((await kt.exit()).code, 0);
    assert.ok(performance.now() - from < 6_000);
  });
}

test('a client that does not read does not hold up the exit', async (t) => {
  const big = chunk(sse(chatChunk({ content: 'x '.repeat(32_768) })));
  const flood: Script = async (_request, connection) => {
    await connection.send(streamHead());
    while (connection.isOpen) await connection.send(big);
  };
  const { kt, client } = await start(t, flood, ['--drain-seconds', '1']);
  client.send(streamPost());
  await client.text('x x');
  client.socket.pause();

  kt.child.kill('SIGTERM');

  assert.equal((await kt.exit()).code, 0);
});

test('a second signal ends it at once', async (t) => {
  const { kt, client } = await start(t, [[send(streamHead()), send(chunk(event)), silence()]]);
  client.send(streamPost());
  await client.text(event);

  kt.child.kill('SIGTERM');
  await kt.says(/"message":"draining"/);
  const from = performance.now();
  kt.child.kill('SIGINT');

  assert.notEqual((await kt.exit()).code, 0);
  assert.ok(performance.now() - from < 1_000);
});

test('SIGTERM while idle ends it soon after the time its app may still call', async (t) => {
  const { kt, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);
  client.send(post(chat('hi')));
  await client.answer();
  const from = performance.now();

  kt.child.kill('SIGTERM');

  assert.equal((await kt.exit()).code, 0);
  assert.ok(performance.now() - from < 4_000);
});

test('a configuration that is not valid is fatal: every issue on stderr and in the termination log', async (t) => {
  const config = await file(
    t,
    'pack: {name: a, version: 1.0.0}\npolicies: {chain: [pii-detektor]}\nproviders: {targets: []}\n',
  );
  const log = join(await temporaryDirectory(t), 'termination-log');
  writeFileSync(log, '');

  const { code, stdout, stderr } = await runKt(t, runArguments(config), { env: { KT_TERMINATION_LOG: log } });

  assert.equal(code, 1);
  assert.match(stderr, /policies\.chain/);
  assert.match(stderr, /providers\.targets/);
  assert.equal(readFileSync(log, 'utf8'), stderr.slice(0, 4096));
  assert.doesNotMatch(stdout, /serving/);
});

test('a configuration that is not there is fatal, without a stack', async (t) => {
  const { code, stderr } = await runKt(t, runArguments('/no/such/policy-config.yaml'));

  assert.equal(code, 1);
  assert.match(stderr, /\/no\/such\/policy-config\.yaml/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('no usable key at all is fatal at start', async (t) => {
  const config = await file(
    t,
    configText({ targets: [{ url: 'https://127.0.0.1:1', provider: 'together' }] }),
  );

  const { code, stderr } = await runKt(t, runArguments(config));

  assert.equal(code, 1);
  assert.match(stderr, /TOGETHER_API_KEY/);
});

test('an address in use is fatal and named, and what was bound before is let go', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const config = await file(t, configText({ targets: [{ url: 'http://127.0.0.1:1' }] }));

  const { code, stderr } = await runKt(t, runArguments(config, ['--listen', `127.0.0.1:${port}`]));

  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port} is in use by another process`));
});

test('flags can be given in the environment', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = await file(t, configText({ targets: [{ url: upstream.url }] }));
  const env = {
    KT_POLICY_CONFIG: config,
    KT_LISTEN: '127.0.0.1:0',
    KT_ADMIN_LISTEN: '127.0.0.1:0',
    KT_LOG_LEVEL: 'info',
  };

  const kt = startKt(t, ['gateway', 'run'], { env });
  const client = await rawClient(t, await kt.port());
  client.send(post(chat('hi')));

  assert.equal((await client.answer()).status, 200);
});

test('targets without a key are simulated only where that is asked for', async (t) => {
  const config = await file(
    t,
    configText({ targets: [{ url: 'https://127.0.0.1:1', provider: 'together' }] }),
  );

  const kt = startKt(t, runArguments(config, ['--simulate-missing-keys']));
  const client = await rawClient(t, await kt.port());
  client.send(post(chat('hi')));

  assert.match((await client.answer()).text, /simulated model/);
});

test('a reader of stdout that stalls neither stops the calls nor grows the memory', async (t) => {
  const { kt, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);
  kt.child.stdout?.pause();
  const batch = Buffer.concat(Array.from({ length: 50 }, () => post('{"model":1}')));
  const memoryMb = (): number =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${kt.pid}/status`, 'utf8'))?.[1]) / 1024;

  // 40,000 lines of some 300 bytes: half as much again as is held for a reader.
  const rounds = 800;
  for (let round = 0; round < rounds; round += 1) {
    client.send(batch);
    for (let at = 0; at < 50; at += 1) await client.answer();
  }
  client.send(post(chat('hi')));
  const served = await client.answer();
  const memory = memoryMb();
  kt.child.stdout?.resume();
  await kt.says(/log lines were dropped/);

  assert.equal(served.status, 200);
  assert.ok(memory < 220, `${memory} MB`);
});

test('a reader of stdout that goes away does not end the process', async (t) => {
  const { kt, client } = await start(t, [[send(jsonReply(chatAnswer()))]]);

  kt.child.stdout?.destroy();
  for (let at = 0; at < 20; at += 1) {
    client.send(post(chat('hi')));
    assert.equal((await client.answer()).status, 200);
  }

  assert.equal(kt.child.exitCode, null);
  kt.child.kill('SIGTERM');
  await until('the exit', () => (kt.child.exitCode === null ? undefined : true));
  assert.equal(kt.child.exitCode, 0);
});
