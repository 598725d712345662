import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { configText } from '../support/gateway.ts';
import { runArguments, startKt } from '../support/kt-process.ts';
import { chat, post, rawClient, streamPost } from '../support/raw-client.ts';
import { chunkedReply, jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, chatChunk, type Script, send, sse, startUpstream } from '../support/upstream.ts';
import { type CollectorSpan, startCollector } from './collector.ts';

// The built gateway in front of a real collector, in the default protocol: `npm run test:collector`.

const traceId = '0af7651916cd43dd8448eb211c80319c';
const clientSpan = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${clientSpan}-01`;

async function start(t: TestContext, scripts: readonly Script[], env: Readonly<Record<string, string>> = {}) {
  const collector = await startCollector(t);
  const upstreams = await Promise.all(scripts.map((script) => startUpstream(t, script)));
  const targets = upstreams.map(({ url }, at) => ({ url, model: `m${at + 1}` }));
  const config = join(await temporaryDirectory(t), 'policy-config.yaml');
  writeFileSync(config, configText({ targets, chain: ['pii-detector'] }));
  const kt = startKt(t, runArguments(config), {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '10', ...env },
  });
  return { collector, upstreams, kt, client: await rawClient(t, await kt.port()) };
}

function only(spans: readonly CollectorSpan[], kind: string): CollectorSpan {
  const [span, ...more] = spans.filter((one) => one.kind === kind);
  assert.ok(span);
  assert.equal(more.length, 0);
  return span;
}

for (const compression of ['none', 'gzip']) {
  test(`a fallback is one tree at the collector, compression ${compression}`, async (t) => {
    const failing = jsonReply({ error: {} }, { status: 503 });
    const { collector, client, upstreams } = await start(
      t,
      [[[send(failing)]], [[send(jsonReply(chatAnswer()))]]],
      { OTEL_EXPORTER_OTLP_COMPRESSION: compression },
    );

    client.send(
      post(chat('write to somebody@example.com', { temperature: 0.5 }), {
        headers: { traceparent, tracestate: 'a=1' },
      }),
    );
    assert.equal((await client.answer()).status, 200);
    const spans = await collector.received(3);

    const call = only(spans, 'Server');
    assert.equal(call.name, 'POST /v1/chat/completions');
    assert.deepEqual([call.traceId, call.parentId, call.traceState], [traceId, clientSpan, 'a=1']);
    assert.equal(call.attributes['http.response.status_code'], 'Int(200)');
    assert.equal(call.attributes['keeptrusts.verdict'], 'Str(rewrite)');
    const decision = call.events.find((event) => event['keeptrusts.policy.rule'] !== undefined);
    assert.equal(decision?.['keeptrusts.policy.rule'], 'Str(email)');
    const attempts = spans.filter(({ kind }) => kind === 'Client');
    assert.deepEqual(
      attempts.map(({ name, status, parentId }) => [name, status, parentId]),
      [
        ['chat m1', 'Error', call.spanId],
        ['chat m2', 'Unset', call.spanId],
      ],
    );
    for (const [at, { spanId }] of attempts.entries())
      assert.equal((await upstreams[at]?.request(0))?.headers['traceparent'], `00-${traceId}-${spanId}-01`);
    assert.equal(attempts[1]?.attributes['gen_ai.request.temperature'], 'Double(0.5)');
    assert.equal(attempts[1].attributes['gen_ai.response.finish_reasons'], 'Slice(["stop"])');
    assert.match(
      collector.output(),
      /ScopeSpans SchemaURL: https:\/\/opentelemetry\.io\/schemas\/1\.41\.0\n/,
    );
    assert.match(collector.output(), /service\.name: Str\(kt-sidecar\)/);
    assert.doesNotMatch(collector.output(), /somebody/);
  });
}

test('a streamed answer is a tree of its own, exported in full at SIGTERM', async (t) => {
  const stream = sse(chatChunk({ content: 'Hello. ' }), chatChunk({ finishReason: 'stop' }), '[DONE]');
  const { collector, client, kt } = await start(t, [[[send(chunkedReply([stream]))]]], {
    OTEL_BSP_SCHEDULE_DELAY: '600000',
  });

  client.send(streamPost());
  await client.answer();
  kt.child.kill('SIGTERM');
  const { code } = await kt.exit();
  const spans = await collector.received(2);

  assert.equal(code, 0);
  assert.equal(only(spans, 'Server').parentId, '');
  const attempt = only(spans, 'Client');
  assert.equal(attempt.parentId, only(spans, 'Server').spanId);
  assert.equal(attempt.attributes['gen_ai.request.stream'], 'Bool(true)');
  assert.match(attempt.attributes['gen_ai.response.time_to_first_chunk'] ?? '', /^Double\(0\.\d+\)$/);
});
