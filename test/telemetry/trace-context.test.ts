import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatTraceparent, parseTraceparent, readTracestate } from '../../src/telemetry/trace-context.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const valid = `00-${traceId}-${spanId}-01`;

const read: readonly (readonly [what: string, header: string, flags: number])[] = [
  ['sampled', valid, 1],
  ['not sampled', `00-${traceId}-${spanId}-00`, 0],
  ['random', `00-${traceId}-${spanId}-03`, 3],
  ['flags that nobody knows yet', `00-${traceId}-${spanId}-fd`, 1],
  ['a later version', `cc-${traceId}-${spanId}-01`, 1],
  ['a later version with more to say', `cc-${traceId}-${spanId}-01-what-the-future-holds`, 1],
  ['a later version that ends in a dash', `cc-${traceId}-${spanId}-01-`, 1],
];
for (const [what, header, flags] of read) {
  test(`a traceparent is read: ${what}`, () => {
    assert.deepEqual(parseTraceparent(header), { traceId, spanId, flags });
  });
}

const refused: Readonly<Record<string, string>> = {
  'an empty header': '',
  'version ff': `ff-${traceId}-${spanId}-01`,
  'version ff with more': `ff-${traceId}-${spanId}-01-x`,
  'a version in capitals': `0A-${traceId}-${spanId}-01`,
  'a version of one digit': `0-${traceId}-${spanId}-01`,
  'version 00 with a fifth part': `${valid}-00`,
  'version 00 that ends in a dash': `${valid}-`,
  'a trace id of zeros': `00-${'0'.repeat(32)}-${spanId}-01`,
  'a trace id in capitals': `00-${traceId.toUpperCase()}-${spanId}-01`,
  'a short trace id': `00-${traceId.slice(1)}-${spanId}-01`,
  'a long trace id': `00-${traceId}0-${spanId}-01`,
  'a parent id of zeros': `00-${traceId}-${'0'.repeat(16)}-01`,
  'a parent id in capitals': `00-${traceId}-${spanId.toUpperCase()}-01`,
  'a parent id that is no hex': `00-${traceId}-${spanId.slice(1)}g-01`,
  'no flags': `00-${traceId}-${spanId}`,
  'flags of one digit': `00-${traceId}-${spanId}-1`,
  'flags in capitals': `00-${traceId}-${spanId}-0A`,
  'other separators': valid.replaceAll('-', '_'),
  'a later version with more and no dash': `cc-${traceId}-${spanId}-01.x`,
  'two headers in one': `${valid}, ${valid}`,
  'spaces around it': ` ${valid}`,
};
for (const [what, header] of Object.entries(refused)) {
  test(`a traceparent is refused: ${what}`, () => {
    assert.equal(parseTraceparent(header), undefined);
  });
}

const hex = (length: number) =>
  fc
    .string({
      unit: fc.integer({ min: 0, max: 15 }).map((digit) => digit.toString(16)),
      minLength: length,
      maxLength: length,
    })
    .filter((digits) => /[^0]/.test(digits));

test('what is written is read again', () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 3 }), (trace, span, flags) => {
      const parent = { traceId: trace, spanId: span, flags };

      assert.deepEqual(parseTraceparent(formatTraceparent(parent)), parent);
    }),
  );
});

test('no text makes reading fail, and none is read that the standard does not describe', () => {
  const odd = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(valid.length), fc.string({ minLength: 1, maxLength: 3 })).map(([at, put]) => {
      return valid.slice(0, at) + put + valid.slice(at + put.length);
    }),
  );
  fc.assert(
    fc.property(odd, (header) => {
      const parsed = parseTraceparent(header);
      const described = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}/.test(
        header,
      );

      if (parsed !== undefined) assert.ok(described);
      if (header.length === 55 && described) assert.notEqual(parsed, undefined);
    }),
  );
});

const states: readonly (readonly [what: string, header: string, read: string | undefined])[] = [
  ['one member', 'rojo=00f067aa0ba902b7', 'rojo=00f067aa0ba902b7'],
  ['two members', 'rojo=1,congo=2', 'rojo=1,congo=2'],
  ['blanks around members', 'rojo=1 ,\tcongo=2', 'rojo=1,congo=2'],
  ['members without anything', ',rojo=1,,congo=2,', 'rojo=1,congo=2'],
  ['nothing', ' ', undefined],
  ['a key of every character', 'a_-*/9=1', 'a_-*/9=1'],
  ['a tenant', '1a@sys=1', '1a@sys=1'],
  ['a key of 256 characters', `${'a'.repeat(256)}=1`, `${'a'.repeat(256)}=1`],
  ['a key of 257 characters', `${'a'.repeat(257)}=1`, undefined],
  [
    'a tenant of 241 and a system of 14',
    `${'t'.repeat(241)}@${'s'.repeat(14)}=1`,
    `${'t'.repeat(241)}@${'s'.repeat(14)}=1`,
  ],
  ['a tenant of 242', `${'t'.repeat(242)}@s=1`, undefined],
  ['a system of 15', `t@${'s'.repeat(15)}=1`, undefined],
  ['two tenants', 'a@b@c=1', undefined],
  ['a tenant of nobody', '@b=1', undefined],
  ['a key in capitals', 'Rojo=1', undefined],
  ['a key that begins with a digit', '1rojo=1', undefined],
  ['no key', '=1', undefined],
  ['no value', 'rojo=', undefined],
  ['no equals sign', 'rojo', undefined],
  ['a value with a blank inside', 'rojo=a b', 'rojo=a b'],
  ['a value with an equals sign', 'rojo=a=b', undefined],
  ['a value of 256 characters', `rojo=${'v'.repeat(256)}`, `rojo=${'v'.repeat(256)}`],
  ['a value of 257 characters', `rojo=${'v'.repeat(257)}`, undefined],
  ['a value that is no ASCII', 'rojo=é', undefined],
  ['a control character', 'rojo=a\u0007', undefined],
  ['one bad member among good ones', 'rojo=1,BAD=2', undefined],
];
for (const [what, header, expected] of states) {
  test(`a tracestate of ${what}`, () => {
    assert.equal(readTracestate(header), expected);
  });
}

const members = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}=v`).join(',');

test('a tracestate has 32 members at most', () => {
  assert.equal(readTracestate(members(32)), members(32));
  assert.equal(readTracestate(members(33)), undefined);
});
