import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { runArguments, startKt } from '../support/kt-process.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { chat, post, rawClient } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const preload = new URL('../support/loaded-modules.ts', import.meta.url);

async function start(t: TestContext, env: Readonly<Record<string, string>>) {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(config, configText({ targets: [{ url: upstream.url }], chain: ['pii-detector'] }));
  const kt = startKt(t, runArguments(config), { env });
  const client = await rawClient(t, await kt.port());
  return { upstream, kt, client };
}

/** What the process has loaded, as the text of those files. */
function loaded(stderr: string): string {
  const urls = [...stderr.matchAll(/^loaded (file:.*\.js)$/gm)].map(([, url = '']) => url);
  assert.ok(urls.length > 2, stderr);
  return urls.map((url) => readFileSync(fileURLToPath(url), 'utf8')).join('\n');
}

// A word of the library that minifying leaves as it is.
const library = /telemetry\.sdk\.language/;

test('with tracing off the library is not loaded, and the trace is continued', async (t) => {
  const { upstream, kt, client } = await start(t, { NODE_OPTIONS: `--import=${preload.href}` });

  client.send(post(chat('hi'), { headers: { traceparent } }));
  await client.answer();
  kt.child.kill('SIGTERM');
  const { code, stderr } = await kt.exit();

  assert.equal(code, 0);
  assert.equal((await upstream.request(0)).headers['traceparent'], traceparent);
  assert.doesNotMatch(loaded(stderr), library);
});

test('with tracing on it is loaded', async (t) => {
  const { kt } = await start(t, {
    NODE_OPTIONS: `--import=${preload.href}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  });

  kt.child.kill('SIGTERM');
  const { stderr } = await kt.exit();

  assert.match(loaded(stderr), library);
});

test('after SIGTERM what is left is exported before the process ends', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const { kt, client } = await start(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '3',
  });

  for (let calls = 0; calls < 4; calls += 1) {
    client.send(post(chat('hi')));
    await client.answer();
  }
  kt.child.kill('SIGTERM');
  const { code } = await kt.exit();

  assert.equal(code, 0);
  assert.equal(receiver.spans.length, 8);
});

for (const [what, manner] of [
  ['hangs', 'hang'],
  ['asks to be tried again', 503],
] as const) {
  test(`a receiver that ${what} holds nobody up at the end, and the loss is told`, async (t) => {
    const receiver = await startOtlpReceiver(t, manner);
    const { kt, client } = await start(t, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20topsecret',
      OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
      OTEL_BSP_SCHEDULE_DELAY: '10',
    });

    client.send(post(chat('hi')));
    await client.answer();
    kt.child.kill('SIGTERM');
    const { code, stdout, stderr } = await kt.exit();

    assert.equal(code, 0);
    assert.match(stdout, /"spans could not be exported and are dropped".*"dropped":2/);
    assert.match(stdout.trimEnd().split('\n').at(-1) ?? '', /"message":"stopped"/);
    assert.doesNotMatch(stdout + stderr, /topsecret/);
  });
}
