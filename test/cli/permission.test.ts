import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type ConfigMapVolume, mountVolume, temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { binary, runArguments, runKt, startKt } from '../support/kt-process.ts';
import { chat, post, rawClient, streamPost } from '../support/raw-client.ts';
import { chunk, jsonReply, lastChunk, streamHead } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, send, sse, startUpstream } from '../support/upstream.ts';

const secret = 'sk-planted-in-a-file-nobody-granted';

/** The flags of docs/hardening.md. */
function flags(volume: ConfigMapVolume, terminationLog: string, more: readonly string[] = []) {
  return [
    '--permission',
    `--allow-fs-read=${dirname(binary)}`,
    `--allow-fs-read=${volume.directory}`,
    `--allow-fs-write=${terminationLog}`,
    '--allow-net',
    '--disable-warning=ExperimentalWarning',
    ...more,
  ];
}

async function prepare(t: TestContext, config: string) {
  const outside = await temporaryDirectory(t);
  const terminationLog = join(outside, 'termination-log');
  writeFileSync(terminationLog, '');
  writeFileSync(join(outside, 'key'), secret);
  const volume = await mountVolume(t, { 'policy-config.yaml': config, tokens: 'a-client-token-of-old\n' });
  const options = {
    nodeFlags: flags(volume, terminationLog),
    env: { KT_TERMINATION_LOG: terminationLog },
  };
  const said = () => readFileSync(terminationLog, 'utf8');
  const path = volume.path('policy-config.yaml');
  return { outside, volume, options, said, path };
}

function keyed(url: string, file: string, name = 'test'): string {
  return configText({ name, targets: [{ url, more: {} }] }).replace(
    '"model":"m"',
    `"model":"m","secret_key_ref":{"file":${JSON.stringify(file)}}`,
  );
}

test('under the permission model it serves, streams, follows its volume, and ends in order', async (t) => {
  const stream = [
    send(streamHead()),
    send(chunk(sse(chatChunk({ content: 'a' }), '[DONE]'))),
    send(lastChunk),
  ];
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))], stream]);
  const text = (name: string) =>
    configText({ name, targets: [{ url: upstream.url }], chain: ['pii-detector', 'prompt-injection'] });
  const { volume, options, path } = await prepare(t, text('one'));
  const kt = startKt(t, runArguments(path, ['--client-token-file', volume.path('tokens')]), options);
  const client = await rawClient(t, await kt.port());
  const headers = { authorization: 'Bearer a-client-token-of-old' };

  client.send(post(chat('hi'), { headers }));
  const whole = await client.answer();
  client.send(streamPost().toString().replace('host: a', `host: a\r\nx-api-key: a-client-token-of-old`));
  const streamed = await client.answer();
  await volume.update({ 'policy-config.yaml': text('two'), tokens: 'a-client-token-of-today\n' });
  await kt.says(/"message":"configuration applied","generation":2/);
  await kt.says(/the client tokens have changed/);
  client.send(post(chat('hi'), { headers: { authorization: 'Bearer a-client-token-of-today' } }));
  const after = await client.answer();
  const [, admin = ''] = await kt.says(/"admin":"([^"]+)"/);
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  kt.child.kill('SIGTERM');
  const { code, stdout, stderr } = await kt.exit();

  assert.equal(whole.status, 200);
  assert.match(streamed.text, /\[DONE\]/);
  assert.match(after.headers['x-keeptrusts-config'] ?? '', /^2-/);
  assert.match(metrics, /^process_resident_memory_bytes \d+$/m);
  assert.doesNotMatch(metrics, /process_open_fds/, 'left out, not shown as none');
  assert.equal(code, 0);
  assert.equal(stderr, '');
  assert.doesNotMatch(stdout, /"level":"error"|cannot watch files|ERR_ACCESS_DENIED/);
});

test('a secret outside of what is granted is not read, and the flag that would grant it is named', async (t) => {
  const { outside, volume, options, said } = await prepare(t, '');
  const file = join(outside, 'key');
  await volume.update({ 'policy-config.yaml': keyed('http://127.0.0.1:1', file) });

  const { code, stderr } = await runKt(t, runArguments(volume.path('policy-config.yaml')), options);

  assert.equal(code, 1);
  assert.match(stderr, /providers\.targets/);
  assert.ok(stderr.includes(`--allow-fs-read=${outside}`), stderr);
  assert.equal(said(), stderr);
  assert.ok(!stderr.includes(secret));
});

test('a symbolic link in the volume does not lead out of what is granted', async (t) => {
  const { outside, volume, options, path } = await prepare(t, '');
  await volume.update({ 'policy-config.yaml': keyed('http://127.0.0.1:1', volume.path('key')) });
  symlinkSync(join(outside, 'key'), volume.path('key'));

  const { code, stderr } = await runKt(t, runArguments(path), options);

  assert.equal(code, 1);
  assert.ok(stderr.includes(`--allow-fs-read=${outside}`), stderr);
});

test('a configuration outside of what is granted is refused, and so is a file of records', async (t) => {
  const config = { targets: [{ url: 'http://127.0.0.1:1' }] };
  const { outside, volume, options, path } = await prepare(t, configText(config));
  writeFileSync(join(outside, 'policy-config.yaml'), configText(config));
  const records = join(outside, 'audit.jsonl');

  const elsewhere = await runKt(t, runArguments(join(outside, 'policy-config.yaml')), options);
  const audited = {
    ...config,
    chain: ['audit-logger'],
    policy: { 'audit-logger': { sink: 'file', path: records } },
  };
  await volume.update({ 'policy-config.yaml': configText(audited) });
  const unwritable = await runKt(t, runArguments(path), options);
  const granted = startKt(t, runArguments(path), {
    ...options,
    nodeFlags: [...options.nodeFlags, `--allow-fs-read=${records}`, `--allow-fs-write=${records}`],
  });
  await granted.port();

  assert.equal(elsewhere.code, 1);
  assert.ok(elsewhere.stderr.includes(`--allow-fs-read=${outside}`), elsewhere.stderr);
  assert.equal(unwritable.code, 1);
  assert.ok(unwritable.stderr.includes(`--allow-fs-write=${records}`), unwritable.stderr);
  assert.match(readFileSync(records, 'utf8'), /"kind":"start"/);
});
