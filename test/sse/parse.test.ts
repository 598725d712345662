import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { eventData, missingEnd, replaceData, SseParser } from '../../src/sse/parse.ts';
import { cutTexts, cuts } from '../support/cuts.ts';

interface Read {
  readonly raws: readonly string[];
  readonly data: readonly (string | undefined)[];
}

function read(pieces: readonly string[], limit = 10_000): Read {
  const raws: string[] = [];
  const data: (string | undefined)[] = [];
  const parser = new SseParser(limit);
  const take = (raw: string): void => {
    raws.push(raw);
    data.push(eventData(raw));
  };
  for (const piece of pieces) {
    parser.push(piece);
    raws.push(parser.takeMark());
    for (let raw = parser.next(); raw !== undefined; raw = parser.next()) take(raw);
  }
  const last = parser.end();
  if (last !== undefined) take(last);
  return { raws, data };
}

const said = (all: readonly (string | undefined)[]) => all.filter((one) => one !== undefined);

const forms: readonly (readonly [string, readonly (string | undefined)[]])[] = [
  ['data: a\n\n', ['a']],
  ['data:a\n\n', ['a']],
  ['data:  a\n\n', [' a']],
  ['data: a\r\n\r\n', ['a']],
  ['data: a\r\r', ['a']],
  ['data: a\r\n\n', ['a']],
  ['data: a\n\r\n', ['a']],
  ['data: a\rdata: b\n\n', ['a\nb']],
  ['data: a\ndata: b\n\n', ['a\nb']],
  ['data\n\n', ['']],
  ['data:\ndata\n\n', ['\n']],
  ['data: a', ['a']],
  ['data: a\n', ['a']],
  ['data: a\r\n', ['a']],
  [': note\n\n', [undefined]],
  [': note\ndata: a\n\n', ['a']],
  ['event: e\nid: 1\nretry: 5\ndata: a\n\n', ['a']],
  ['data: a\nid: 1\n\n', ['a']],
  ['\ufeffdata: a\n\ndata: b\n\n', ['a', 'b']],
  ['data: a\n\n\ufeffdata: b\n\n', ['a', undefined]],
  ['data: a\n\n\n\ndata: b\n\n', ['a', undefined, undefined, 'b']],
  ['dataset: a\n\n', [undefined]],
  [' data: a\n\n', [undefined]],
  ['DATA: a\n\n', [undefined]],
  ['', []],
];

test('events are read by the letter of the standard, and their raws are the input', () => {
  for (const [text, data] of forms) {
    const found = read([text]);

    assert.deepEqual(found.data, data, JSON.stringify(text));
    assert.equal(found.raws.join(''), text);
  }
});

test('where a stream is cut changes nothing about its events', () => {
  for (const [text, data] of forms) {
    for (const pieces of cuts(text)) {
      const found = read(pieces);

      assert.deepEqual(said(found.data), said(data), JSON.stringify(pieces));
      assert.equal(found.raws.join(''), text);
    }
  }
});

test('any stream in any pieces gives the events of the whole and all of its characters', () => {
  const parts = fc.constantFrom(
    'data: ',
    'data:',
    'data',
    ':',
    'x',
    ' ',
    '\n',
    '\n\n',
    '\r',
    '\r\n',
    '\r\n\r\n',
    '\ufeff',
    'id: 7',
    'é😀',
  );
  const streams = fc.array(parts, { maxLength: 20 }).map((all) => all.join(''));
  fc.assert(
    fc.property(cutTexts(streams), (pieces) => {
      const text = pieces.join('');
      const whole = read([text]);

      const found = read(pieces);

      assert.equal(found.raws.join(''), text);
      assert.deepEqual(said(found.data), said(whole.data));
      assert.deepEqual(said(whole.data), reference(text));
    }),
    { numRuns: 5_000 },
  );
});

// By lines, on the whole text, as the standard puts it. What never ended counts here too.
function reference(text: string): readonly string[] {
  const events: string[] = [];
  let lines: string[] = [];
  for (const line of [...text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/), '']) {
    if (line === 'data' || line.startsWith('data:')) lines.push(line.slice(5).replace(/^ /, ''));
    if (line !== '' || lines.length === 0) continue;
    events.push(lines.join('\n'));
    lines = [];
  }
  return events;
}

test('an event beyond the limit is refused as soon as that is known', () => {
  const tooLarge = { code: 'upstream_too_large', message: /limits\.sse_event_bytes/ };

  assert.throws(() => read([`data: ${'x'.repeat(100)}\n\n`], 100), tooLarge);
  assert.throws(
    () =>
      read(
        Array.from({ length: 200 }, () => 'x'),
        100,
      ),
    tooLarge,
  );
  assert.equal(read([`data: ${'x'.repeat(92)}\n\n`], 100).data.length, 1);
  assert.equal(read(['data: x\n\n'.repeat(1_000)], 100).data.length, 1_000);
});

test('nothing is left of an event that was refused', () => {
  const parser = new SseParser(10);
  parser.push('data: abc');
  assert.equal(parser.next(), undefined);
  parser.push('def');
  assert.throws(() => parser.next());

  assert.equal(parser.end(), undefined);
});

test('a piece of many lines takes no longer than its length, whatever ends them', () => {
  const text = `data: a\r\n${'data: b\n'.repeat(300_000)}\n`;
  const startedAt = performance.now();

  const found = read([text], 10_000_000);

  assert.equal(found.data.length, 1);
  assert.ok(performance.now() - startedAt < 3_000); // seeking each CR anew reads 700 GB
});

test('other data is put in the place of the old, and nothing of that stays', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['data: old\n\n', 'new', 'data: new\n\n'],
    ['event: e\r\ndata: old\r\ndata:old\r\nid: 4\r\n\r\n', 'new', 'event: e\nid: 4\ndata: new\n\n'],
    ['data:old', 'a\nb', 'data: a\ndata: b\n\n'],
    ['data:old', 'a\rb\r\nc', 'data: a\ndata: b\ndata: c\n\n'],
    ['data\n: note\n\n', '', ': note\ndata: \n\n'],
  ];
  for (const [raw, data, expected] of cases) assert.equal(replaceData(raw, data), expected);
});

test('a text that ends in the midst of an event is closed with what it lacks', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', ''],
    ['data: a\n\n', ''],
    ['data: a\r\n\r\n', ''],
    ['data: a\r\r', ''],
    ['data: a\n\r\n', ''],
    ['data: a\r\n', '\n'],
    ['data: a\n', '\n'],
    ['data: a\r', '\n'],
    ['data: a', '\n\n'],
    ['a', '\n\n'],
  ];
  for (const [text, missing] of cases) assert.equal(missingEnd(text), missing, JSON.stringify(text));
});
