import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { mountVolume } from '../support/configmap-volume.ts';
import { configText, startTestGateway, type StartOptions, type TargetLines } from '../support/gateway.ts';
import { chat, post } from '../support/raw-client.ts';
import { jsonReply, reply } from '../support/reply-bytes.ts';
import { chatAnswer, send, startUpstream } from '../support/upstream.ts';

const answered = [[send(jsonReply(chatAnswer()))]] as const;

async function start(t: TestContext, more: TargetLines['more'] = {}, options: StartOptions = {}) {
  const upstream = await startUpstream(t, answered);
  const gateway = await startTestGateway(t, { targets: [{ url: upstream.url, more }] }, options);
  return { upstream, gateway, client: await gateway.client() };
}

const everywhere = [
  'accept',
  'user-agent',
  'idempotency-key',
  'openai-beta',
  'openai-organization',
  'openai-project',
  'x-client-request-id',
  'anthropic-beta',
  'anthropic-version',
  'http-referer',
  'x-title',
  'x-openrouter-title',
  'x-openrouter-categories',
  'x-session-affinity',
  'x-session-id',
  'session-id',
  'session_id',
  'x-multi-turn-session-id',
  'x-conversation-id',
  'x-grok-conv-id',
];

const nowhere = [
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'cookie2',
  'referer',
  'origin-agent-cluster',
  'x-forwarded-for',
  'x-forwarded-host',
  'forwarded',
  'via',
  'x-real-ip',
  'te',
  'keep-alive',
  'x-stainless-lang',
  'x-tenant',
  'x-amz-security-token',
  'x-csrf-token',
  'x-keeptrusts-target',
];

test('what clients tell providers reaches every provider, whatever its case', async (t) => {
  const { upstream, client } = await start(t);
  const headers = Object.fromEntries(everywhere.map((name) => [name.toUpperCase(), `of ${name}`]));

  client.send(post(chat('hi'), { headers }));
  await client.answer();

  const received = (await upstream.request(0)).headers;
  for (const name of everywhere) assert.equal(received[name], `of ${name}`);
});

test('credentials, cookies, addresses and what no list names stay here', async (t) => {
  const { upstream, client } = await start(t);
  const headers = Object.fromEntries(nowhere.map((name) => [name, 'pomegranate']));

  client.send(post(chat('hi'), { headers }));
  await client.answer();

  const { head } = await upstream.request(0);
  assert.doesNotMatch(head.toString(), /pomegranate/);
});

test('a target may be sent more headers of the app; every other target is not', async (t) => {
  const failing = await startUpstream(t, [[send(reply({ status: 503, body: '' }))]]);
  const upstream = await startUpstream(t, answered);
  const gateway = await startTestGateway(t, {
    targets: [{ url: failing.url, more: { forward_headers: ['X-Tenant'] } }, { url: upstream.url }],
  });
  const client = await gateway.client();

  client.send(post(chat('hi'), { headers: { 'x-tenant': 'blue', 'x-title': 'app' } }));
  await client.answer();

  const [first, second] = [(await failing.request(0)).headers, (await upstream.request(0)).headers];
  assert.deepEqual([first['x-tenant'], first['x-title']], ['blue', 'app']);
  assert.deepEqual([second['x-tenant'], second['x-title']], [undefined, 'app']);
});

test("a target's own header is sent in place of the app's, once", async (t) => {
  const { upstream, client } = await start(t, {
    headers: { 'X-Title': 'ours', 'User-Agent': 'gateway/1', Accept: 'application/json', 'X-Tenant': 'ours' },
    forward_headers: ['x-tenant'],
  });
  const names = ['x-title', 'user-agent', 'accept', 'x-tenant'];
  const headers = Object.fromEntries(names.map((name) => [name, 'theirs']));

  client.send(post(chat('hi'), { headers }));
  await client.answer();

  const head = (await upstream.request(0)).head.toString();
  assert.doesNotMatch(head, /theirs/);
  for (const name of names) assert.equal(head.match(new RegExp(`^${name}: `, 'gim'))?.length, 1);
});

test('the header of the key is never taken from the app, whatever it is named', async (t) => {
  const { upstream, client } = await start(t, {
    api_key: 'sk-ours',
    api_key_header: 'X-Tenant',
    api_key_prefix: '',
    forward_headers: ['x-tenant'],
  });

  client.send(post(chat('hi'), { headers: { 'x-tenant': 'theirs' } }));
  await client.answer();

  const head = (await upstream.request(0)).head.toString();
  assert.deepEqual(head.match(/^x-tenant: .*$/gim), ['x-tenant: sk-ours']);
});

test('headers with secrets come from the environment, from files and from the store', async (t) => {
  const secrets = await mountVolume(t, { part: 'of-the-store\n', org: 'of-the-file\n' });
  const headers = {
    'X-Env': { env: 'ORG' },
    'X-File': { file: secrets.path('org') },
    'X-Store': { secret_key_ref: { store: 'part' } },
  };
  const { upstream, client } = await start(
    t,
    { headers },
    { env: { ORG: 'of-the-env' }, secretsDir: secrets.directory },
  );

  client.send(post(chat('hi')));
  await client.answer();

  const { headers: received } = await upstream.request(0);
  assert.equal(received['x-env'], 'of-the-env');
  assert.equal(received['x-file'], 'of-the-file');
  assert.equal(received['x-store'], 'of-the-store');
});

test('a secret header follows its file as it rotates, and is told nowhere', async (t) => {
  const upstream = await startUpstream(t, answered);
  const secret = await mountVolume(t, { org: 'pomegranate-1\n' });
  const more = { headers: { 'X-Org': { file: secret.path('org') } } };
  const config = configText({ targets: [{ url: upstream.url, more }] });
  const volume = await mountVolume(t, { 'policy-config.yaml': config });
  const quick = { pollMs: 20, debounceMs: 5 };
  const gateway = await startTestGateway(
    t,
    { targets: [] },
    { path: volume.path('policy-config.yaml'), reload: quick },
  );
  const client = await gateway.client();

  client.send(post(chat('hi')));
  await client.answer();
  await secret.update({ org: 'pomegranate-2\n' });
  await gateway.logged(({ message, generation }) => message === 'configuration applied' && generation === 2);
  client.send(post(chat('hi')));
  await client.answer();

  assert.equal((await upstream.request(0)).headers['x-org'], 'pomegranate-1');
  assert.equal((await upstream.request(1)).headers['x-org'], 'pomegranate-2');
  const pages = await Promise.all(
    ['/status', '/metrics'].map((path) => fetch(gateway.gateway.adminUrl + path).then((page) => page.text())),
  );
  assert.doesNotMatch(JSON.stringify([gateway.lines(), pages]), /pomegranate/);
});

test('an error of a provider that quotes a secret header is passed without it', async (t) => {
  const secret = 'pomegranate/1';
  const body = JSON.stringify({ error: { message: `no such org ${secret}`, code: 'x' } });
  const upstream = await startUpstream(t, [
    [send(reply({ status: 401, body, headers: { 'x-request-id': `for ${secret}` } }))],
  ]);
  const more = { api_key: 'sk-persimmon', headers: { 'X-Org': { env: 'ORG' }, 'X-Title': 'no such' } };
  const gateway = await startTestGateway(
    t,
    { targets: [{ url: upstream.url, more }] },
    { env: { ORG: secret } },
  );
  const client = await gateway.client();

  client.send(post(chat('hi')));
  const answer = await client.answer();

  assert.match(answer.text, /no such org \[masked\]/);
  assert.doesNotMatch(JSON.stringify(answer.headers), /pomegranate/);
});

const bytes: Readonly<Record<string, Buffer>> = {
  'UTF-8': Buffer.from('Café 日本 😀'),
  'Latin-1': Buffer.from('Caf\u00e9', 'latin1'),
  'a tab': Buffer.from('a\tb'),
  'twenty kilobytes': Buffer.alloc(20_000, 'x'),
  nothing: Buffer.alloc(0),
};

for (const [what, value] of Object.entries(bytes)) {
  test(`a header of ${what} crosses byte for byte`, async (t) => {
    const { upstream, client } = await start(t);
    const [head, ...rest] = post(chat('hi')).toString().split('host: a\r\n');

    client.send(
      Buffer.concat([Buffer.from(`${head}host: a\r\nx-title: `), value, Buffer.from(`\r\n${rest.join('')}`)]),
    );

    assert.equal((await client.answer()).status, 200);
    const at = (await upstream.request(0)).head.toString('latin1');
    assert.ok(at.includes(`x-title: ${value.toString('latin1')}\r\n`));
  });
}

for (const code of [0x00, 0x01, 0x0b, 0x1f, 0x7f]) {
  test(`a header with the character ${code} is the client's mistake, and no provider's`, async (t) => {
    const { upstream, client } = await start(t);

    client.send(post(chat('hi'), { headers: { 'x-title': `a${String.fromCodePoint(code)}b` } }));

    const { status } = await client.answer();
    assert.equal(status, 400);
    assert.equal(upstream.requests.length, 0);
  });
}

test('a header twice is one list, in the order sent', async (t) => {
  const { upstream, client } = await start(t);
  const body = chat('hi');

  client.send(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\nOpenAI-Beta: a=1\r\nx-title: x\r\nopenai-beta: b=2\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await client.answer();

  assert.equal((await upstream.request(0)).headers['openai-beta'], 'a=1, b=2');
});

test('a header that the client keeps to its connection goes no further', async (t) => {
  const { upstream, client } = await start(t);

  client.send(
    post(chat('hi'), { headers: { connection: 'keep-alive, X-Title', 'x-title': 'a', 'http-referer': 'b' } }),
  );
  await client.answer();

  const { headers } = await upstream.request(0);
  assert.deepEqual([headers['x-title'], headers['http-referer']], [undefined, 'b']);
});
