import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Phase } from '../../src/admin/health.ts';
import { type AdminParts, AdminServer } from '../../src/admin/server.ts';

function health(phase: Phase, isDegraded = false) {
  return {
    phase,
    isDegraded,
    refusesAll: false,
    version: '0.1.0',
    uptimeSeconds: 61.7,
    policiesLoaded: 4,
    requestsProcessed: 9,
  };
}

function unexpected(error: unknown): void {
  assert.ifError(error);
}

async function start(t: TestContext, parts: Partial<AdminParts> = {}) {
  const errors: unknown[] = [];
  const server = new AdminServer({
    health: () => health('serving'),
    metrics: () => Promise.resolve('# HELP a b\n'),
    status: () => ({ version: '0.1.0' }),
    onError: (error) => errors.push(error),
    ...parts,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  t.after(() => server.close());
  return { port, errors, url: (path: string) => `http://127.0.0.1:${port}${path}` };
}

const probes: readonly (readonly [Phase, number, number, number])[] = [
  ['starting', 200, 503, 503],
  ['serving', 200, 200, 200],
  ['draining', 200, 503, 200],
  ['stopped', 200, 503, 200],
];

for (const [phase, live, ready, started] of probes) {
  test(`while ${phase}: healthz ${live}, readyz ${ready}, startupz ${started}`, async (t) => {
    const { url } = await start(t, { health: () => health(phase) });

    const statuses = await Promise.all(
      ['/healthz', '/readyz', '/startupz'].map(async (path) => (await fetch(url(path))).status),
    );

    assert.deepEqual(statuses, [live, ready, started]);
  });
}

test('where every call would fail, readiness says so and liveness does not', async (t) => {
  const { url } = await start(t, { health: () => ({ ...health('serving', true), refusesAll: true }) });

  const ready = await fetch(url('/readyz'));
  const live = await fetch(url('/healthz'));

  assert.deepEqual([ready.status, live.status], [503, 200]);
  assert.match(await ready.text(), /"status":"unhealthy"/);
});

test('a rejected reload shows in the document and leaves readiness as it is', async (t) => {
  const { url } = await start(t, { health: () => health('serving', true) });

  const response = await fetch(url('/readyz'));

  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    status: 'degraded',
    phase: 'serving',
    uptime_seconds: 61,
    version: '0.1.0',
    policies_loaded: 4,
    requests_processed: 9,
  });
});

test('metrics are text as Prometheus wants it', async (t) => {
  const { url } = await start(t);

  const response = await fetch(url('/metrics?name[]=x'));

  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await response.text(), '# HELP a b\n');
});

test('status is JSON and is not kept by anyone', async (t) => {
  const { url } = await start(t);

  const response = await fetch(url('/status'));

  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.deepEqual(await response.json(), { version: '0.1.0' });
});

for (const path of [
  '/',
  '/health',
  '/statusx',
  '/status/',
  '/metrics%00',
  '/v1/chat/completions',
  '/__proto__',
]) {
  test(`${path} is not here`, async (t) => {
    const { url } = await start(t);

    const response = await fetch(url(path));

    assert.equal(response.status, 404);
    assert.deepEqual(await response.json(), { error: { code: 'no_route' } });
  });
}

for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
  test(`${method} is refused, and nothing is made for it`, async (t) => {
    let made = 0;
    const { url } = await start(t, { metrics: () => Promise.resolve(`${(made += 1)}`) });

    const response = await fetch(url('/metrics'), { method });

    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'GET, HEAD');
    assert.equal(made, 0);
  });
}

test('HEAD answers like GET, without the body', async (t) => {
  const { url } = await start(t);

  const response = await fetch(url('/status'), { method: 'HEAD' });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-length'), '19');
  assert.equal(await response.text(), '');
});

test('a page that cannot be made is 500, and its cause stays here', async (t) => {
  const bug = new Error('secret detail');
  const { url, errors } = await start(t, {
    status: () => {
      throw bug;
    },
    metrics: () => Promise.reject(bug),
  });

  const replies = await Promise.all([fetch(url('/status')), fetch(url('/metrics'))]);

  assert.deepEqual(
    replies.map(({ status }) => status),
    [500, 500],
  );
  assert.doesNotMatch((await Promise.all(replies.map((reply) => reply.text()))).join(''), /secret/);
  assert.deepEqual(errors, [bug, bug]);
});

test('an upload is not read: the reply ends the connection', async (t) => {
  const { port } = await start(t);
  const socket = connect(port, '127.0.0.1');
  t.after(() => socket.destroy());
  socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nx');

  const text = await textUntilClosed(socket);

  assert.match(text, /^HTTP\/1\.1 200 OK\r\n/);
  assert.match(text, /connection: close/i);
});

test('broken requests and oversized headers are refused, and the server goes on', async (t) => {
  const { port, url } = await start(t);
  const broken = [
    ['nonsense\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(10_000)}\r\n\r\n`, 431],
    ['GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n', 400],
  ] as const;

  for (const [bytes, status] of broken) {
    const socket = connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    socket.write(bytes);
    assert.match(await textUntilClosed(socket), new RegExp(`^HTTP/1\\.1 ${status} `));
  }

  assert.equal((await fetch(url('/healthz'))).status, 200);
});

test('closing ends every connection, those with a page in the making too', async (t) => {
  const asked = Promise.withResolvers<void>();
  const server = new AdminServer({
    health: () => health('serving'),
    metrics: () => {
      asked.resolve();
      return new Promise(() => undefined);
    },
    status: () => ({}),
    onError: unexpected,
  });
  const { port } = await server.listen('127.0.0.1', 0);
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  sockets[0]?.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n');
  await asked.promise;

  await Promise.all([server.close(), ...sockets.map(textUntilClosed)]);
});

test('a port that is taken rejects', async (t) => {
  const { port } = await start(t);
  const second = new AdminServer({
    health: () => health('serving'),
    metrics: () => Promise.resolve(''),
    status: () => ({}),
    onError: unexpected,
  });

  await assert.rejects(second.listen('127.0.0.1', port), { code: 'EADDRINUSE' });
});

test('a client that leaves while its page is made does no harm', async (t) => {
  const asked = Promise.withResolvers<void>();
  const page = Promise.withResolvers<string>();
  const { url, errors } = await start(t, {
    metrics: () => {
      asked.resolve();
      return page.promise;
    },
  });
  const call = request(url('/metrics')).end();
  call.on('error', () => undefined); // it is ended on purpose
  await asked.promise;

  call.destroy();
  page.resolve('late');

  assert.equal((await fetch(url('/healthz'))).status, 200);
  assert.deepEqual(errors, []);
});

async function textUntilClosed(socket: ReturnType<typeof connect>): Promise<string> {
  let text = '';
  socket.on('data', (bytes) => (text += String(bytes)));
  socket.on('error', () => undefined); // a reset is an end too
  await once(socket, 'close', { signal: AbortSignal.timeout(5000) });
  return text;
}
