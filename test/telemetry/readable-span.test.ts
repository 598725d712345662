import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import { readableSpan } from '../../src/telemetry/readable-span.ts';
import type { Span } from '../../src/telemetry/span.ts';

const trace = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentId: '00f067aa0ba902b7',
  flags: 3,
  state: 'a=1,b=2',
  isSampled: true,
  passedOn: undefined,
};
const origin = { resource: resourceFromAttributes({}), scope: { name: 'test' }, valueChars: 4 };
const span: Span = {
  kind: 'server',
  name: 'POST /',
  spanId: trace.spanId,
  parentId: trace.parentId,
  start: 1_795_000_000_000.25,
  end: 1_795_000_000_001,
  isError: true,
  attributes: {},
  events: [],
};

function readable(about: Partial<Span>) {
  return readableSpan({ ...span, ...about }, trace, origin);
}

test('texts are cut, in lists too, and what is undefined is left out', () => {
  const attributes = { a: 'abcde', b: ['abcdef', 'abc'], c: 12_345, d: true, e: undefined };
  const events = [{ name: 'long name', at: 1000, attributes }];

  const { attributes: own, events: told } = readable({ attributes, events });

  const cut = { a: 'abcd', b: ['abcd', 'abc'], c: 12_345, d: true };
  assert.deepEqual(own, cut);
  assert.deepEqual(told, [{ name: 'long name', time: [1, 0], attributes: cut, droppedAttributesCount: 0 }]);
});

test('times keep their fractions, and no span ends before it starts', () => {
  const { startTime, endTime } = readable({});
  const backwards = readable({ end: 0 });

  assert.deepEqual(
    [startTime, endTime],
    [
      [1_795_000_000, 250_000],
      [1_795_000_000, 1_000_000],
    ],
  );
  assert.deepEqual(backwards.endTime, backwards.startTime);
});

test('the library writes it with its place in the trace', () => {
  const spans = [readable({}), readable({ kind: 'client', parentId: undefined, isError: false })];

  const written = Buffer.from(JsonTraceSerializer.serializeRequest(spans) ?? []).toString();

  const { resourceSpans } = JSON.parse(written);
  const [server, client] = resourceSpans[0].scopeSpans[0].spans;
  const { traceId, spanId, parentId, state } = trace;
  assert.partialDeepStrictEqual(server, { traceId, spanId, parentSpanId: parentId, traceState: state });
  assert.partialDeepStrictEqual(server, { kind: 2, status: { code: 2 }, flags: 0x301 });
  assert.partialDeepStrictEqual(client, { kind: 3, status: { code: 0 }, flags: 0x101 });
  assert.equal(client.parentSpanId, undefined);
});
