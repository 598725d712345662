import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { EnforcedAnswer } from '../../src/dialect/answer.ts';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import { guarding, guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { jsonTexts } from '../support/json-texts.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { chatAnswer } from '../support/upstream.ts';
import { enforceAnswer } from '../support/driven.ts';

const limits = { depth: 64, nodes: 10_000 };

function enforced(
  body: unknown,
  guards: FieldGuards = guardsOf(linked(piiPolicy())),
  isError = false,
): EnforcedAnswer {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return enforceAnswer(bytes, guards, limits, { isError });
}

const said = (body: unknown, isError = false): string => enforced(body, undefined, isError).body.toString();

test('every text of an answer is enforced, and every other byte stays', () => {
  const body = `{ "seed":9007199254740993, "choices" : [
    {"index":0,"message":{"role":"assistant","content":"a\\u0040b.co, \\/ é","refusal":"c@d.co"},"x":"e@f.co"},
    {"index":1,"message":{"tool_calls":[{"id":"g@h.co","function":{"name":"n","arguments":"{\\"to\\":\\"i@j.co\\"}"}}]}},
    {"text":"k@l.co"} ], "id":"m@n.co", "usage":{"prompt_tokens":1,"completion_tokens":2} }`;

  const { body: result, usage, isDenied } = enforced(body);

  const expected = body
    .replace('"a\\u0040b.co, \\/ é"', '"[EMAIL], / é"')
    .replace('c@d.co', '[EMAIL]')
    .replace('e@f.co', '[EMAIL]')
    .replace('i@j.co', '[EMAIL]')
    .replace('k@l.co', '[EMAIL]');
  assert.equal(result.toString(), expected);
  assert.deepEqual(usage, { inputTokens: 1, outputTokens: 2, estimated: false });
  assert.equal(isDenied, false);
});

test('an answer in which nothing is found is the very buffer that came', () => {
  fc.assert(
    fc.property(jsonTexts, (text) => {
      const body = Buffer.from(text);

      assert.equal(enforceAnswer(body, guardsOf(), limits, { isError: true }).body, body);
      assert.equal(enforceAnswer(body, undefined, limits).body, body);
    }),
  );
});

test('the log probabilities of an answer go when any of its texts is rewritten', () => {
  const logprobs = { content: [{ token: 'a@b.co', bytes: [97] }] };
  const answer = (content: string) => ({
    choices: [
      { message: { content }, logprobs },
      { text: 'x', logprobs: { tokens: ['x'] } },
      { content: [{ text: 'y', logprobs: [{ token: 'y' }] }] },
      { message: {}, logprobs: null },
    ],
  });

  assert.equal(
    said(answer('a@b.co')),
    JSON.stringify({
      choices: [
        { message: { content: '[EMAIL]' }, logprobs: null },
        { text: 'x', logprobs: null },
        { content: [{ text: 'y', logprobs: [] }] },
        { message: {}, logprobs: null },
      ],
    }),
  );
  assert.equal(said(answer('calm')), JSON.stringify(answer('calm')));
});

test('an error that is JSON of another shape is enforced string by string', () => {
  assert.equal(said('["a\\u0040b.co",{"error":"c@d.co"}, 1]', true), '["[EMAIL]",{"error":"[EMAIL]"}, 1]');
  assert.equal(said('"a\\u0040b.co"', true), '"[EMAIL]"');
  assert.equal(
    said('[{"error":{"a":"a@b.co"}},{"error":1}]', true),
    '[{"error":{"a":"[EMAIL]"}},{"error":1}]',
  );
  assert.equal(said('\ufeff{"content":"a\\u0040b.co"}'), '{"content":"[EMAIL]"}');
  assert.equal(said('\ufeff{"content":"calm"}'), '\ufeff{"content":"calm"}');
});

test('an error that is no JSON is one text', () => {
  assert.equal(said('<h1>write to a@b.co</h1>', true), '<h1>write to [EMAIL]</h1>');
  assert.equal(said('[error] a@b.co', true), '[error] [EMAIL]');
  assert.equal(
    said('{"error": {"message": "cut off, a@b.co', true),
    '{"error": {"message": "cut off, [EMAIL]',
  );
  assert.equal(said('', true), '');
});

const piece = '{"choices":[{"delta":{"content":"4111 11"}}]}';

test('an answer that is no single document is refused, and so is an error that is several', () => {
  const several = [
    `${piece}${piece}`,
    `${piece}\n${piece}`,
    ` [1] ${piece}`,
    `\x1e${piece}\n`,
    `\n\x1e${piece}`,
    `${piece},`,
    `[${piece},${piece}]`,
    Buffer.from(piece, 'utf16le').toString(),
  ];
  for (const body of several) {
    assert.throws(() => said(body), { code: 'upstream_invalid' }, body);
    assert.throws(() => said(body, true), { code: 'upstream_invalid' }, body);
  }
  for (const body of ['so be it', '<p>hello</p>', '"text"', piece.slice(1), `data: ${piece}`])
    assert.throws(() => said(body), { code: 'upstream_invalid' }, body);
});

function isBlocked(body: unknown): boolean {
  return enforced(body, guardsOf(linked(piiPolicy({ action: 'block' }))), true).isDenied;
}

test('a denied answer says so', () => {
  assert.equal(isBlocked(chatAnswer({ contents: ['calm', 'a@b.co'] })), true);
  assert.equal(isBlocked('plain a@b.co'), true);
  assert.equal(isBlocked(chatAnswer({ contents: ['calm'] })), false);
});

test('an answer that two parsers would read differently is refused where it is judged', () => {
  const twice = '{"content":"x","content":"a@b.co"}';
  const deep = `{"content":${'['.repeat(100)}${']'.repeat(100)}}`;

  for (const body of [twice, deep]) assert.throws(() => enforced(body), { code: 'upstream_invalid' });
  assert.equal(enforceAnswer(Buffer.from(twice), undefined, limits).body.toString(), twice);
});

test('what the client gave itself comes back as it is', () => {
  const body = { id: 'r', metadata: { mail: 'a@b.co' }, user: 'a@b.co', output: [] };
  const event = { response: { metadata: { mail: 'a@b.co' }, output: [{ metadata: { mail: 'c@d.co' } }] } };

  assert.equal(said(body), JSON.stringify(body));
  assert.equal(said(event), JSON.stringify(event).replace('c@d.co', '[EMAIL]'));
});

test('pictures and sound of an answer are named as not inspected, and left alone', () => {
  const body = {
    output: [{ type: 'image_generation_call', result: 'a@b.co' }],
    data: [{ b64_json: 'a@b.co' }],
    choices: [{ message: { audio: { id: 'x', data: 'a@b.co', transcript: 'c@d.co' } } }],
  };

  const { body: result, uninspected } = enforced(body);

  assert.equal(result.toString(), JSON.stringify(body).replace('c@d.co', '[EMAIL]'));
  assert.deepEqual(uninspected, ['image', 'audio']);
});

test('usage is read under either name, and only where it counts', () => {
  const cases: readonly (readonly [unknown, readonly number[] | undefined])[] = [
    [{ usage: { prompt_tokens: 1, completion_tokens: 2 } }, [1, 2]],
    [{ usage: { input_tokens: 3, output_tokens: 4 } }, [3, 4]],
    [{ response: { usage: { input_tokens: 5, output_tokens: 6 } } }, [5, 6]],
    [{ usage: { prompt_tokens: 7 } }, [7, 0]],
    [{ usage: { prompt_tokens: -1, completion_tokens: 2.5 } }, undefined],
    [{ usage: null }, undefined],
    [{}, undefined],
  ];
  for (const [body, counts] of cases) {
    const usage = enforced(body).usage;

    assert.deepEqual(usage === undefined ? undefined : [usage.inputTokens, usage.outputTokens], counts);
  }
});

function toolCall(text: string): object {
  return { choices: [{ message: { tool_calls: [{ function: { arguments: text } }] } }] };
}

test('the arguments of a tool call are judged as the JSON they are, and stay JSON', () => {
  const { body } = enforced(toolCall('{"to":"ann\\u0040example.com","card":4111111111111111}'));

  assert.deepEqual(JSON.parse(body.toString()), toolCall('{"to":"[EMAIL]","card":"[CREDIT_CARD]"}'));
});

test('arguments that are an object stay one, unless a rewrite leaves none', () => {
  const body = { choices: [{ message: { tool_calls: [{ function: { arguments: { a: null } } }] } }] };
  const open = literalGuard({ null: '<NULL>' });

  const left = enforced(body, guardsOf(linked(guarding(open)))).body.toString();

  assert.deepEqual(JSON.parse(left), {
    choices: [{ message: { tool_calls: [{ function: { arguments: '{"a":<NULL>}' } }] } }],
  });
});

test('the JSON that a call asked for is judged as such, and stays JSON', () => {
  const document = { mail: 'line\nann@example.com', card: 4111111111111111 };
  const text = JSON.stringify(document).replace('@', '\\u0040');
  const bodies = [
    { choices: [{ message: { content: text } }] },
    { output: [{ type: 'message', content: [{ type: 'output_text', text }] }] },
  ];
  for (const body of bodies) {
    const guards = guardsOf(linked(piiPolicy()));
    const { body: left } = enforceAnswer(Buffer.from(JSON.stringify(body)), guards, limits, {
      isJsonAsked: true,
    });

    const expected = JSON.stringify({ mail: 'line\n[EMAIL]', card: '[CREDIT_CARD]' });
    assert.equal(
      left.toString(),
      JSON.stringify(body).replace(JSON.stringify(text), JSON.stringify(expected)),
    );
  }
});

test('beside the JSON that a call asked for, reasoning and refusals are prose', () => {
  const prose = 'call 5551234567 "phone 5551234567"';
  const body = { choices: [{ message: { content: '{}', refusal: prose, reasoning_content: prose } }] };

  const plain = enforced(body).body.toString();
  const guards = guardsOf(linked(piiPolicy()));
  const asked = enforceAnswer(Buffer.from(JSON.stringify(body)), guards, limits, { isJsonAsked: true });
  assert.equal(asked.body.toString(), plain);
});
