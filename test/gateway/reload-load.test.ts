import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import test, { type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mountVolume } from '../support/configmap-volume.ts';
import { openDescriptors } from '../support/descriptors.ts';
import { configText, startTestGateway, until } from '../support/gateway.ts';
import { chat } from '../support/raw-client.ts';
import { chatAnswer, chatChunk, sse } from '../support/upstream.ts';

const reloads = 1000;
const warmReloads = 200;
const heapGrowthLimit = 3 * 1024 * 1024;
const key = 'policy-config.yaml';
const prompt = 'I am ann@example.com.';
const answerText = 'Mail bob@example.org now. ';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

function heapAfterCollection(): number {
  assert.ok(typeof collect === 'function');
  collect();
  return process.memoryUsage().heapUsed;
}

interface Seen {
  readonly generation: number;
  readonly target: string | undefined;
  readonly status: number | undefined;
  readonly text: string;
}

/** A provider that answers with the prompt that reached it, so that the edition of the request shows; it keeps nothing. */
async function startEcho(t: TestContext): Promise<string> {
  const server = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const reached = /I am [^"]*/.exec(body)?.[0] ?? 'nothing';
      const isStream = body.includes('"stream":true');
      response.setHeader('content-type', isStream ? 'text/event-stream' : 'application/json');
      if (!isStream)
        return void response.end(JSON.stringify(chatAnswer({ contents: [`${reached} ${answerText}`] })));
      for (const content of [reached, ' Mail bob@exa', 'mple.org now. '])
        response.write(sse(chatChunk({ content })));
      response.end(sse(chatChunk({ finishReason: 'stop' }), '[DONE]'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });

function call(port: number, isStream: boolean): Promise<Seen> {
  const body = chat(prompt, { stream: isStream });
  return new Promise((resolve, reject) => {
    const request = http.request({
      port,
      host: '127.0.0.1',
      path: '/v1/chat/completions',
      method: 'POST',
      agent,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('error', reject);
      response.on('end', () => {
        const { 'x-keeptrusts-config': config, 'x-keeptrusts-target': target } = response.headers;
        const generation = Number(String(config).split('-')[0]);
        resolve({ generation, target: String(target), status: response.statusCode, text });
      });
    });
    request.end(body);
  });
}

test('a thousand reloads under load fail no call, mix no two editions and leave nothing behind', async (t) => {
  const [plain, redacting] = [await startEcho(t), await startEcho(t)];
  // Odd editions redact and ask one target; even ones do neither.
  const edition = (generation: number): string =>
    generation % 2 === 1
      ? configText({
          name: `e${generation}`,
          targets: [{ url: redacting, id: 'odd' }],
          chain: ['pii-detector'],
        })
      : configText({ name: `e${generation}`, targets: [{ url: plain, id: 'even' }] });
  const volume = await mountVolume(t, { [key]: edition(1) });
  const gateway = await startTestGateway(
    t,
    { targets: [] },
    {
      path: volume.path(key),
      reload: { pollMs: 500, debounceMs: 0, longestDebounceMs: 4 },
      log: { format: 'json', level: 'error' },
    },
  );
  t.after(() => agent.destroy());
  let current = 0;
  const generations = new Set<number>();
  let calls = 0;
  const load = { isOver: false };

  const caller = async (isStream: boolean): Promise<void> => {
    while (!load.isOver) {
      const seen = await call(gateway.port, isStream);
      calls += 1;
      current = Math.max(current, seen.generation);
      generations.add(seen.generation);
      assertWhole(seen, isStream);
    }
  };
  const callers = [caller(false), caller(true)];
  await volume.update({ [key]: edition(2) });
  await until('the first reload', () => (current >= 2 ? true : undefined));
  let heapBefore = 0;
  const descriptorsBefore = openDescriptors();
  const from = performance.now();
  const failed = Promise.all(callers);
  failed.catch(() => (load.isOver = true));

  for (let generation = 3; generation <= reloads + 2 && !load.isOver; generation += 1) {
    await volume.update({ [key]: edition(generation) });
    // By then everything that is loaded or compiled once is there.
    if (generation === warmReloads) heapBefore = heapAfterCollection();
    await until(`edition ${generation}`, () => (current >= generation || load.isOver ? true : undefined));
  }
  load.isOver = true;
  await failed;

  assert.equal(current, reloads + 2);
  assert.ok(generations.size >= reloads, `${generations.size} editions answered`);
  assert.ok(calls > reloads);
  await until('the old connections to go', () =>
    openDescriptors() <= descriptorsBefore + 6 ? true : undefined,
  );
  const grown = heapAfterCollection() - heapBefore;
  t.diagnostic(
    `${calls} calls, heap ${Math.round(grown / 1024)} KiB, ${Math.round(performance.now() - from)} ms`,
  );
  assert.ok(grown < heapGrowthLimit, `the heap grew by ${grown} bytes`);
  assert.deepEqual(gateway.lines(), []);
});

/** Request, target, answer and header all tell of the same edition. */
function assertWhole({ generation, target, status, text }: Seen, isStream: boolean): void {
  const isOdd = generation % 2 === 1;
  assert.equal(status, 200, text);
  assert.equal(target, isOdd ? 'odd' : 'even');
  const shown = isStream
    ? [...text.matchAll(/"delta":\{"content":"([^"]*)"/g)].map(([, content = '']) => content).join('')
    : (/"content":"([^"]*)"/.exec(text)?.[1] ?? '');
  const expected = isOdd
    ? 'I am [EMAIL]. Mail [EMAIL] now. '
    : 'I am ann@example.com. Mail bob@example.org now. ';
  assert.equal(shown, expected);
  if (isStream) assert.match(text, /\[DONE\]/);
}
