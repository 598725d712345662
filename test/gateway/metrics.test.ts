import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { configText, startTestGateway, type TestGateway, until } from '../support/gateway.ts';
import { chat, post, type RawClient, streamPost } from '../support/raw-client.ts';
import { chatAnswer, chatChunk, send, sse, startUpstream } from '../support/upstream.ts';
import { readScrape, type Sample } from '../accounts/scraped.ts';

async function scrape({ gateway }: TestGateway): Promise<string> {
  const answer = await fetch(`${gateway.adminUrl}/metrics`);
  assert.equal(answer.status, 200);
  return answer.text();
}

function wholeReply(status: number, body: unknown): string {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
}

const streamReply = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${sse(
  chatChunk({ content: 'Hello. ' }),
  chatChunk({ finishReason: 'stop' }),
  '[DONE]',
)}`;

/** A provider that answers with the status the prompt asks for, or a stream. */
async function startProvider(t: Cleanup): Promise<string> {
  const { url } = await startUpstream(t, async ({ body }, connection) => {
    const text = body.toString();
    if (text.includes('"stream":true')) {
      await send(streamReply)(connection);
      return connection.end();
    }
    const status = Number(/status (\d+)/.exec(text)?.[1] ?? 200);
    await send(wholeReply(status, status === 200 ? chatAnswer() : { error: { message: 'no' } }))(connection);
  });
  return url;
}

async function callThrough(client: RawClient, bytes: Buffer | string): Promise<number> {
  client.send(bytes);
  return (await client.answer()).status;
}

const chain = ['prompt-injection', 'pii-detector'];

async function start(t: TestContext, more = {}): Promise<TestGateway> {
  const url = await startProvider(t);
  const callbacks = [{ type: 'prometheus' }];
  const targets = [{ url, model: 'llama', more: { pricing: { prompt: 1, completion: 2 } } }];
  return startTestGateway(
    t,
    { targets, chain, more: { callbacks } },
    { log: { format: 'json', level: 'error' }, ...more },
  );
}

function settled(gateway: TestGateway, calls: number): Promise<readonly Sample[]> {
  const find = async (): Promise<readonly Sample[]> => readScrape(await scrape(gateway));
  return untilScraped(find, calls);
}

async function untilScraped(
  find: () => Promise<readonly Sample[]>,
  calls: number,
): Promise<readonly Sample[]> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const samples = await find();
    const counted = samples
      .filter(({ name }) => name === 'keeptrusts_gateway_requests_total')
      .reduce((sum, { value }) => sum + value, 0);
    if (counted >= calls) return samples;
    if (performance.now() > deadline) throw new Error(`${counted} of ${calls} calls are counted`);
  }
}

const promtool = process.env['PROMTOOL'];

test(
  'promtool finds nothing to say',
  { skip: promtool === undefined && 'PROMTOOL names no promtool' },
  async (t) => {
    const gateway = await start(t);
    const client = await gateway.client();
    for (const bytes of [post(chat('Hello.')), streamPost(), post('{'), post(chat('status 500'))])
      await callThrough(client, bytes);
    await settled(gateway, 4);
    const text = await scrape(gateway);
    assert.match(text, /keeptrusts_gateway_requests_total\{.*status="500"/);

    const checked = spawn(promtool ?? '', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let said = '';
    checked.stdout.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    checked.stderr.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    checked.stdin.end(text);
    await once(checked, 'close');

    assert.equal(said, '');
    assert.equal(checked.exitCode, 0);
  },
);

test('every family says what it is before its figures', async (t) => {
  const gateway = await start(t);
  const client = await gateway.client();
  await callThrough(client, post(chat('Hello.')));
  await settled(gateway, 1);

  let described = '';
  for (const line of (await scrape(gateway)).split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\w+) (.+)$/.exec(line) ?? [];
    if (kind === 'HELP') described = name;
    if (kind === undefined) assert.match(line, new RegExp(`^${described}(_bucket|_sum|_count)?[{ ]`));
    else if (kind === 'HELP') assert.ok(rest.length > 10, line);
    else assert.equal(name, described, line);
  }
});

test('ten thousand invented names over real sockets open no series of their own', async (t) => {
  const gateway = await start(t);
  const clients = await Promise.all(Array.from({ length: 8 }, () => gateway.client()));
  const calls = 10_000;
  await callThrough(await gateway.client(), post(chat('Hello.')));
  const before = (await settled(gateway, 1)).length;

  const invent = async (client: RawClient, lane: number): Promise<void> => {
    for (let made = lane; made < calls; made += clients.length) await callThrough(client, odd(made));
  };
  await Promise.all(clients.map(invent));
  const after = await settled(gateway, calls + 1);

  const text = await scrape(gateway);
  assert.doesNotMatch(text, /invented/);
  assert.ok(after.length - before < 250, `${after.length - before} more series`);
  assert.equal(
    after.find(({ name }) => name === 'keeptrusts_gateway_metrics_dropped_series_total')?.value,
    0,
  );
});

/** Something odd in turn: a model, a status of the provider, a path, a method. */
function odd(made: number): Buffer | string {
  const name = `invented-${made}`;
  switch (made % 4) {
    case 0:
      return post(chat('Hello.', { model: name }));
    case 1:
      return post(chat(`status ${400 + ((made >> 2) % 200)}`));
    case 2:
      return `POST /${name} HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n`;
    default:
      return `PUT /v1/${name} HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\n\r\n`;
  }
}

test('no counter goes down over 200 reloads, and the series of a removed target go', async (t) => {
  const url = await startProvider(t);
  const document = (edition: number, extra: boolean) =>
    configText({
      name: `edition-${edition}`,
      chain,
      targets: [
        { id: 'kept', url, model: `m${edition % 3}` },
        ...(extra ? [{ id: 'removed', url, model: 'gone' }] : []),
      ],
    });
  const gateway = await startTestGateway(
    t,
    { targets: [{ id: 'kept', url }], chain },
    { reload: { debounceMs: 1, pollMs: 20 } },
  );
  const client = await gateway.client();
  let before = new Map<string, number>();
  for (let edition = 1; edition <= 200; edition += 1) {
    writeFileSync(gateway.path, document(edition, edition % 2 === 1));
    await callThrough(client, post(chat('Hello.')));
    const now = new Map(
      readScrape(await scrape(gateway))
        .filter(
          ({ name, labels }) =>
            /_(total|count|bucket)$/.test(name) &&
            labels['model'] === undefined &&
            labels['target'] !== 'removed',
        )
        .map(({ name, labels, value }) => [`${name} ${JSON.stringify(labels)}`, value]),
    );
    for (const [series, value] of before)
      assert.ok((now.get(series) ?? -1) >= value, `${series}: ${value}, then ${now.get(series)}`);
    before = now;
  }
  await until('the last edition to apply', () => {
    const applied = gateway.lines().filter(({ message }) => message === 'configuration applied');
    return applied.length > 1 ? true : undefined;
  });
  writeFileSync(gateway.path, document(1000, false));
  await gateway.logged(
    ({ message, generation }) => message === 'generation retired' && Number(generation) > 1,
  );
  let text = await scrape(gateway);
  for (let tries = 0; tries < 100 && /target="removed"/.test(text); tries += 1) text = await scrape(gateway);

  assert.doesNotMatch(text, /target="removed"|model="gone"/);
  assert.match(text, /target_state\{target="kept",state="available"\} 1/);
});
