import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginTrace, knownTrace, traceHeaders } from '../../src/telemetry/trace.ts';
import { TraceIds } from '../../src/telemetry/trace-ids.ts';
import { createSampler } from '../../src/telemetry/trace-sampler.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const client = 'b7ad6b7169203331';
const sampled = `00-${traceId}-${client}-01`;
const unsampled = `00-${traceId}-${client}-00`;
const span = 'a'.repeat(16);

test('ids are never zeros, and no two are alike', () => {
  const ids = new TraceIds();
  const made = Array.from({ length: 3000 }, () => [ids.traceId(), ids.spanId()]).flat();

  assert.equal(new Set(made).size, made.length);
  for (const id of made) assert.match(id, /^(?!0+$)([0-9a-f]{16}|[0-9a-f]{32})$/);
});

test('an id of zeros is passed over', () => {
  let fills = 0;
  const ids = new TraceIds((pool) => {
    fills += 1;
    pool.fill(fills === 1 ? 0 : 1);
  });

  assert.equal(ids.traceId(), '01'.repeat(16));
  assert.equal(fills, 2);
});

test('with tracing off the header of the client is passed on as it came', () => {
  const header = `cc-${traceId}-${client}-01-later`;
  const trace = beginTrace({ traceparent: header, tracestate: 'a=1, b=2' }, new TraceIds(), undefined);

  assert.equal(trace.isSampled, false);
  assert.deepEqual(traceHeaders(trace, undefined), ['traceparent', header, 'tracestate', 'a=1,b=2']);
  assert.deepEqual(knownTrace(trace), { traceId, spanId: undefined });
});

for (const traceparent of [undefined, 'nonsense', `00-${'0'.repeat(32)}-${client}-01`, [sampled, sampled]]) {
  test(`a trace of its own is begun where the client sent ${JSON.stringify(traceparent)}`, () => {
    const trace = beginTrace({ traceparent, tracestate: 'a=1' }, new TraceIds(), undefined);

    assert.deepEqual(traceHeaders(trace, span), ['traceparent', `00-${trace.traceId}-${span}-00`]);
    assert.notEqual(trace.traceId, traceId);
    assert.equal(trace.parentId, undefined);
    assert.equal(knownTrace(trace), undefined);
  });
}

test('with tracing on the attempt stands between the client and the upstream', () => {
  const trace = beginTrace({ traceparent: sampled }, new TraceIds(), createSampler('always_on', 1));

  assert.equal(trace.parentId, client);
  assert.deepEqual(traceHeaders(trace, span), ['traceparent', `00-${traceId}-${span}-01`]);
  assert.deepEqual(knownTrace(trace), { traceId, spanId: trace.spanId });
});

test('a bad tracestate costs the tracestate and not the trace', () => {
  const headers = { traceparent: sampled, tracestate: 'BAD' };
  const trace = beginTrace(headers, new TraceIds(), createSampler('always_on', 1));

  assert.deepEqual(traceHeaders(trace, span), ['traceparent', `00-${traceId}-${span}-01`]);
});

const decided: readonly (readonly [sampler: string, header: string | undefined, isSampled: boolean])[] = [
  ['always_on', unsampled, true],
  ['always_on', undefined, true],
  ['always_off', sampled, false],
  ['traceidratio', sampled, false],
  ['parentbased_always_on', sampled, true],
  ['parentbased_always_on', unsampled, false],
  ['parentbased_always_on', undefined, true],
  ['parentbased_always_off', sampled, true],
  ['parentbased_always_off', undefined, false],
  ['parentbased_traceidratio', sampled, true],
  ['parentbased_traceidratio', unsampled, false],
  ['parentbased_traceidratio', undefined, false],
];
for (const [name, traceparent, isSampled] of decided) {
  test(`${name} ${isSampled ? 'keeps' : 'leaves'} a trace of ${traceparent ?? 'its own'}, and tells the upstream`, () => {
    const trace = beginTrace({ traceparent }, new TraceIds(), createSampler(name, 0));

    assert.equal(trace.isSampled, isSampled);
    assert.match(traceHeaders(trace, span)[1] ?? '', isSampled ? /-01$/ : /-00$/);
  });
}

test('a ratio keeps its share, always the same traces, and more of them where it is larger', () => {
  const ids = new TraceIds();
  const made = Array.from({ length: 20_000 }, () => ids.traceId());
  const kept = (ratio: number): Set<string> =>
    new Set(made.filter((id) => createSampler('traceidratio', ratio)?.(id, undefined)));
  const tenth = kept(0.1);

  assert.ok(tenth.size > 1700 && tenth.size < 2300, `${tenth.size} of 20000`);
  assert.deepEqual(kept(0.1), tenth);
  const third = kept(0.3);
  assert.ok([...tenth].every((id) => third.has(id)));
  assert.equal(kept(1).size, made.length);
  assert.equal(kept(0).size, 0);
});

test('there is no sampler of another name', () => {
  assert.equal(createSampler('jaeger_remote', 1), undefined);
});
