import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Attributes, OtlpReceiver, ReceivedSpan } from '../support/otlp-receiver.ts';
import { exporting } from '../support/traces-rig.ts';
import { type Book, Tally } from './books.ts';
import { accountsOf, type CallFacts } from './call-facts.ts';
import type { Told } from './told.ts';

/** Every exchange is traced, and the queue has room for all that a receiver on the same busy machine is slow to take. */
export function tracingAll(receiver: OtlpReceiver): Readonly<Record<string, string>> {
  return {
    ...exporting(receiver),
    OTEL_TRACES_SAMPLER: 'always_on',
    OTEL_BSP_MAX_QUEUE_SIZE: '1000000',
    OTEL_BSP_SCHEDULE_DELAY: '100',
  };
}

/** What the spans say. Of money they know nothing. */
export function tracesBook(spans: readonly ReceivedSpan[]): Told {
  const [attempts, evaluations] = [new Tally(), new Tally()];
  const calls = trees(spans).map(({ server, clients }) => {
    for (const { attributes } of clients)
      attempts.add(`${text(attributes, 'keeptrusts.target')} ${text(attributes, 'keeptrusts.outcome')}`);
    for (const { name, attributes } of server.events)
      if (name === 'keeptrusts.policy.evaluation')
        evaluations.add(
          `${text(attributes, 'keeptrusts.policy')} ${text(attributes, 'keeptrusts.policy.result')}`,
        );
    return factsOf(server.attributes, clients);
  });
  const { 'nano-dollars': _money, unpriced: _unpriced, ...known } = accountsOf(calls);
  const own = { attempts: attempts.counts, evaluations: evaluations.counts };
  return { name: 'traces', calls, accounts: { ...known, ...own } };
}

/** What is known of calls to one who is told nothing of money. */
export function withoutMoney(calls: readonly CallFacts[]): readonly CallFacts[] {
  return calls.map((call) => ({ ...call, nanoUsd: undefined }));
}

const standing = z.object({
  tracing: z.object({ exported_spans: z.number(), dropped_spans: z.number() }),
});

/** What the gateway says of its spans, as soon as it has told what became of all that are expected. */
export async function settledSpans(admin: string, expected: number): Promise<Book> {
  const deadline = AbortSignal.timeout(30_000);
  for (;;) {
    const { tracing } = standing.parse(await (await fetch(`${admin}/status`)).json());
    const { exported_spans: exported, dropped_spans: dropped } = tracing;
    if (exported + dropped >= expected || deadline.aborted) return spansBook('status', exported, dropped);
  }
}

/** What has come. */
export function receivedBook({ spans }: OtlpReceiver): Book {
  return spansBook('receiver of spans', spans.length, 0);
}

function spansBook(name: string, exported: number, dropped: number): Book {
  const spans = new Tally();
  spans.add('exported', exported);
  spans.add('dropped', dropped);
  return { name, accounts: { spans: spans.counts } };
}

interface Tree {
  readonly server: ReceivedSpan;
  /** In the order of the attempts. */
  readonly clients: readonly ReceivedSpan[];
}

function trees(spans: readonly ReceivedSpan[]): readonly Tree[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  assert.equal(ids.size, spans.length, 'a span has come twice');
  const servers = new Map<string, { server: ReceivedSpan; clients: ReceivedSpan[] }>();
  for (const span of spans)
    if (span.kind === 'server') servers.set(span.spanId, { server: span, clients: [] });
  for (const span of spans) {
    if (span.kind === 'server') continue;
    const tree = servers.get(span.parentSpanId);
    assert.ok(tree !== undefined && tree.server.traceId === span.traceId, `${span.name} belongs to nobody`);
    tree.clients.push(span);
  }
  for (const { server, clients } of servers.values()) {
    clients.sort((one, other) => Number(one.start - other.start));
    assert.equal(number(server.attributes, 'keeptrusts.attempts'), clients.length);
  }
  return [...servers.values()];
}

function factsOf(server: Attributes, clients: readonly ReceivedSpan[]): CallFacts {
  const [code, aborted] = [text(server, 'keeptrusts.code'), text(server, 'keeptrusts.aborted')];
  const uninspected = server['keeptrusts.uninspected'];
  return {
    id: text(server, 'keeptrusts.request_id'),
    endpoint: endpoints[text(server, 'http.route')] ?? 'other',
    // Whoever has left was told something else, or nothing at all.
    status: code === 'client_closed' ? 499 : number(server, 'http.response.status_code'),
    verdict: text(server, 'keeptrusts.verdict'),
    code,
    target: text(server, 'keeptrusts.target') || 'none',
    stream: server['keeptrusts.hold_back_ms'] !== undefined,
    aborted,
    tokens: tokensOf(clients, server['keeptrusts.tokens_estimated'] === true),
    nanoUsd: undefined,
    requestBytes: number(server, 'http.request.body.size'),
    replyBytes: number(server, 'http.response.body.size'),
    uninspected: Array.isArray(uninspected) ? uninspected.map(String) : [],
  };
}

const endpoints: Readonly<Record<string, string>> = {
  '/v1/chat/completions': 'chat_completions',
  '/v1/completions': 'completions',
  '/v1/embeddings': 'embeddings',
  '/v1/responses': 'responses',
  '/v1/models': 'models',
};

/** Tokens stand on the attempt that answered, and on no other. */
function tokensOf(clients: readonly ReceivedSpan[], estimated: boolean): CallFacts['tokens'] {
  const telling = clients.filter(({ attributes }) => attributes['gen_ai.usage.input_tokens'] !== undefined);
  assert.ok(telling.length < 2, 'tokens are told twice');
  const [only] = telling;
  if (only === undefined) return undefined;
  return {
    input: number(only.attributes, 'gen_ai.usage.input_tokens'),
    output: number(only.attributes, 'gen_ai.usage.output_tokens'),
    estimated,
  };
}

function text(attributes: Attributes, name: string): string {
  return String(attributes[name] ?? '');
}

function number(attributes: Attributes, name: string): number {
  const value = attributes[name];
  assert.ok(typeof value === 'number', `${name} is no number`);
  return value;
}
