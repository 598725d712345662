import assert from 'node:assert/strict';
import test from 'node:test';
import { chat, post, streamPost } from '../support/raw-client.ts';
import { chunkedReply, jsonReply } from '../support/reply-bytes.ts';
import {
  clients,
  clientSpan,
  pick,
  server,
  startTraced,
  traceId,
  traceparent,
} from '../support/traces-rig.ts';
import { chatAnswer, chatChunk, send, sse } from '../support/upstream.ts';
const whole = jsonReply(chatAnswer({ model: 'served-by' }));
const event = sse(chatChunk({ content: 'Hello there. ', model: 'served-by' }));
const finish = sse(
  chatChunk({ finishReason: 'length' }),
  chatChunk({ usage: { prompt_tokens: 7, completion_tokens: 9 } }),
  '[DONE]',
);

test('a call is one SERVER span under the span of the client, and one CLIENT span under it', async (t) => {
  const { receiver, client, gateway } = await startTraced(t, { scripts: [[[send(whole)]]] });

  client.send(
    post(chat('hi', { temperature: 0.5, max_tokens: 9, model: 'asked-for' }), {
      headers: { traceparent, tracestate: 'a=1', 'x-request-id': 'mine', 'user-agent': 'app/1' },
    }),
  );
  await client.answer();
  const spans = await receiver.received(2);

  const call = server(spans);
  assert.equal(call.name, 'POST /v1/chat/completions');
  assert.equal(call.traceId, traceId);
  assert.equal(call.parentSpanId, clientSpan);
  assert.equal(call.traceState, 'a=1');
  assert.equal(call.schemaUrl, 'https://opentelemetry.io/schemas/1.41.0');
  assert.equal(call.resource['service.name'], 'kt-sidecar');
  assert.equal(call.isError, false);
  assert.deepEqual(
    pick(call, 'http.request.method', 'http.route', 'http.response.status_code', 'url.path', 'error.type'),
    ['POST', '/v1/chat/completions', 200, '/v1/chat/completions', undefined],
  );
  assert.deepEqual(
    pick(call, 'user_agent.original', 'keeptrusts.request_id', 'keeptrusts.verdict', 'keeptrusts.target'),
    ['app/1', 'mine', 'allow', 't1'],
  );
  const [attempt, ...more] = clients(spans);
  assert.ok(attempt);
  assert.equal(more.length, 0);
  assert.equal(attempt.name, 'chat m1');
  assert.equal(attempt.traceId, traceId);
  assert.equal(attempt.parentSpanId, call.spanId);
  assert.ok(call.start <= attempt.start && attempt.start < attempt.end && attempt.end <= call.end);
  const { 'server.port': port, ...facts } = attempt.attributes;
  assert.equal(typeof port, 'number');
  assert.deepEqual(facts, {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'vllm',
    'gen_ai.request.model': 'm1',
    'gen_ai.request.max_tokens': 9,
    'gen_ai.request.temperature': 0.5,
    'gen_ai.response.id': 'chatcmpl-1',
    'gen_ai.response.model': 'served-by',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 3,
    'gen_ai.usage.output_tokens': 2,
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'keeptrusts.outcome': 'success',
    'keeptrusts.target': 't1',
    'server.address': '127.0.0.1',
  });
  const [line] = await gateway.calls(1);
  assert.equal(line?.['trace_id'], traceId);
  assert.equal(line['span_id'], call.spanId);
});

test('a streamed answer ends its spans at the last byte and tells when its first content came', async (t) => {
  const { receiver, client } = await startTraced(t, { scripts: [[[send(chunkedReply([event + finish]))]]] });

  client.send(streamPost());
  await client.answer();
  const spans = await receiver.received(2);

  const [attempt] = clients(spans);
  assert.deepEqual(
    pick(
      attempt,
      'gen_ai.request.stream',
      'gen_ai.response.model',
      'gen_ai.response.finish_reasons',
      'gen_ai.usage.input_tokens',
      'gen_ai.usage.output_tokens',
    ),
    [true, 'served-by', ['length'], 7, 9],
  );
  assert.ok(Number(attempt?.attributes['gen_ai.response.time_to_first_chunk']) > 0);
  assert.equal(server(spans).parentSpanId, '');
  assert.equal(typeof server(spans).attributes['keeptrusts.hold_back_ms'], 'number');
});

test('an answer that no policy reads tells the same of itself', async (t) => {
  const answer = jsonReply({
    object: 'list',
    model: 'e-1',
    data: [],
    usage: { prompt_tokens: 4, total_tokens: 4 },
  });
  const { receiver, client } = await startTraced(t, { scripts: [[[send(answer)]]] });

  client.send(post('{"model":"m","input":"hi","dimensions":8}', { path: '/v1/embeddings' }));
  await client.answer();
  const [attempt] = clients(await receiver.received(2));

  assert.equal(attempt?.name, 'embeddings m1');
  assert.deepEqual(
    pick(attempt, 'gen_ai.response.model', 'gen_ai.embeddings.dimension.count', 'gen_ai.usage.input_tokens'),
    ['e-1', 8, 4],
  );
});

test('where the first target fails there are two CLIENT spans, each with its own id upstream', async (t) => {
  const failing = jsonReply({ error: {} }, { status: 503 });
  const { receiver, client, upstreams } = await startTraced(t, {
    scripts: [[[send(failing)]], [[send(whole)]]],
  });

  client.send(post(chat('hi')));
  await client.answer();
  const spans = await receiver.received(3);

  const [first, second] = clients(spans);
  assert.deepEqual(pick(first, 'keeptrusts.target', 'http.response.status_code', 'error.type'), [
    't1',
    503,
    '503',
  ]);
  assert.deepEqual(pick(second, 'keeptrusts.target', 'http.response.status_code', 'error.type'), [
    't2',
    200,
    undefined,
  ]);
  assert.deepEqual([first?.isError, second?.isError, server(spans).isError], [true, false, false]);
  assert.equal(first?.attributes['gen_ai.response.id'], undefined);
  for (const [at, attempt] of [first, second].entries()) {
    const sent = (await upstreams[at]?.request(0))?.headers['traceparent'];
    assert.equal(sent, `00-${server(spans).traceId}-${attempt?.spanId}-01`);
    assert.equal(attempt?.parentSpanId, server(spans).spanId);
  }
});

test('a denied call has no CLIENT span, and an event that names the rule and never the text', async (t) => {
  const { receiver, client } = await startTraced(t, {
    scripts: [[[send(whole)]]],
    config: { chain: ['pii-detector'], policy: { 'pii-detector': { action: 'block' } } },
  });

  client.send(post(chat('write to somebody@example.com')));
  const refused = await client.answer();
  const spans = await receiver.received(1);

  assert.equal(refused.status, 409);
  assert.equal(spans.length, 1);
  const call = server(spans);
  assert.deepEqual(
    pick(call, 'keeptrusts.verdict', 'keeptrusts.code', 'http.response.status_code', 'error.type'),
    ['deny', 'input_blocked', 409, undefined],
  );
  assert.equal(call.isError, false);
  const decision = call.events.find(({ name }) => name === 'keeptrusts.policy.decision');
  assert.ok(decision);
  assert.ok(decision.at >= call.start && decision.at <= call.end);
  const { 'keeptrusts.policy.fingerprint': fingerprint, ...rest } = decision.attributes;
  assert.match(String(fingerprint), /^[0-9a-f]{64}$/);
  assert.deepEqual(rest, {
    'keeptrusts.policy': 'pii-detector',
    'keeptrusts.policy.direction': 'request',
    'keeptrusts.policy.result': 'deny',
    'keeptrusts.policy.rule': 'email',
    'keeptrusts.policy.path': 'messages[0].content',
    'keeptrusts.policy.start': 9,
    'keeptrusts.policy.end': 29,
  });
  assert.deepEqual(
    call.events
      .filter(({ name }) => name === 'keeptrusts.policy.evaluation')
      .map(({ attributes }) => attributes['keeptrusts.policy.result']),
    ['deny'],
  );
});

test('no text of a prompt or an answer is in what is exported', async (t) => {
  const secret = 'Xylophones in the answer to somebody@example.com';
  const { receiver, client } = await startTraced(t, {
    scripts: [[[send(jsonReply(chatAnswer({ contents: [secret] })))]]],
    config: { chain: ['pii-detector', 'safety-filter'] },
    env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' },
  });

  client.send(post(chat('Marmalade for other@example.com', { stop: ['Marzipan'], user: 'Nougat' })));
  await client.answer();
  await receiver.received(2);

  const exported = receiver.exports.map(({ body }) => body.toString()).join('');
  assert.match(exported, /keeptrusts\.policy\.rule/);
  assert.doesNotMatch(exported, /Xylophones|Marmalade|Marzipan|Nougat|example\.com/);
});
