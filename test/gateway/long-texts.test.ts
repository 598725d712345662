import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { mountVolume } from '../support/configmap-volume.ts';
import { configText, startTestGateway, type TestGateway, until } from '../support/gateway.ts';
import { chat, post, type RawClient } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, gate, hold, send, type Script, startUpstream } from '../support/upstream.ts';

const chain = ['prompt-injection', 'pii-detector', 'safety-filter'];
const policy = { 'prompt-injection': { action: 'flag' }, 'safety-filter': { action: 'flag' } };

/** Text that detectors like least, with one thing to find at its end. */
const dense = `${'12-34.56 78:9a.1.2.3.4-5 (6) +7 '.repeat(60_000)} I am ann@example.com`;

async function start(t: TestContext, script: Script = [[send(jsonReply(chatAnswer()))]]) {
  const upstream = await startUpstream(t, script);
  const config = { targets: [{ url: upstream.url }], chain, policy };
  const gateway = await startTestGateway(t, config);
  return { upstream, gateway };
}

/** Sends a call all but its last byte, and resolves once the gateway has read that much. */
async function sendNearly(gateway: TestGateway, bytes: Buffer, bodyBytes: number): Promise<RawClient> {
  const client = await gateway.client();
  client.send(bytes.subarray(0, -1));
  let held = 0;
  while (held < bodyBytes - 1) held = await bufferedBytes(gateway);
  return client;
}

async function bufferedBytes({ gateway }: TestGateway): Promise<number> {
  const response = await fetch(`${gateway.adminUrl}/status`);
  const status: unknown = await response.json();
  if (typeof status !== 'object' || status === null || !('buffered_bytes' in status)) return 0;
  return Number(status.buffered_bytes);
}

/** Asks one thing after the other until there have been so many, or the long one is answered. */
async function answeredBefore(
  long: RawClient,
  most: number,
  ask: () => Promise<{ readonly status: number }>,
): Promise<number> {
  for (let count = 0; count < most; count += 1) {
    const { status } = await ask();
    if (long.received.length > 0) return count;
    assert.equal(status, 200);
  }
  return most;
}

/** The answer to a long call, which may take long where the machine has much else to do. */
async function patientAnswer(long: RawClient) {
  await until('a long answer', () => (long.received.length > 0 ? true : undefined), 60_000);
  return long.answer();
}

const health = 'GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n';

test('probes and small calls are answered while a long call is judged', async (t) => {
  const { upstream, gateway } = await start(t);
  const body = chat(dense);
  const long = await sendNearly(gateway, post(body), Buffer.byteLength(body));
  const small = await gateway.client();

  long.send('}');
  let turn = 0;
  const before = await answeredBefore(long, 12, () => {
    turn += 1;
    small.send(turn % 2 === 0 ? health : post(chat('hi')));
    return small.answer();
  });

  assert.equal(before, 12);
  assert.equal((await patientAnswer(long)).status, 200);
  assert.match((await upstream.request(6)).body.toString().slice(-60), /I am \[EMAIL\]/);
});

test('probes are answered while a long answer is judged', async (t) => {
  const sent = gate();
  const bytes = jsonReply(chatAnswer({ contents: [dense] }));
  const { gateway } = await start(t, [[send(bytes.subarray(0, -1)), hold(sent), send(bytes.subarray(-1))]]);
  const long = await gateway.client();
  const small = await gateway.client();
  long.send(post(chat('hi')));
  const ask = () => {
    small.send(health);
    return small.answer();
  };
  await answeredBefore(long, 400, ask); // in which all but the last byte is read
  sent.open();

  const before = await answeredBefore(long, 12, ask);

  assert.equal(before, 12);
  const answer = await patientAnswer(long);
  assert.equal(answer.status, 200);
  assert.match(answer.text.slice(-200), /I am \[EMAIL\]/);
});

test('a client that leaves while its call is judged ends the work: nothing of it reaches a provider', async (t) => {
  const { upstream, gateway } = await start(t);
  const body = chat(dense);
  const long = await sendNearly(gateway, post(body), Buffer.byteLength(body));
  const small = await gateway.client();

  long.send('}');
  small.send(health);
  await small.answer();
  long.socket.destroy();

  const [call] = await gateway.calls(1);
  assert.equal(call?.['status'], 499);
  assert.equal(call?.['code'], 'client_closed');
  assert.deepEqual(upstream.requests, []);
  const page = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
  const evaluated = page.match(/^keeptrusts_gateway_policy_evaluations_total\{policy="safety-filter".*$/m);
  assert.equal(evaluated, null, 'the last policy of the chain never came to an end');
  assert.equal(await bufferedBytes(gateway), 0);
});

test('a deadline that passes while a call is judged ends it', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const providers = { deadline_seconds: 1 };
  const more = { policy: { ...policy }, chain, providers };
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url }], ...more });
  const client = await gateway.client();
  const others = await Promise.all(Array.from({ length: 7 }, () => gateway.client()));

  for (const one of [client, ...others]) one.send(post(chat(dense)));

  const { status, text } = await client.answer();
  assert.equal(status, 504);
  assert.match(text, /deadline_exceeded/);
  assert.deepEqual(upstream.requests, []);
});

test('a reload while a call is judged leaves it on the generation it began with', async (t) => {
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }], chain, policy };
  const volume = await mountVolume(t, { 'policy-config.yaml': configText(config) });
  const reload = { pollMs: 20, debounceMs: 1, longestDebounceMs: 50 };
  const gateway = await startTestGateway(t, config, { path: volume.path('policy-config.yaml'), reload });
  const body = chat(dense.repeat(2));
  const long = await sendNearly(gateway, post(body), Buffer.byteLength(body));

  long.send('}');
  await volume.update({ 'policy-config.yaml': configText({ ...config, chain: ['safety-filter'] }) });
  await until('the new generation', () =>
    gateway
      .lines()
      .find(({ message, generation }) => message === 'configuration applied' && generation === 2),
  );
  const isOpen = long.received.length === 0;

  const { headers } = await patientAnswer(long);
  assert.ok(isOpen, 'the call was still being judged');
  assert.match(headers['x-keeptrusts-config'] ?? '', /^1-/);
  assert.match((await upstream.request(0)).body.toString().slice(-60), /I am \[EMAIL\]/);
});
