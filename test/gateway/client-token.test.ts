import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { AuthenticationError, OpenAI } from 'openai';
import { type ConfigMapVolume, mountVolume, temporaryDirectory } from '../support/configmap-volume.ts';
import { assertRefusal } from '../support/envelope.ts';
import { type StartOptions, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const token = 'token-number-one-7f3a';
const next = 'token-number-two-91bc';
const page = 'https://app.example';
const reload = { pollMs: 20, debounceMs: 5, longestDebounceMs: 50 };

async function start(t: TestContext, options: StartOptions = {}) {
  const volume = await mountVolume(t, { tokens: `# clients\n${token}\n` });
  const upstream = await startUpstream(t, [[send(jsonReply(chatAnswer()))]]);
  const config = { targets: [{ url: upstream.url }], more: { cors: { allow_origins: [page] } } };
  const gateway = await startTestGateway(t, config, {
    clientTokenFile: volume.path('tokens'),
    reload,
    ...options,
  });
  return { volume, upstream, gateway, client: await gateway.client() };
}

async function statusWith(gateway: TestGateway, shown: string): Promise<number> {
  const client = await gateway.client();
  client.send(post(chat('hi'), { headers: { authorization: `Bearer ${shown}` } }));
  const { status } = await client.answer();
  client.socket.destroy();
  return status;
}

async function degraded(gateway: TestGateway): Promise<unknown> {
  const status: unknown = await (await fetch(`${gateway.gateway.adminUrl}/status`)).json();
  return typeof status === 'object' && status !== null && 'degraded' in status ? status.degraded : undefined;
}

for (const headers of [
  { authorization: `Bearer ${token}` },
  { authorization: `bearer  ${token} ` },
  { 'x-api-key': token },
  { 'api-key': token },
  { authorization: 'Bearer unused', 'x-api-key': token },
]) {
  test(`a call with ${JSON.stringify(headers)} is served, and the token goes no further`, async (t) => {
    const { client, upstream, gateway } = await start(t);

    client.send(post(chat('hi'), { headers }));

    assert.equal((await client.answer()).status, 200);
    const received = await upstream.request(0);
    assert.ok(!JSON.stringify(received.headers).includes(token));
    await gateway.calls(1);
    assert.ok(!JSON.stringify(gateway.lines()).includes(token));
  });
}

for (const headers of [
  {},
  { authorization: 'Bearer' },
  { authorization: `Bearer ${token}x` },
  { authorization: `Bearer ${token.slice(0, -1)}` },
  { authorization: token },
  { authorization: `Basic ${token}` },
  { authorization: 'Bearer # clients' },
  { authorization: `Bearer ${token.toUpperCase()}` },
  { cookie: `token=${token}` },
  { 'x-api-key': '' },
]) {
  test(`a call with ${JSON.stringify(headers)} is refused with 401, and not worth a second try`, async (t) => {
    const { client, upstream } = await start(t);

    client.send(post(chat('hi'), { headers }));
    const refused = await client.answer();

    assertRefusal(refused, 401, 'unauthorized');
    assert.equal(refused.headers['www-authenticate'], 'Bearer');
    assert.equal(refused.headers['x-should-retry'], 'false');
    assert.match(refused.text, /--client-token-file/);
    assert.equal(upstream.requests.length, 0);
  });
}

test('without a token nobody learns what is served where', async (t) => {
  const { gateway } = await start(t);

  const paths = ['/nowhere', '/v1/models', '/v1/chat/completions', '/status'];
  const answers = await Promise.all(paths.map((path) => fetch(gateway.url + path)));

  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 401, 401, 401],
  );
});

test('probes and preflights need no token; a page on the list may read that it needs one', async (t) => {
  const { gateway, client } = await start(t);

  const probes = await Promise.all(
    ['/healthz', '/readyz', '/health?x=1'].map((path) => fetch(gateway.url + path)),
  );
  client.send(
    `OPTIONS /v1/models HTTP/1.1\r\nhost: a\r\norigin: ${page}\r\naccess-control-request-method: GET\r\n\r\n`,
  );
  const preflight = await client.answer();
  client.send(`GET /v1/models HTTP/1.1\r\nhost: a\r\norigin: ${page}\r\n\r\n`);
  const refused = await client.answer();

  assert.deepEqual(
    probes.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal(preflight.status, 204);
  assertRefusal(refused, 401, 'unauthorized');
  assert.equal(refused.headers['access-control-allow-origin'], page);
});

test('the answer to a stranger does not wait for the body', async (t) => {
  const { client } = await start(t);

  client.send('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n{');

  assertRefusal(await client.answer(), 401, 'unauthorized');
});

test('a client that asks before it sends a body is told to keep it', async (t) => {
  const { client } = await start(t);
  const head = 'POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\n';

  client.send(`${head}content-length: 1000\r\n\r\n`);
  const refused = await client.answer();

  assertRefusal(refused, 401, 'unauthorized');
  assert.deepEqual(refused.informational, []);
});

test('the official SDK shows its key as the token, and a wrong one is an AuthenticationError', async (t) => {
  const { gateway } = await start(t);
  const baseURL = `${gateway.url}/v1`;
  const call = { model: 'm', messages: [{ role: 'user' as const, content: 'hi' }] };

  const answer = await new OpenAI({ baseURL, apiKey: token }).chat.completions.create(call);
  const refused = new OpenAI({ baseURL, apiKey: 'wrong' }).chat.completions.create(call);

  assert.equal(answer.choices[0]?.message.content, 'Hello.');
  await assert.rejects(refused, AuthenticationError);
});

async function changed(volume: ConfigMapVolume, gateway: TestGateway, tokens: string, message: string) {
  const before = gateway.lines().length;
  await volume.update({ tokens });
  const isNew = (line: object): boolean => gateway.lines().findIndex((one) => same(one, line)) >= before;
  return gateway.logged((line) => line['message'] === message && isNew(line));
}

function same(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

const taken = 'the client tokens have changed';
const kept = 'the client tokens cannot be used; the last good ones stay valid';

test('tokens rotate with the mounted Secret: both for a while, then the new one', async (t) => {
  const { gateway, volume } = await start(t);

  await changed(volume, gateway, `${token}\n${next}\n`, taken);
  const both = [await statusWith(gateway, token), await statusWith(gateway, next)];
  await changed(volume, gateway, `${next}\n`, taken);
  const rotated = [await statusWith(gateway, token), await statusWith(gateway, next)];

  assert.deepEqual(both, [200, 200]);
  assert.deepEqual(rotated, [401, 200]);
});

test('a bad file later keeps the last good tokens, says so, and recovers', async (t) => {
  const { gateway, volume } = await start(t);

  const empty = await changed(volume, gateway, '# nobody\n', kept);
  const during = [await statusWith(gateway, token), await degraded(gateway)];
  await changed(volume, gateway, `# clients\n${token}\n`, taken);

  assert.equal(empty['level'], 'warn');
  assert.match(String(empty['reason']), /holds no token/);
  assert.deepEqual(during, [200, ['client_tokens']]);
  assert.deepEqual(await degraded(gateway), []);
  assert.equal(await statusWith(gateway, token), 200);
});

async function startWith(t: TestContext, tokens: string | undefined, mode = 0o600) {
  const path = join(await temporaryDirectory(t), 'tokens');
  if (tokens !== undefined) await writeFile(path, tokens);
  if (tokens !== undefined) chmodSync(path, mode);
  return startTestGateway(t, { targets: [{ url: 'http://127.0.0.1:1' }] }, { clientTokenFile: path });
}

for (const [what, tokens, reason] of [
  ['missing', undefined, /--client-token-file: .*does not exist/],
  ['empty', '', /--client-token-file: .*holds no token/],
  ['malformed', 'a b\n', /--client-token-file: .*line 1 is not a token/],
] as const) {
  test(`a ${what} file at start is fatal`, async (t) => {
    await assert.rejects(startWith(t, tokens), { name: 'GatewayStartError', message: reason });
  });
}

function warns(gateway: TestGateway): boolean {
  return gateway.lines().some(({ message }) => /no credential/.test(String(message)));
}

test('an address beyond loopback warns without tokens, and not with them', async (t) => {
  const listen = [{ host: '0.0.0.0', port: 0 }];
  const open = await startTestGateway(t, { targets: [{ url: 'http://127.0.0.1:1' }] }, { listen });
  const { gateway } = await start(t, { listen });

  assert.equal(warns(open), true);
  assert.equal(warns(gateway), false);
});
