import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import test from 'node:test';
import { reach } from '../../src/doctor/reach.ts';

test('an origin that takes connections is reached, and gets not one byte', async (t) => {
  let received = 0;
  const closed = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('data', (part) => (received += part.length)).on('close', () => closed.resolve());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;

  const found = await reach(`http://127.0.0.1:${port}`, 3000);
  await closed.promise;

  assert.equal(found.failure, undefined);
  assert.equal(received, 0);
});

test('where nothing listens the reason is said', async () => {
  const { failure } = await reach('http://127.0.0.1:1', 3000);

  assert.equal(failure?.code, 'ECONNREFUSED');
});

test('a server that speaks no TLS does not count for https', async (t) => {
  const server = createServer((socket) => socket.end('no')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;

  const { failure } = await reach(`https://127.0.0.1:${port}`, 3000);

  assert.ok(failure !== undefined);
});

test('one that takes the connection and stays silent is given up on', async (t) => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;

  const { failure } = await reach(`https://127.0.0.1:${port}`, 200);

  assert.equal(failure?.code, 'ETIMEDOUT');
});
