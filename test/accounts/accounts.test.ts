import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { until } from '../support/gateway.ts';
import { type KtProcess, runArguments, startKt } from '../support/kt-process.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import { assertBalanced, type Book, Tally } from './books.ts';
import { accountsOf, type CallFacts, factsText } from './call-facts.ts';
import { type CallerParts, makeCall } from './caller.ts';
import type { Plan } from './plan.ts';
import { Providers } from './providers.ts';
import { Random } from './random.ts';
import { callbackBook, metricsBook, readScrape, type Sample } from './scraped.ts';
import { bodyLimit, pricing } from './draw.ts';
import { drawOverload, drawScript } from './script.ts';
import { auditBook, logBook, type Told } from './told.ts';
import { receivedBook, settledSpans, tracesBook, tracingAll, withoutMoney } from './traced.ts';

const seed = Number(process.env['ACCOUNTS_SEED'] ?? 20_261_121);
const length = Number(process.env['ACCOUNTS_CALLS'] ?? 2000);
const callers = 16;
const maxConcurrency = 40;
const reloads = 16;
// Long enough for a busy machine: whoever is not meant to be silent must not be taken for it.
const patienceSeconds = 3;

function configuration({ urls }: Providers, edition: number): string {
  const target = (id: 'a' | 'b') => ({
    id,
    provider: 'openai-compatible',
    model: `model-${id}`,
    base_url: `${urls[id]}/v1`,
    first_byte_timeout_seconds: patienceSeconds,
    idle_timeout_seconds: patienceSeconds,
  });
  return JSON.stringify({
    pack: { name: 'accounts', version: '1.0.0', description: `edition ${edition}` },
    policies: { chain: ['prompt-injection', 'safety-filter', 'pii-detector', 'audit-logger'] },
    policy: { 'audit-logger': { log_all_access: true } },
    providers: { targets: [{ ...target('a'), pricing }, target('b')] },
    limits: { body_bytes: bodyLimit },
    callbacks: [{ type: 'prometheus' }],
  });
}

/** Follows what a process says, line by line, without going over all of it again. */
class Reader {
  readonly #kt: KtProcess;
  #at = 0;

  constructor(kt: KtProcess) {
    this.#kt = kt;
  }

  async next(text: string): Promise<void> {
    const at = await until(text, () => {
      const found = this.#kt.stdout.indexOf(text, this.#at);
      return found === -1 ? undefined : found;
    });
    this.#at = at + text.length;
  }
}

/** Edits the configuration again and again, every third time badly; each edit is waited for, so that none is skipped. */
async function edit(kt: KtProcess, path: string, providers: Providers): Promise<Book> {
  const results = new Tally();
  results.add('applied'); // what it started with
  const reader = new Reader(kt);
  await reader.next('"configuration applied"');
  for (let edition = 1; edition <= reloads; edition += 1) {
    const isBad = edition % 3 === 0;
    const text = configuration(providers, edition);
    writeFileSync(path, isBad ? text.replace('"limits"', `"limit${edition}"`) : text);
    await reader.next(isBad ? '"configuration rejected' : '"configuration applied"');
    results.add(isBad ? 'rejected' : 'applied');
  }
  return { name: 'who edits the configuration', accounts: { reloads: results.counts } };
}

async function callAll(plans: readonly Plan[], parts: CallerParts): Promise<readonly CallFacts[]> {
  const seen: CallFacts[] = [];
  let at = 0;
  const caller = async (): Promise<void> => {
    for (let plan = plans[at++]; plan !== undefined; plan = plans[at++])
      seen.push(await makeCall(plan, parts));
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return seen;
}

async function overload(parts: CallerParts, admin: string): Promise<readonly CallFacts[]> {
  const { held, refused } = drawOverload(maxConcurrency, 20);
  const holding = Promise.all(held.map((plan) => makeCall(plan, parts)));
  await until('every call to be held', () => (parts.providers.waiting === held.length ? true : undefined));
  const scraped = await scrape(admin);
  assert.equal(scraped.find(({ name }) => name === 'keeptrusts_gateway_inflight')?.value, maxConcurrency);
  const beyond = await Promise.all(refused.map((plan) => makeCall(plan, parts)));
  parts.providers.gate.open();
  return [...(await holding), ...beyond];
}

/** What is no request at all: it leaves neither a line nor a record. */
async function sendGarbage(t: TestContext, port: number): Promise<Book> {
  const counts = new Tally();
  for (const [code, bytes] of [
    ['request_malformed', 'NONSENSE\r\n\r\n'],
    ['request_malformed', 'GET / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n'],
    ['headers_too_large', `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`],
    ['method_not_allowed', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n'],
  ] as const) {
    const socket = connect(port, '127.0.0.1');
    t.after(() => socket.destroy());
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.write(bytes);
    await once(socket, 'end');
    socket.destroy();
    assert.ok(text.includes(`"code":"${code}"`), text);
    counts.add(code);
  }
  return { name: 'senders of garbage', accounts: { unreadable: counts.counts } };
}

async function scrape(admin: string): Promise<readonly Sample[]> {
  const answer = await fetch(`${admin}/metrics`);
  assert.equal(answer.status, 200);
  return readScrape(await answer.text());
}

/** Scrapes until told to stop; no counter may ever go down. */
async function watchCounters(admin: string, signal: AbortSignal): Promise<number> {
  let before = new Map<string, number>();
  let scrapes = 0;
  while (!signal.aborted) {
    const now = new Map(
      (await scrape(admin)).filter(isCounter).map((sample) => [seriesOf(sample), sample.value]),
    );
    for (const [series, value] of before)
      assert.ok((now.get(series) ?? -1) >= value, `${series} went from ${value} to ${now.get(series)}`);
    before = now;
    scrapes += 1;
  }
  return scrapes;
}

function isCounter({ name }: Sample): boolean {
  return /_(total|count|bucket|sum)$/.test(name);
}

function seriesOf({ name, labels }: Sample): string {
  return `${name} ${JSON.stringify(labels)}`;
}

function assertSameCalls(told: Told, seen: readonly CallFacts[]): void {
  const known = new Map(told.calls.map((call) => [call.id, factsText(call)]));
  assert.equal(known.size, told.calls.length, `${told.name}: a call is told twice`);
  const missing = seen.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  assert.deepEqual(missing, [], `${told.name}: not told at all`);
  const differing = seen
    .filter((call) => known.get(call.id) !== factsText(call))
    .map((call) => ({ id: call.id, seen: factsText(call), told: known.get(call.id) }));
  assert.deepEqual(differing.slice(0, 8), [], `${told.name}: ${differing.length} calls differ`);
  assert.equal(told.calls.length, seen.length, `${told.name}: calls that nobody made`);
}

/** Calls are recorded when they are over, which may be a moment after the client has all of it. */
async function settledScrape(admin: string, calls: number): Promise<readonly Sample[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const samples = await scrape(admin);
    const total = samples
      .filter(({ name }) => name === 'keeptrusts_gateway_requests_total')
      .reduce((sum, { value }) => sum + value, 0);
    if (total >= calls) return samples;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return scrape(admin);
}

test(
  'clients, providers, log, audit records, metrics and traces agree about every call',
  { timeout: 300_000 },
  async (t) => {
    const providers = await Providers.start(t);
    const receiver = await startOtlpReceiver(t);
    const path = join(await temporaryDirectory(t), 'policy-config.yaml');
    writeFileSync(path, configuration(providers, 0));
    const kt = startKt(
      t,
      runArguments(path, ['--max-concurrency', `${maxConcurrency}`, '--drain-seconds', '1']),
      { env: tracingAll(receiver) },
    );
    const port = await kt.port();
    const [, admin = ''] = await kt.says(/"admin":"(http:[^"]+)"/);
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    const parts = { port, agent, providers };
    const plans = drawScript(new Random(seed), length);

    const watching = new AbortController();
    const watched = watchCounters(admin, watching.signal);
    const [seen, editor, garbage] = await Promise.all([
      callAll(plans, parts),
      edit(kt, path, providers),
      sendGarbage(t, port),
    ]);
    watching.abort();
    assert.ok((await watched) > 5);
    const all = [...seen, ...(await overload(parts, admin))];
    const samples = await settledScrape(admin, all.length);
    const attempts = [...providers.attempts.counts.values()].reduce((sum, count) => sum + count, 0);
    const aboutSpans = await settledSpans(admin, all.length + attempts);
    kt.child.kill('SIGTERM');
    const { stdout } = await kt.exit();

    assert.deepEqual(providers.surprises.slice(0, 8), []);
    const [log, audit] = [logBook(stdout), auditBook(stdout)];
    for (const told of [audit, log]) assertSameCalls(told, all);
    const traces = tracesBook(receiver.spans);
    assertSameCalls(traces, withoutMoney(all));
    assertBalanced([
      { name: 'clients', accounts: accountsOf(all) },
      { name: 'providers', accounts: { attempts: providers.attempts.counts } },
      editor,
      garbage,
      log,
      audit,
      metricsBook(samples),
      callbackBook(samples),
      traces,
      receivedBook(receiver),
      aboutSpans,
    ]);
    t.diagnostic(`${all.length} calls, ${plans.length} of them drawn with seed ${seed}`);
  },
);
