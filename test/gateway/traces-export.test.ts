import assert from 'node:assert/strict';
import test from 'node:test';
import { startTestGateway, until } from '../support/gateway.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { exporting, startTraced } from '../support/traces-rig.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';
const whole = jsonReply(chatAnswer());

test('the exporter sends its headers and compresses; neither headers nor paths are told anywhere', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const upstream = await startUpstream(t, [[send(whole)]]);
  const env = {
    ...exporting(receiver),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url.replace('//', '//user:passwordsecret@') + '/pathsecret',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=headersecret,bad name=badsecret',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=pod-1',
  };
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }] }, { env });
  const client = await gateway.client();

  client.send(post(chat('hi')));
  await client.answer();
  const [span] = await receiver.received(2);
  receiver.manner = 400;
  client.send(post(chat('hi')));
  await client.answer();
  await gateway.logged(({ message }) => message === 'spans could not be exported and are dropped');

  const [first] = receiver.exports;
  assert.equal(first?.path, '/pathsecret/v1/traces');
  assert.equal(first.headers['api-key'], 'headersecret');
  assert.equal(first.headers['content-encoding'], 'gzip');
  assert.equal(first.headers.authorization, `Basic ${Buffer.from('user:passwordsecret').toString('base64')}`);
  assert.equal(span?.resource['k8s.pod.name'], 'pod-1');
  const status = await (await fetch(`${gateway.gateway.adminUrl}/status`)).text();
  assert.match(status, new RegExp(`"endpoint":"${receiver.url}"`));
  assert.doesNotMatch(JSON.stringify(gateway.lines()) + status, /(header|password|path|bad)secret/);
});

async function dropped(adminUrl: string): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(/^keeptrusts_gateway_spans_dropped_total (\d+)$/m.exec(text)?.[1]);
}

test('a receiver that refuses is heard of once, its spans are counted, and all is well again later', async (t) => {
  const { receiver, client, gateway } = await startTraced(t, { scripts: [[[send(whole)]]] });
  receiver.manner = 400;
  const { adminUrl } = gateway.gateway;

  for (let calls = 1; calls <= 5; calls += 1) {
    client.send(post(chat('hi')));
    assert.equal((await client.answer()).status, 200);
    await until('an export', () => (receiver.exports.length >= calls ? true : undefined));
  }
  while ((await dropped(adminUrl)) < 10) await gateway.calls(5);
  receiver.manner = 'take';
  client.send(post(chat('hi')));
  await client.answer();
  await receiver.received(2);
  await gateway.logged(({ message }) => message === 'spans are exported again');

  const warnings = gateway.lines().filter(({ target, level }) => target === 'traces' && level === 'warn');
  assert.equal(warnings.length, 1);
  const status: unknown = await (await fetch(`${adminUrl}/status`)).json();
  assert.ok(typeof status === 'object' && status !== null && 'tracing' in status);
  assert.deepEqual(status.tracing, {
    enabled: true,
    endpoint: receiver.url,
    protocol: 'http/json',
    sampler: 'parentbased_always_on',
    exported_spans: 2,
    queued_spans: 0,
    dropped_spans: 10,
    failing: false,
  });
});

test('a batch is sent again while the receiver asks for that', async (t) => {
  const { receiver, client, gateway } = await startTraced(t, { scripts: [[[send(whole)]]] });
  receiver.manner = 503;

  client.send(post(chat('hi')));
  await client.answer();
  await until('the first export', () => (receiver.exports.length > 0 ? true : undefined));
  receiver.manner = 'take';

  assert.equal((await receiver.received(2)).length, 2);
  assert.equal(await dropped(gateway.gateway.adminUrl), 0);
});

test('spans that a receiver takes no part of are counted', async (t) => {
  const { receiver, client, gateway } = await startTraced(t, { scripts: [[[send(whole)]]] });
  receiver.manner = 'reject-one';

  client.send(post(chat('hi')));
  await client.answer();
  await gateway.logged(({ message }) => message === 'spans could not be exported and are dropped');

  assert.equal(await dropped(gateway.gateway.adminUrl), 1);
});

for (const [what, manner] of [
  ['hangs', 'hang'],
  ['is away', undefined],
] as const) {
  test(`where the receiver ${what} calls are served, the queue stays bounded and what is beyond is counted`, async (t) => {
    const { receiver, client, gateway } = await startTraced(t, {
      scripts: [[[send(whole)]]],
      env: {
        OTEL_BSP_MAX_QUEUE_SIZE: '10',
        OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4',
        ...(manner === undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }),
      },
    });
    if (manner !== undefined) receiver.manner = manner;

    for (let calls = 0; calls < 50; calls += 1) {
      client.send(post(chat('hi')));
      assert.equal((await client.answer()).status, 200);
    }

    const lost = await dropped(gateway.gateway.adminUrl);
    assert.ok(lost >= 100 - 10 - 4 * 2 && lost < 100, `${lost} of 100 spans`);
    const warnings = gateway.lines().filter(({ target, level }) => target === 'traces' && level === 'warn');
    assert.equal(warnings.length, 1);
  });
}

test('what cannot be used of the variables is said once at the start', async (t) => {
  const { gateway } = await startTraced(t, {
    scripts: [[[send(whole)]]],
    env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  });

  const line = await gateway.logged(({ target }) => target === 'traces');
  assert.equal(line['level'], 'warn');
  assert.match(String(line['message']), /grpc is not supported/);
});

test('a certificate that cannot be read costs the spans and nothing else', async (t) => {
  const { client, gateway } = await startTraced(t, {
    scripts: [[[send(whole)]]],
    env: { OTEL_EXPORTER_OTLP_CERTIFICATE: '/no/such/file.pem' },
  });

  client.send(post(chat('hi')));
  assert.equal((await client.answer()).status, 200);
  await gateway.logged(({ target, level }) => target === 'traces' && level === 'warn');
});
