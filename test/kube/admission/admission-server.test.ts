import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import test, { type TestContext } from 'node:test';
import { connect } from 'node:tls';
import type { AdmissionAnswer, AdmissionRequest } from '../../../src/kube/admission/admission-review.ts';
import { AdmissionServer } from '../../../src/kube/admission/admission-server.ts';
import { makeAuthority, makeLeaf } from '../../../src/kube/certificates/authority.ts';

const authority = await makeAuthority(Date.now());

interface Judging {
  readonly judge?: (request: AdmissionRequest) => Promise<AdmissionAnswer> | AdmissionAnswer;
  readonly isRequired?: boolean;
}

async function start(
  t: TestContext,
  { judge = () => ({ allowed: true, warnings: [] }), isRequired = false }: Judging,
) {
  const failed: unknown[] = [];
  const server = new AdmissionServer({
    routes: [{ webhook: 'injection', path: '/judge', isRequired, judge }],
    onJudged: () => undefined,
    onFailed: (_route, error) => failed.push(error),
    onMalformed: () => undefined,
  });
  server.use(await makeLeaf(authority, ['localhost'], Date.now()));
  const port = await server.listen(0);
  t.after(() => server.close());
  return { server, port, failed };
}

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly type?: string;
  readonly body?: string;
}

/** A call as the API server makes it: it trusts the caBundle and nobody else. */
async function call(
  port: number,
  { path = '/judge?timeout=3s', method = 'POST', type = 'application/json', body = '' }: Sent,
) {
  const agent = new Agent({ ca: authority.cert, keepAlive: false });
  const sent = request({ host: 'localhost', port, path, method, agent, headers: { 'content-type': type } });
  sent.on('error', () => undefined); // a refused body may not be read to its end
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, type: response.headers['content-type'], body: await text(response) };
}

const review = (more: object = {}): string =>
  JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: { uid: 'u-1', operation: 'CREATE', namespace: 'shop', object: {}, ...more },
  });

test('the answer has the uid of the question, and a patch in base64', async (t) => {
  const patch = [{ op: 'add', path: '/a', value: 1 }] as const;
  const { port } = await start(t, { judge: () => ({ allowed: true, warnings: ['look'], patch }) });

  const { status, type, body } = await call(port, { body: review() });

  assert.equal(status, 200);
  assert.equal(type, 'application/json');
  assert.deepEqual(JSON.parse(body), {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    response: {
      uid: 'u-1',
      allowed: true,
      warnings: ['look'],
      patchType: 'JSONPatch',
      patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
    },
  });
});

const refused: readonly (readonly [what: string, sent: Sent, status: number])[] = [
  ['another path', { path: '/other', body: review() }, 404],
  ['another method', { method: 'PUT', body: review() }, 405],
  ['another type', { type: 'text/plain', body: review() }, 415],
  ['no JSON', { body: '{' }, 400],
  ['another version', { body: review().replace('k8s.io/v1', 'k8s.io/v1beta1') }, 400],
  ['no uid', { body: review({ uid: '' }) }, 400],
  ['no request', { body: '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}' }, 400],
  ['a body over 3 MiB', { body: review({ object: { text: 'x'.repeat(3 * 1_048_576) } }) }, 413],
];

for (const [what, sent, expected] of refused) {
  test(`${what} is refused with ${expected}, and the next call is answered`, async (t) => {
    const { port } = await start(t, {});

    const { status } = await call(port, sent);
    const next = await call(port, { body: review() });

    assert.equal(status, expected);
    assert.equal(next.status, 200);
  });
}

const failing = (): never => {
  throw new Error('a bug');
};

for (const isRequired of [false, true]) {
  test(`a webhook that fails ${isRequired ? 'refuses where it is required' : 'allows, with a warning'}`, async (t) => {
    const { port, failed } = await start(t, { judge: failing, isRequired });

    const { response } = JSON.parse((await call(port, { body: review() })).body);

    assert.equal(response.allowed, !isRequired);
    assert.match(isRequired ? response.status.message : response.warnings[0], /the injection webhook failed/);
    assert.equal(failed.length, 1);
  });
}

test('another certificate is shown to the next connection, and closing waits for what is open', async (t) => {
  const { promise, resolve } = Promise.withResolvers<AdmissionAnswer>();
  const asked = Promise.withResolvers<undefined>();
  const judge = (): Promise<AdmissionAnswer> => {
    asked.resolve(undefined);
    return promise;
  };
  const { server, port } = await start(t, { judge });
  const open = call(port, { body: review() });
  await asked.promise;

  const leaf = await makeLeaf(authority, ['localhost'], Date.now());
  server.use(leaf);
  const socket = connect({ host: 'localhost', port, ca: authority.cert });
  await once(socket, 'secureConnect');
  const shown = socket.getPeerX509Certificate()?.toString();
  socket.destroy();
  const closed = server.close();
  resolve({ allowed: true, warnings: [] });
  const [{ status }] = await Promise.all([open, closed]);

  assert.equal(shown, leaf.cert);
  assert.equal(status, 200);
});

test('a client that leaves in the middle of its body, or of its handshake, harms nobody', async (t) => {
  const { port } = await start(t, {});
  const half = connect({ host: 'localhost', port, ca: authority.cert });
  await once(half, 'secureConnect');
  half.write(
    'POST /judge HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
  );
  half.destroy();
  const wrong = connect({ host: 'localhost', port });
  await assert.rejects(once(wrong, 'secureConnect'), /certificate/);

  const { status } = await call(port, { body: review() });

  assert.equal(status, 200);
});
