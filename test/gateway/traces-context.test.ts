import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { clients, clientSpan, startTraced, traceId, traceparent } from '../support/traces-rig.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';
const whole = jsonReply(chatAnswer());

test('the upstream is told the span of the very attempt, and the trace state of the client', async (t) => {
  const { receiver, client, upstreams } = await startTraced(t, { scripts: [[[send(whole)]]] });

  client.send(post(chat('hi'), { headers: { traceparent, tracestate: 'a=1 , b=2' } }));
  await client.answer();
  const [attempt] = clients(await receiver.received(2));

  const { headers } = (await upstreams[0]?.request(0)) ?? {};
  assert.equal(headers?.['traceparent'], `00-${traceId}-${attempt?.spanId}-01`);
  assert.equal(headers['tracestate'], 'a=1,b=2');
});

test('a trace that the client does not keep is continued and not exported', async (t) => {
  const { receiver, client, upstreams, gateway } = await startTraced(t, { scripts: [[[send(whole)]]] });

  client.send(post(chat('hi'), { headers: { traceparent: `00-${traceId}-${clientSpan}-00` } }));
  await client.answer();
  client.send(post(chat('hi')));
  await client.answer();
  const spans = await receiver.received(2);

  assert.equal(spans.filter((span) => span.traceId === traceId).length, 0);
  const sent = (await upstreams[0]?.request(0))?.headers['traceparent'] ?? '';
  assert.match(sent, new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  assert.ok(!sent.includes(clientSpan));
  const [line] = await gateway.calls(1);
  assert.equal(line?.['trace_id'], traceId);
  assert.equal(line['span_id'], undefined);
});

test('with tracing off the header of the client is passed on, and only its trace is logged', async (t) => {
  const upstream = await startUpstream(t, [[send(whole)]]);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] });
  const client = await gateway.client();

  client.send(post(chat('hi'), { headers: { traceparent, tracestate: 'a=1', baggage: 'user=1' } }));
  await client.answer();
  client.send(post(chat('hi'), { headers: { traceparent: 'nonsense', tracestate: 'a=1' } }));
  await client.answer();

  const given = (await upstream.request(0)).headers;
  assert.equal(given['traceparent'], traceparent);
  assert.equal(given['tracestate'], 'a=1');
  assert.equal(given['baggage'], undefined);
  const begun = (await upstream.request(1)).headers;
  assert.match(begun['traceparent'] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  assert.equal(begun['tracestate'], undefined);
  const lines = await gateway.calls(2);
  assert.deepEqual(
    lines.map((line) => [line['trace_id'], line['span_id']]),
    [
      [traceId, undefined],
      [undefined, undefined],
    ],
  );
});
