import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { asksForUsage, type Call, type CallChanges, writeCall } from '../../src/dialect/call.ts';
import { GatewayError } from '../../src/errors.ts';
import { callOf, dialectOf, type Family } from '../support/calls.ts';
import { jsonTexts } from '../support/json-texts.ts';
import { readCall } from '../support/driven.ts';

function written(call: Call, changes: Partial<CallChanges> = {}): string {
  const model = call.model ?? '';
  return writeCall(call, { texts: undefined, model, asksUsage: false, ...changes }).toString();
}

function refusal(family: Family, body: unknown): GatewayError {
  try {
    callOf(family, body);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  return assert.fail(`accepted: ${JSON.stringify(body)}`);
}

const odd = `{ "seed" : 9007199254740993,\t"temperature":1.0, "z":1e400,
 "model":"gpt-4o" , "a":"\\u0061\\/", "messages":[{"role":"user","content":"caf\\u00e9 \\ud83d 😀"}],"-0":-0.0 }\n`;

test('a call that nothing changes is the very buffer that came', () => {
  const call = callOf('chat/completions', odd);

  assert.equal(writeCall(call, { texts: undefined, model: 'gpt-4o', asksUsage: false }), call.body);
  const texts = call.texts.sites.map(({ text }) => text);
  assert.equal(writeCall(call, { texts, model: 'gpt-4o', asksUsage: false }), call.body);
});

test('a rewritten text is spliced, and every other byte stays', () => {
  const call = callOf('chat/completions', odd);
  const texts = call.texts.sites.map(({ text, role }) => (role === 'user' ? 'said "😀"\u0000\ud83d' : text));

  const body = written(call, { texts });

  assert.equal(body, odd.replace('"caf\\u00e9 \\ud83d 😀"', '"said \\"😀\\"\\u0000\\ud83d"'));
});

test('any rewrite of any texts of any call leaves all but those strings', () => {
  const bodies = fc
    .tuple(jsonTexts, jsonTexts, jsonTexts)
    .map(
      ([one, two, three]) =>
        `{"model":"m","messages":[{"role":"user","content":${one}}, {"role":"tool","extra":${two}}],"any":${three}}`,
    );
  fc.assert(
    fc.property(bodies, fc.string({ unit: 'binary', maxLength: 8 }), (body, added) => {
      const call = readable(body);
      if (call === undefined) return;
      const texts = call.texts.sites.map(({ text }, at) => (at % 3 === 0 ? text : text + added));

      const changed = written(call, { texts });

      const strings = [...call.texts.sites].map(({ node }) => node).toSorted((a, b) => a.start - b.start);
      let from = 0;
      let shift = 0;
      for (const node of strings) {
        const at = call.texts.sites.findIndex((site) => site.node === node);
        const text = texts[at] ?? '';
        const kept = text === call.texts.sites[at]?.text;
        const shown: string = kept ? body.slice(node.start, node.end) : JSON.stringify(text);
        assert.equal(changed.slice(from + shift, node.start + shift), body.slice(from, node.start));
        assert.equal(changed.slice(node.start + shift, node.start + shift + shown.length), shown);
        shift += shown.length - (node.end - node.start);
        from = node.end;
      }
      assert.equal(changed.slice(from + shift), body.slice(from));
    }),
    { numRuns: 2_000 },
  );
});

// Random keys may be look-alikes of one that steers.
function readable(body: string): Call | undefined {
  try {
    return callOf('chat/completions', body);
  } catch (error) {
    assert.ok(error instanceof GatewayError);
    return undefined;
  }
}

test('the model is replaced, inserted or put in the place of null', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"model":"a","x":1}', '{"model":"b\\"","x":1}'],
    ['{ "x":1,"\\u006dodel" : "a" }', '{ "x":1,"\\u006dodel" : "b\\"" }'],
    ['{"model":null}', '{"model":"b\\""}'],
    ['{ "x":1 }', '{"model":"b\\"", "x":1 }'],
    ['{}', '{"model":"b\\""}'],
    [' {\n} ', ' {"model":"b\\""\n} '],
  ];
  for (const [body, expected] of cases) {
    assert.equal(written(callOf('chat/completions', body), { model: 'b"' }), expected);
  }
});

test('usage is asked for by splice, whatever the stream options are', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['null', '{"include_usage":true}'],
    ['{}', '{"include_usage":true}'],
    ['{ }', '{"include_usage":true }'],
    ['{ "a" : 1 }', '{"include_usage":true, "a" : 1 }'],
    ['{"include_usage": false,"a":1}', '{"include_usage": true,"a":1}'],
    ['{"include_\\u0075sage":null}', '{"include_\\u0075sage":true}'],
    ['{"include_usage":true}', '{"include_usage":true}'],
  ];
  for (const [options, expected] of cases) {
    const call = callOf('chat/completions', `{"stream_options":${options}, "model":"m"}`);

    assert.equal(written(call, { asksUsage: true }), `{"stream_options":${expected}, "model":"m"}`);
  }
  const without = written(callOf('chat/completions', '{"model":"m"}'), { asksUsage: true });
  assert.equal(without, '{"stream_options":{"include_usage":true},"model":"m"}');
});

test('texts, model and stream options change together', () => {
  const call = callOf('chat/completions', '{"prompt":"p","stream_options":{"x":"y"}}');
  const texts = call.texts.sites.map(({ text }) => `${text}${text}`);

  const body = written(call, { texts, model: 'm', asksUsage: true });

  const expected = '{"model":"m","prompt":"pp","stream_options":{"include_usage":true,"x":"yy"}}';
  assert.equal(body, expected);
});

function asks(options: unknown): boolean {
  return asksForUsage(callOf('chat/completions', { stream_options: options }));
}

test('only include_usage: true asks for the usage chunk', () => {
  assert.equal(asks({ include_usage: true }), true);
  assert.equal(asks({ include_usage: false }), false);
  assert.equal(asks({ include_usage: null }), false);
  assert.equal(asks({}), false);
  assert.equal(asks(null), false);
});

test('what steers a call has its type', () => {
  const bodies: readonly unknown[] = [
    { model: 1 },
    { model: ['m'] },
    { stream: 'true' },
    { stream: 1 },
    { stream_options: 'bob@example.com' },
    { stream_options: ['bob@example.com'] },
    { stream_options: { include_usage: 'bob@example.com' } },
    { stream_options: { include_usage: {} } },
    '[]',
    '"text"',
    'null',
    '',
    '{"a":1',
    '\ufeff{}',
    '{"a":1,"\\u0061":2}',
  ];
  for (const body of bodies) {
    const { code, message } = refusal('chat/completions', body);

    assert.equal(code, 'request_malformed', JSON.stringify(body));
    assert.ok(message.length < 300);
  }
});

test('streaming is asked for by true alone', () => {
  assert.equal(callOf('chat/completions', { stream: true }).isStream, true);
  assert.equal(callOf('chat/completions', { stream: false }).isStream, false);
  assert.equal(callOf('chat/completions', { stream: null }).isStream, false);
  assert.equal(callOf('chat/completions', {}).isStream, false);
});

test('bytes that are no UTF-8 are refused', () => {
  const bytes = [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf]];
  for (const bad of bytes) {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bad), Buffer.from('"}')]);
    const limits = { json: { depth: 9, nodes: 99 }, judgeUnknown: true };

    assert.throws(() => readCall(dialectOf('chat/completions'), body, limits), { code: 'request_malformed' });
  }
});

test('a background answer is refused in every way it may be asked for', () => {
  for (const background of [true, 1, 'false', {}, []]) {
    assert.equal(refusal('responses', { background }).code, 'request_unsupported');
  }
  for (const background of [false, null]) callOf('responses', { background });
});

function messageAt(key: string): string {
  return refusal('chat/completions', `{"${key}":1}`).message;
}

test('keys that only look like those that steer or bear text are refused', () => {
  for (const key of ['Model', 'MESSAGES', 'me\u017f\u017fages', 'Stream', 'N', 'TOOLS', 'stream_Options']) {
    assert.match(messageAt(key), /write the key as/);
  }
  assert.match(messageAt('\\u004dodel'), /write the key as "model"/);
  assert.match(messageAt('bac\u212aground'), /write the key as "background"/);
});

test('look-alikes are refused in messages and their parts', () => {
  const bodies = [
    { messages: [{ role: 'user', Content: 'x' }] },
    { messages: [{ ROLE: 'user', content: 'x' }] },
    { messages: [{ role: 'user', content: [{ type: 'text', Text: 'x' }] }] },
    { messages: [{ role: 'user', content: [{ type: 'text', inſtructions: 'x' }] }] },
    { messages: [{ role: 'assistant', tool_calls: [{ Function: { name: 'x' } }] }] },
    { messages: [{ role: 'assistant', tool_calls: [{ function: { ARGUMENTS: '{}' } }] }] },
    { input: [{ type: 'message', content: [{ type: 'input_text', TEXT: 'x' }] }] },
  ];
  for (const body of bodies) assert.equal(refusal('chat/completions', body).code, 'request_malformed');
});

test('the app may name its own things as it likes', () => {
  const schema = { type: 'object', properties: { Model: { type: 'string' }, MESSAGES: {}, Content: {} } };
  const bodies = [
    { tools: [{ type: 'function', function: { name: 'f', parameters: schema } }] },
    { response_format: { type: 'json_schema', json_schema: { name: 'n', schema } } },
    { prompt: { id: 'p', variables: { Name: 'Bob', Text: 'x' } } },
    { metadata: { Model: 'x', Content: 'y' } },
    { messages: [{ role: 'assistant', content: [{ type: 'tool_use', input: { Text: 'x' } }] }] },
    { messages: [{ role: 'user', content: 'x', metadata: { Name: 'x' } }] },
  ];
  for (const body of bodies) callOf('chat/completions', body);
});

test('a call that asks for a JSON document is known by it', () => {
  const format = { type: 'json_schema', json_schema: { name: 'x', schema: {} } };
  const asking: readonly (readonly [Family, object])[] = [
    ['chat/completions', { response_format: { type: 'json_object' } }],
    ['chat/completions', { response_format: format }],
    ['chat/completions', { guided_json: { type: 'object' } }],
    ['responses', { text: { format: { type: 'json_schema', name: 'x', schema: {} } } }],
  ];
  const not: readonly (readonly [Family, object])[] = [
    ['chat/completions', {}],
    ['chat/completions', { response_format: { type: 'text' } }],
    ['responses', { text: { format: { type: 'text' } } }],
    ['responses', { text: null }],
  ];
  for (const [family, body] of asking) assert.equal(callOf(family, body).isJsonAsked, true);
  for (const [family, body] of not) assert.equal(callOf(family, body).isJsonAsked, false);
});
