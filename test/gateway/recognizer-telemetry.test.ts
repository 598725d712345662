import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { readScrape } from '../accounts/scraped.ts';
import { saveByRename } from '../support/configmap-volume.ts';
import { answering } from '../support/analyzer.ts';
import { configText, type TestGateway, until } from '../support/gateway.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { chat, post } from '../support/raw-client.ts';
import { startRecognizing } from '../support/recognizer-rig.ts';
import { clients, clientSpan, exporting, server, traceId, traceparent } from '../support/traces-rig.ts';

const statusShape = z.object({
  advisers: z.array(
    z.object({ url: z.string(), state: z.string(), successes: z.number(), failures: z.number() }),
  ),
});

async function advisers({ gateway }: TestGateway) {
  const answer = await fetch(`${gateway.adminUrl}/status`);
  return statusShape.parse(await answer.json()).advisers;
}

async function questions({ gateway }: TestGateway): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
  const counted = readScrape(text).filter(({ name }) => name === 'keeptrusts_gateway_questions_total');
  return Object.fromEntries(counted.map(({ labels, value }) => [labels['outcome'] ?? '', value]));
}

test('metrics and status tell how a recogniser does, until no configuration names it', async (t) => {
  const { gateway, analyzer, client, upstream } = await startRecognizing(t, {
    pii: { on_error: 'allow', applies_to: { directions: ['request'] } },
  });
  const url = `${analyzer.url}/analyze`;
  assert.deepEqual(await advisers(gateway), [{ url, state: 'closed', successes: 0, failures: 0 }]);
  client.send(post(chat('I am Ann.')));
  await client.answer();
  analyzer.manner = answering(500, '');
  for (let calls = 0; calls < 6; calls += 1) {
    client.send(post(chat('I am Ann.')));
    await client.answer();
  }

  assert.deepEqual(await advisers(gateway), [{ url, state: 'open', successes: 1, failures: 5 }]);
  assert.deepEqual(await questions(gateway), { success: 1, failure: 5, timeout: 0, void: 0, unasked: 1 });
  await saveByRename(gateway.path, configText({ targets: [{ url: upstream.url }], chain: ['pii-detector'] }));
  await gateway.logged(({ message }) => message === 'generation retired');
  assert.deepEqual([await advisers(gateway), await questions(gateway)], [[], {}]);
});

test('a question is a span under that of the call, and the recogniser is told of it', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const { analyzer, client } = await startRecognizing(t, { env: exporting(receiver) });

  client.send(post(chat('I am Ann.'), { headers: { traceparent } }));
  await client.answer();
  const spans = await receiver.received(4);

  const asked = clients(spans).filter(({ name }) => name === 'POST /analyze');
  const call = server(spans);
  assert.equal(call.parentSpanId, clientSpan);
  assert.deepEqual(
    asked.map(({ parentSpanId, attributes }) => [parentSpanId, attributes['url.full']]),
    Array.from({ length: 2 }, () => [call.spanId, `${analyzer.url}/analyze`]),
  );
  assert.deepEqual(
    analyzer.heads.map(({ traceparent: told }) => told),
    asked.map(({ spanId }) => `00-${traceId}-${spanId}-01`),
  );
});

test('a question without a span still names the trace of the client', async (t) => {
  const { analyzer, client } = await startRecognizing(t);

  client.send(post(chat('I am Ann.'), { headers: { traceparent } }));
  await client.answer();

  const [head] = await until('the question', () => (analyzer.heads.length > 0 ? analyzer.heads : undefined));
  assert.equal(head?.['traceparent'], traceparent);
});
