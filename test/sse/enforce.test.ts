import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { FieldGuards } from '../../src/policy/field-guards.ts';
import type { StreamEnforcer } from '../../src/sse/enforce.ts';
import type { EnforcerOptions } from '../../src/sse/enforcer-options.ts';
import { guarding, guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { bytewise, enforcerOf, eventsOf, fieldsOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

function chat(
  guards: FieldGuards = guardsOf(linked(piiPolicy())),
  options: Partial<EnforcerOptions> = {},
): StreamEnforcer {
  return enforcerOf('chat/completions', guards, options);
}

const says = (content: string, index = 0) => chatChunk({ content, index });
const stops = (index = 0) => chatChunk({ index, finishReason: 'stop' });
function blocking(): StreamEnforcer {
  return chat(guardsOf(linked(piiPolicy({ action: 'block' }))));
}

function weighed(content: string): object {
  return chatChunk({ content, logprobs: { content: [{ token: content }] } });
}

const usage = chatChunk({ usage: { prompt_tokens: 5, completion_tokens: 7 } });

/** The stream as one piece, and cut at every byte: both must say the same. */
function outcome(open: () => StreamEnforcer, stream: string) {
  const got = relayed(open(), [Buffer.from(stream)]);
  const cut = relayed(open(), bytewise(stream));
  assert.equal(cut.text, got.text);
  assert.equal(cut.end, got.end);
  return got;
}

test('the usage chunk is hidden from who did not ask for it, and known all the same', () => {
  const stream = sse(says('hi'), stops(), usage, '[DONE]');
  for (const showsUsage of [true, false]) {
    const enforcer = chat(guardsOf(), { showsUsage });

    const got = relayed(enforcer, [Buffer.from(stream)]);

    assert.equal(got.text, showsUsage ? stream : sse(says('hi'), stops(), '[DONE]'));
    assert.deepEqual(enforcer.usage, { inputTokens: 5, outputTokens: 7, estimated: false });
  }
});

test('an error beside usage is not hidden', () => {
  const stream = sse(says('hi'), { error: { message: 'broken' }, usage: { prompt_tokens: 5 } });

  const got = outcome(() => chat(guardsOf(), { showsUsage: false }), stream);

  assert.equal(got.text, stream);
  assert.equal(got.end, 'failed');
});

test('a stream is complete after [DONE], and nothing behind it is read', () => {
  const stream = sse(says('hi'), '[DONE]');
  for (const rest of ['', sse(says('more')), ': bye\n\n', 'data: x']) {
    const got = outcome(() => chat(), stream + rest);

    assert.equal(got.text, stream);
    assert.equal(got.end, 'complete');
  }
});

test('[DONE] counts without its blank line, and arrives as it was', () => {
  for (const done of ['data: [DONE]', 'data:[DONE]\n', 'data: [DONE]\r\n', 'data:  [DONE] \n\n']) {
    const stream = sse(says('write to a@b.co')) + done;

    const got = outcome(() => chat(), stream);

    assert.equal(got.text, sse(says('write to [EMAIL]')) + done);
    assert.equal(got.end, 'complete');
  }
});

test('a stream without [DONE] is complete where every choice said why it finished', () => {
  const cases: readonly (readonly [string, 'complete' | 'cut'])[] = [
    [sse(says('a'), stops()), 'complete'],
    [sse(says('a'), stops(), usage), 'complete'],
    [sse(says('a '), says('b ', 1), stops(0), stops(1)), 'complete'],
    [sse(says('a'), stops(), chatChunk({ content: '' })), 'complete'],
    [sse(says('a ')), 'cut'],
    [sse(says('a '), says('b ', 1), stops(0)), 'cut'],
    [sse(says('a '), usage), 'cut'],
    [sse(chatChunk({ role: 'assistant', content: '' })), 'cut'],
    ['', 'cut'],
    [': ping\n\n', 'cut'],
  ];
  for (const [stream, end] of cases) {
    const got = outcome(() => chat(), stream);

    assert.equal(got.text, stream);
    assert.equal(got.end, end, stream);
  }
});

test('a field that begins after its choice has finished is judged', () => {
  const note = chatChunk({ delta: { annotations: [{ title: 'by a@b.co' }] } });

  const got = outcome(() => chat(), sse(says('hi'), stops(), note, '[DONE]'));

  assert.equal(got.text, sse(says('hi'), stops(), note, '[DONE]').replace('a@b.co', '[EMAIL]'));
  assert.equal(outcome(() => chat(), sse(says('hi'), stops(), note)).end, 'complete');
});

test('an error event leaves with all that was decided before it, and ends the stream', () => {
  const error = { error: { message: 'ask a@b.co' } };
  const stream = sse(says('a@b.co. Call 555-123-4567'), error, says('never'), '[DONE]');

  const enforcer = chat();
  const out = enforcer.push(stream);

  assert.equal(out, sse(says('[EMAIL]. Call '), { error: { message: 'ask [EMAIL]' } }));
  assert.equal(enforcer.isError, true);
  assert.equal(outcome(() => chat(), stream).end, 'failed');
});

test('a denial discards what is withheld, and neither [DONE] nor a terminal event follows', () => {
  const streams = [
    sse(says('fine so far. '), says('a@b'), says('.co and'), says(' more'), '[DONE]'),
    sse(says('fine so far. '), says('a@b.co'), '[DONE]'),
    sse(says('fine so far. '), says('a@b.co'), stops(), '[DONE]'),
    sse(says('fine so far. '), says('a@b.co, '), { error: { message: 'x' } }),
    sse(says('fine so far. '), says('a@b.co, ')),
  ];
  for (const stream of streams) {
    const got = outcome(blocking, stream);

    assert.equal(got.text, sse(says('fine so far. ')));
    assert.equal(got.end, 'denied');
  }
});

test('a whole text that is denied ends the stream as well', () => {
  for (const event of [{ note: 'a@b.co' }, '"a@b.co"', 'plain a@b.co']) {
    const got = outcome(blocking, sse(says('hi '), event, '[DONE]'));

    assert.equal(got.text, sse(says('hi ')));
    assert.equal(got.end, 'denied');
  }
});

test('log probabilities go from the events that are edited, and from no other', () => {
  const stream = sse(weighed('hi '), weighed('a@'), weighed('b.co'), weighed(' bye'), stops(), '[DONE]');

  const got = outcome(() => chat(), stream);

  const expected = sse(weighed('hi '), says('[EMAIL]'), says(''), weighed(' bye'), stops(), '[DONE]');
  assert.equal(got.text, expected);
});

test('data in any form is read, and an event that is edited keeps its other lines', () => {
  const json = JSON.stringify(says('a@b.co '));
  const forms: readonly (readonly [string, string])[] = [
    [`data:${json}\n\n`, `data: ${json}\n\n`],
    [`data: ${json}\r\n\r\n`, `data: ${json}\n\n`],
    [`\ufeffdata: ${json}\n\n`, `\ufeffdata: ${json}\n\n`],
    [`event: e\ndata: ${json}\nid: 7\n\n`, `event: e\nid: 7\ndata: ${json}\n\n`],
    [`data: ${json.slice(0, 1)}\ndata: ${json.slice(1)}\n\n`, `data: {\ndata: ${json.slice(1)}\n\n`],
    [`data: ${json.replace('@', '\\u0040')}\n\n`, `data: ${json}\n\n`],
  ];
  for (const [event, edited] of forms) {
    const stream = `${event}data: [DONE]\n\n`;

    const got = relayed(chat(), [Buffer.from(stream)]);

    assert.equal(got.text, `${edited.replace('a@b.co', '[EMAIL]')}data: [DONE]\n\n`);
    assert.deepEqual(eventsOf(relayed(chat(), bytewise(stream)).text), eventsOf(got.text));
  }
});

test('a byte order mark stays in front, whatever overtakes the event behind it', () => {
  const stream = `\ufeff${sse(says('Hello'))}: ping\n\n${sse(says(' you'), '[DONE]')}`;

  const got = relayed(chat(), bytewise(stream));

  assert.equal(got.text, `\ufeff: ping\n\n${sse(says('Hello'), says(' you'), '[DONE]')}`);
});

test('a line that only some clients read is refused', () => {
  const lines = [
    '\ufeffdata: x',
    ' data: {"choices":[]}',
    'data : x',
    'Data: x',
    '{"choices":[]}',
    ' [{}]',
    '\x1e{}',
    'data: {}\ndata: {}',
    'data: {}{}',
    'data: data: {}',
    'data: [{"choices":[{"delta":{"content":"x"}}]}]',
  ];
  for (const line of lines) {
    assert.throws(() => chat().push(`: c\n${line}\n\n`), { code: 'upstream_invalid' }, line);
    assert.throws(() => chat().push(`: c\n${line}\ndata: [DONE]\n\n`), { code: 'upstream_invalid' }, line);
  }
});

test('data that is a JSON string is a piece of one text', () => {
  const got = outcome(() => chat(), 'data: "so a\\u0040b"\n\ndata: ".co is"\n\ndata: 1\n\ndata: [DONE]\n\n');

  assert.deepEqual(eventsOf(got.text), ['"so [EMAIL]"', '1', '" is"', '[DONE]']);
});

test('an event that two parsers would read differently is refused', () => {
  const twice = 'data: {"choices":[],"choices":[]}\n\n';
  const deep = `data: ${'['.repeat(100)}${']'.repeat(100)}\n\n`;

  for (const stream of [twice, deep]) {
    assert.throws(() => chat().push(stream), { code: 'upstream_invalid' });
  }
});

/** A candidate in one choice, and harmless text in the other. */
function both(candidate: string): string {
  const choices = [candidate, 'x '].map((content, index) => ({ index, delta: { content } }));
  return sse({ ...says(''), choices });
}

test('the events that are withheld together are bounded, and what was decided still leaves', () => {
  const enforcer = chat(undefined, { heldChars: 2_000 });
  let out = enforcer.push(both('a@b.co'));

  assert.throws(
    () => {
      for (let at = 0; at < 100; at += 1) out += enforcer.push(both('m'));
    },
    { code: 'policy_failed' },
  );
  assert.equal(out, '');
  const fields = fieldsOf(enforcer.end().text);
  assert.equal(fields.get('.choices.0.delta.content'), '');
  assert.match(fields.get('.choices.1.delta.content') ?? '', /^(x )+$/);
});

test('an event beyond its limit is refused, known by its shape or not', () => {
  const long = sse(says('x'.repeat(3_000)));

  assert.throws(() => chat(undefined, { eventChars: 2_000 }).push(long), { code: 'upstream_too_large' });
  const enforcer = chat(undefined, { eventChars: 2_000 });
  enforcer.push(sse(says('hi')));
  assert.throws(() => enforcer.push(long), { code: 'upstream_too_large' });
});

test('the fields of one stream are bounded', () => {
  const enforcer = chat(guardsOf());

  assert.throws(
    () => {
      for (let index = 0; index < 5_000; index += 1) enforcer.push(sse(says('x', index)));
    },
    { code: 'upstream_invalid' },
  );
});

test('a stream of 100 000 events holds no more than one of a thousand', () => {
  const enforcer = chat(guardsOf(linked(guarding(literalGuard({ secret: '***' })))));
  const piece = sse(says('a secret '), says('word '), says('\n'), says('x', 1)).repeat(250);
  enforcer.push(piece);
  const before = heapBytes();

  for (let at = 0; at < 100; at += 1) enforcer.push(piece);

  assert.equal(enforcer.isHolding, false);
  assert.ok(heapBytes() - before < 4_000_000); // one small object an event is 10 MB
});

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test('what cannot be judged is named once', () => {
  const enforcer = chat();
  const sound = chatChunk({ delta: { audio: { id: 'a', data: 'AAAA' } } });

  const out = enforcer.push(sse(sound, sound));

  assert.equal(out, sse(sound, sound));
  assert.deepEqual(enforcer.uninspected, ['audio']);
});
