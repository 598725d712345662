import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { keyNode } from '../../src/json/key-node.ts';
import {
  JsonError,
  type JsonNode,
  type JsonString,
  member,
  scanJson,
  scanJsonAt,
  stringValue,
} from '../../src/json/scan.ts';
import { splice } from '../../src/json/splice.ts';
import { jsonTexts, mutatedTexts } from '../support/json-texts.ts';

const limits = { depth: 64, nodes: 10_000 };

function failure(text: string, chosen = limits): JsonError | undefined {
  try {
    scanJson(text, chosen);
    return undefined;
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// What the tree tells of a text: scalars only by their kind, and in arrays not even that.
function shapeOfNode(text: string, node: JsonNode, isItem = false): unknown {
  if (node.kind === 'string') return stringValue(text, node);
  if (node.kind === 'array') return node.items.map((item) => shapeOfNode(text, item, true));
  if (node.kind === 'object') {
    return node.members.map(({ key, value }) => [key, shapeOfNode(text, value)]);
  }
  return isItem ? 'scalar' : { scalar: text.slice(node.start, node.end) };
}

function shapeOfValue(value: unknown, isItem = false): unknown {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((item) => shapeOfValue(item, true));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([key, one]) => [key, shapeOfValue(one)]);
  }
  return isItem ? 'scalar' : { scalar: JSON.stringify(value) };
}

function strings(node: JsonNode): JsonString[] {
  if (node.kind === 'string') return [node];
  if (node.kind === 'array') return node.items.flatMap(strings);
  if (node.kind === 'object') return node.members.flatMap(({ value }) => strings(value));
  return [];
}

function marked(value: unknown): unknown {
  if (typeof value === 'string') return `${value}\ud83d!`;
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, marked(one)]));
}

test('every JSON text is accepted, whatever its white space and escapes', () => {
  fc.assert(
    fc.property(jsonTexts, (text) => {
      const found = failure(text);

      assert.equal(found, undefined);
    }),
    { numRuns: 2_000 },
  );
});

test('a text is accepted exactly where JSON.parse accepts it, but for keys written twice', () => {
  fc.assert(
    fc.property(mutatedTexts, (text) => {
      const found = failure(text);

      if (found?.reason === 'duplicate') return;
      assert.equal(found === undefined, isJson(text), text);
      if (found !== undefined) assert.equal(found.reason, 'syntax');
    }),
    { numRuns: 20_000 },
  );
});

test('garbage made of JSON characters is accepted exactly where JSON.parse accepts it', () => {
  const characters = [
    ...'{}[]:,"\\/bfnrtu0123456789.eE+-als \t\n\r'.split(''),
    '\u0000',
    '\u001f',
    'é',
    '😀',
    '\ufeff',
  ];
  const garbage = fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(garbage, (text) => {
      const found = failure(text);

      if (found?.reason !== 'duplicate') assert.equal(found === undefined, isJson(text), text);
    }),
    { numRuns: 30_000 },
  );
});

test('the tree says what JSON.parse says', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);

      const root = scanJson(text, limits);

      const told = shapeOfNode(text, root);
      const parsed: unknown = JSON.parse(text);
      assert.deepEqual(sorted(told), sorted(shapeOfValue(parsed)));
    }),
    { numRuns: 2_000 },
  );
});

// JSON.parse moves keys that look like indices to the front.
function sorted(shape: unknown): string {
  return JSON.stringify(shape, (_key, value: unknown) => {
    if (!Array.isArray(value) || !value.every((one) => Array.isArray(one) && one.length === 2)) return value;
    return value.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));
  });
}

test('splicing every string leaves all else as it was', () => {
  fc.assert(
    fc.property(jsonTexts, (text) => {
      const root = scanJson(text, limits);
      const places = strings(root);
      const same = places.map(({ start, end }) => ({ start, end, replacement: text.slice(start, end) }));
      const other = places.map((node) => {
        const replacement = JSON.stringify(marked(stringValue(text, node)));
        return { start: node.start, end: node.end, replacement };
      });

      assert.equal(splice(text, same), text);
      assert.deepEqual(JSON.parse(splice(text, other.toReversed())), marked(JSON.parse(text)));
    }),
    { numRuns: 2_000 },
  );
});

test('a string is unescaped as JSON.parse does it', () => {
  const texts = [
    '""',
    '"a"',
    '"\\u0041\\n\\/\\\\\\""',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\\uDE00x"',
    '"😀"',
    '"\u2028"',
  ];
  for (const text of texts) {
    const node = scanJson(text, limits);

    assert.ok(node.kind === 'string');
    assert.equal(stringValue(text, node), JSON.parse(text));
  }
});

test('nesting beyond the limit is refused without recursion beyond it', () => {
  for (const open of ['[', '{"a":', '[{"a":', ' [ ']) {
    const found = failure(open.repeat(100_000));

    assert.equal(found?.reason, 'limit');
  }
});

test('nesting up to the limit is accepted', () => {
  const text = `${'['.repeat(1024)}${']'.repeat(1024)}`;

  assert.equal(failure(text, { depth: 1024, nodes: 2_000 }), undefined);
  assert.equal(failure(text, { depth: 1023, nodes: 2_000 })?.reason, 'limit');
});

test('closed containers do not count as depth', () => {
  assert.equal(failure(`[${'[],{"a":[]},'.repeat(50)}1]`, { depth: 3, nodes: 1_000 }), undefined);
});

test('values beyond the limit are refused, numbers in lists are free', () => {
  assert.equal(failure('["a","b",[],{}]', { depth: 9, nodes: 5 }), undefined);
  assert.equal(failure('["a","b",[],{}]', { depth: 9, nodes: 4 })?.reason, 'limit');
  assert.equal(failure(`[${'1,true,null,'.repeat(1_000)}1]`, { depth: 9, nodes: 1 }), undefined);
});

test('a key written twice is refused, however it is spelt', () => {
  const many = Array.from({ length: 40 }, (_, at) => `"k${at}":${at}`).join(',');
  const refused = [
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"\\u0061":3}',
    '{"\\u006dodel":"x","model":"y"}',
    '{"x":{"é":1,"\\u00e9":2}}',
    '[{"":1,"":2}]',
    '{"__proto__":1,"__proto__":2}',
    `{${many},"k0":1}`,
    `{${many},"k39":1}`,
    `{${many},"\\u006b11":1}`,
  ];
  for (const text of refused) assert.equal(failure(text)?.reason, 'duplicate', text);
  for (const text of ['{"a":1,"A":1}', '{"a":{"a":{"a":1}}}', '[{"a":1},{"a":1}]', `{${many}}`]) {
    assert.equal(failure(text), undefined, text);
  }
});

test('a duplicate is told by its place and a short form of its key', () => {
  const key = 'k'.repeat(100_000);

  const found = failure(`{"${key}":1, "${key}":2}`);

  assert.equal(found?.offset, key.length + 7);
  assert.ok(found.message.length < 200);
});

test('an error tells the first character that does not fit', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['', 0],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['"a\nb"', 2],
    ['"\\x"', 2],
    ['"\\u12g4"', 5],
    ['nul', 0],
    ['01', 1],
    ['1.', 2],
    ['{"a":1} x', 8],
    ['\ufeff{}', 0],
  ];
  for (const [text, offset] of cases) assert.equal(failure(text)?.offset, offset, text);
});

test('an object of 200 000 keys takes no longer than its length', () => {
  const text = `{${Array.from({ length: 200_000 }, (_, at) => `"key${at}":${at}`).join(',')}}`;
  const startedAt = performance.now();

  scanJson(text, { depth: 4, nodes: 400_000 });

  assert.ok(performance.now() - startedAt < 3_000); // comparing each with each takes minutes
});

test('one value is scanned in the midst of a text', () => {
  const text = '{"x":1,"usage": {"a":[1]} , broken';

  const node = scanJsonAt(text, text.indexOf(':', 8) + 1, limits);

  assert.equal(text.slice(node.start, node.end), '{"a":[1]}');
});

test('a member is found by its unescaped key, and knows where the key stands', () => {
  const text = '{"a":1,"\\u0062":"two"}';
  const root = scanJson(text, limits);

  assert.ok(root.kind === 'object');
  assert.equal(member(root, 'b')?.kind, 'string');
  assert.equal(member(root, 'c'), undefined);
  const [first, second] = root.members.map(keyNode);
  assert.deepEqual(first, { kind: 'string', start: 1, end: 4, escaped: false });
  assert.deepEqual(second, { kind: 'string', start: 7, end: 15, escaped: true });
});
