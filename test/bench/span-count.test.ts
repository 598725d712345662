import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spansIn } from '../../bench/span-count.ts';

const protobuf = 'application/x-protobuf';

/** One field of a message: a length-delimited one, or a number. */
function field(number: number, content: Buffer | number): Buffer {
  if (typeof content === 'number') return Buffer.concat([varint(number * 8), varint(content)]);
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

const fixed64 = (number: number): Buffer => Buffer.concat([varint(number * 8 + 1), Buffer.alloc(8, 2)]);
const fixed32 = (number: number): Buffer => Buffer.concat([varint(number * 8 + 5), Buffer.alloc(4, 2)]);

// A span whose own fields look like what is counted, were they read at the wrong depth.
const span = Buffer.concat([
  field(1, Buffer.alloc(16, 1)),
  field(2, Buffer.alloc(300, 8)),
  fixed64(7),
  fixed32(16),
  field(6, 3),
]);
const spans = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => field(2, span)));
const scope = (count: number): Buffer =>
  field(2, Buffer.concat([field(1, Buffer.from('name')), spans(count)]));
const resource = (...scopes: readonly Buffer[]): Buffer =>
  field(1, Buffer.concat([field(1, Buffer.alloc(200)), ...scopes, field(3, Buffer.from('schema'))]));

test('the spans of an export request are counted at their depth', () => {
  const cases = [
    { body: Buffer.alloc(0), expected: 0 },
    { body: resource(), expected: 0 },
    { body: resource(scope(1)), expected: 1 },
    { body: Buffer.concat([resource(scope(2), scope(3)), resource(scope(512))]), expected: 517 },
    { body: Buffer.concat([field(9, 2 ** 40), resource(scope(4)), field(2, span)]), expected: 4 },
  ];

  for (const { body, expected } of cases) assert.equal(spansIn(body, protobuf), expected);
});

test('the spans of an export request in JSON are counted', () => {
  const one = { traceId: '0af7', spanId: '00f0', parentSpanId: 'b7ad', name: 'call' };
  const body = { resourceSpans: [{ scopeSpans: [{ spans: [one, one] }] }] };

  assert.equal(spansIn(Buffer.from(JSON.stringify(body)), 'application/json; charset=utf-8'), 2);
});

test('a request that is cut is not counted', () => {
  const body = resource(scope(2));

  assert.throws(() => spansIn(body.subarray(0, -1), protobuf), /longer than its message/);
});
