import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Cleanup } from './cleanup.ts';
import { until } from './gateway.ts';

export type Value = string | number | boolean | readonly Value[];
export type Attributes = Readonly<Record<string, Value>>;

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty where there is none. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'other';
  /** Nanoseconds. */
  readonly start: bigint;
  readonly end: bigint;
  readonly isError: boolean;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly at: bigint; readonly attributes: Attributes }[];
  readonly schemaUrl: string;
  readonly resource: Attributes;
}

export interface ReceivedExport {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What the receiver does with an export: takes it, answers with a status, or says nothing at all. */
export type Manner = 'take' | 'reject-one' | number | 'hang';

export interface OtlpReceiver {
  readonly url: string;
  readonly exports: readonly ReceivedExport[];
  /** Every span that was taken, in the order they came. */
  readonly spans: readonly ReceivedSpan[];
  manner: Manner;
  /** So many spans, as soon as they are there. */
  received(count: number): Promise<readonly ReceivedSpan[]>;
}

/** A receiver of OTLP/HTTP in its JSON form. It stops with the test. */
export async function startOtlpReceiver(t: Cleanup, manner: Manner = 'take'): Promise<OtlpReceiver> {
  const exports: ReceivedExport[] = [];
  const spans: ReceivedSpan[] = [];
  const receiver = { url: '', exports, spans, manner, received: (count: number) => received(spans, count) };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      exports.push({ path: request.url ?? '', headers: request.headers, body });
      answer(receiver.manner, response, () => spans.push(...readSpans(body)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  receiver.url = `http://127.0.0.1:${address.port}`;
  return receiver;
}

function answer(manner: Manner, response: ServerResponse, take: () => void): void {
  if (manner === 'hang') return;
  if (typeof manner === 'number') {
    response.writeHead(manner).end('{"message":"no"}');
    return;
  }
  take();
  const rejected = { partialSuccess: { rejectedSpans: '1', errorMessage: 'not this one' } };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(manner === 'take' ? {} : rejected));
}

function received(spans: readonly ReceivedSpan[], count: number): Promise<readonly ReceivedSpan[]> {
  return until(`${count} spans`, () => (spans.length >= count ? spans : undefined));
}

const anyValue: z.ZodType<Value> = z.lazy(() =>
  z.union([
    z.object({ stringValue: z.string() }).transform((value) => value.stringValue),
    z.object({ intValue: z.number() }).transform((value) => value.intValue),
    z.object({ doubleValue: z.number() }).transform((value) => value.doubleValue),
    z.object({ boolValue: z.boolean() }).transform((value) => value.boolValue),
    z
      .object({ arrayValue: z.object({ values: z.array(anyValue) }) })
      .transform((value) => value.arrayValue.values),
  ]),
);
const attributes = z
  .array(z.object({ key: z.string(), value: anyValue }))
  .transform((all) => Object.fromEntries(all.map(({ key, value }) => [key, value])));
const kinds = ['other', 'other', 'server', 'client', 'other', 'other'] as const;
const span = z.object({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z.string().default(''),
  traceState: z.string().default(''),
  name: z.string(),
  kind: z.number().transform((kind) => kinds[kind] ?? 'other'),
  startTimeUnixNano: z.string().transform(BigInt),
  endTimeUnixNano: z.string().transform(BigInt),
  status: z.object({ code: z.number().default(0) }),
  attributes,
  events: z.array(z.object({ name: z.string(), timeUnixNano: z.string().transform(BigInt), attributes })),
});
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ schemaUrl: z.string().default(''), spans: z.array(span) })),
    }),
  ),
});

function readSpans(body: Buffer): readonly ReceivedSpan[] {
  return request.parse(JSON.parse(body.toString())).resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ schemaUrl, spans }) =>
      spans.map((one) => ({
        ...one,
        start: one.startTimeUnixNano,
        end: one.endTimeUnixNano,
        isError: one.status.code === 2,
        events: one.events.map((event) => ({ ...event, at: event.timeUnixNano })),
        schemaUrl,
        resource: resource.attributes,
      })),
    ),
  );
}
