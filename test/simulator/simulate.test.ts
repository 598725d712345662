import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { simulate, type SimulateOptions } from '../../src/cli/simulate.ts';

interface Run {
  readonly code: Promise<number>;
  readonly errors: string[];
  /** The first text written. */
  readonly announced: Promise<string>;
  readonly stop: () => void;
}

function run(t: TestContext, options: Partial<SimulateOptions> = {}): Run {
  const abort = new AbortController();
  const errors: string[] = [];
  const { promise: announced, resolve: write } = Promise.withResolvers<string>();
  const io = { write, error: (text: string) => errors.push(text), signal: abort.signal };
  t.after(() => abort.abort());
  const code = simulate({ listen: '127.0.0.1:0', json: false, ...options }, io);
  return { code, errors, announced, stop: () => abort.abort() };
}

test('it says where it listens, answers there, and stops when told', async (t) => {
  const { code, announced, stop } = run(t);

  const [, url = ''] = /^simulator listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(await announced) ?? [];
  const { status } = await fetch(`${url}/v1/models`);
  stop();

  assert.equal(status, 200);
  assert.equal(await code, 0);
  await assert.rejects(fetch(url));
});

test('with json the address is one JSON line', async (t) => {
  const { announced } = run(t, { json: true, listen: 'localhost:0' });

  const { url, port } = JSON.parse(await announced);

  assert.equal(new URL(url).port, String(port));
});

test('an address in use is a failure with a reason', async (t) => {
  const { port } = JSON.parse(await run(t, { json: true }).announced);

  const second = run(t, { listen: `127.0.0.1:${port}` });

  assert.equal(await second.code, 1);
  assert.match(second.errors.join(''), /^cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
});

for (const listen of ['', '8080', '127.0.0.1', '127.0.0.1:99999', ':1:2', '[::1]', 'a b:1']) {
  test(`"${listen}" is no address to listen on`, async (t) => {
    const { code, errors } = run(t, { listen });

    assert.equal(await code, 2);
    assert.match(errors.join(''), /--listen: expected HOST:PORT/);
  });
}
