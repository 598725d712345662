import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { enforcerOf, relayed } from '../support/streams.ts';
import { sse } from '../support/upstream.ts';

/** An event as servers write it that repeat in `message` all they have said. */
function event(content: string, soFar: string, finish_reason: string | null = null): object {
  return {
    choices: [
      { index: 0, message: { role: 'assistant', content: soFar }, delta: { content }, finish_reason },
    ],
  };
}

const pieces = ['call ', '555-123-', '4567', ' now, or a@', 'b.co'];
const events = pieces.map((piece, at) => event(piece, pieces.slice(0, at + 1).join('')));
const end = event('', pieces.join(''), 'stop');

test('what a stream repeats of its text so far shows nothing undecided, and the end all of it', () => {
  const { text } = relayed(enforcerOf('chat/completions', guardsOf(linked(piiPolicy()))), [
    Buffer.from(sse(...events, end, '[DONE]')),
  ]);

  const expected = [
    event('call ', 'call '),
    event('[PHONE]', 'call '),
    event('', 'call '),
    event(' now, or [EMAIL]', 'call [PHONE] now, or '),
    event('', 'call [PHONE] now, or '),
    event('', 'call [PHONE] now, or [EMAIL]', 'stop'),
  ];
  assert.equal(text, sse(...expected, '[DONE]'));
});

test('a denial is seen in what a stream repeats', () => {
  const enforcer = enforcerOf('chat/completions', guardsOf(linked(piiPolicy({ action: 'block' }))));

  const got = relayed(enforcer, [
    Buffer.from(sse(event('hi ', 'hi '), event('', 'hi a@b.co now'), '[DONE]')),
  ]);

  assert.equal(got.text, sse(event('hi ', 'hi ')));
  assert.equal(got.end, 'denied');
});

const cuts = [
  ['Card 4111 11', '11 1111 11', '11 ok'],
  ['to ann@ex', 'ample', '.com'],
  ['ann@example.com', ' bob@ex', 'ample.org '],
  ['Card 4111 1111 1111', ' 1111'],
  ['call 555-12', '3-4567', ' or ann@exam', 'ple.com now'],
];
const reasons: readonly (readonly [string, (at: number) => boolean])[] = [
  ['every event', () => true],
  ['every second event', (at) => at % 2 === 0],
  ['the first event', (at) => at === 0],
  ['no event', () => false],
];
const undecided = /4111|111|555|12|4567|ann|bob|@/;

for (const family of ['chat/completions', 'completions'] as const) {
  for (const [where, has] of reasons) {
    for (const some of cuts) {
      const said = (hasMessage: (at: number) => boolean): object[] =>
        some.map((piece, at) => {
          const reason = has(at) ? 'stop' : null;
          if (hasMessage(at)) return event(piece, some.slice(0, at + 1).join(''), reason);
          return { choices: [{ index: 0, delta: { content: piece }, finish_reason: reason }] };
        });
      const open = () => enforcerOf(family, guardsOf(linked(piiPolicy())));

      test(`no text so far shows what is undecided: ${family}, finish reason in ${where}, ${some.join('|')}`, () => {
        for (const message of [() => true, (at: number) => at === 0, (at: number) => at % 2 === 0]) {
          for (const last of [['[DONE]'], [event('', some.join(''), 'stop'), '[DONE]'], []]) {
            const stream = sse(...said(message), ...last);
            const whole = relayed(open(), [Buffer.from(stream)]);

            assert.doesNotMatch(whole.text, undecided);
            const broken = open();
            assert.doesNotMatch(broken.push(stream.slice(0, -20)) + broken.end(true).text, undecided);
          }
        }
      });
    }
  }
}

test('the last text so far is whole once the stream has ended, without another event', () => {
  const all = pieces.map((piece, at) => event(piece, pieces.slice(0, at + 1).join(''), 'stop'));
  for (const last of [['[DONE]'], []]) {
    const { text } = relayed(enforcerOf('chat/completions', guardsOf(linked(piiPolicy()))), [
      Buffer.from(sse(...all, ...last)),
    ]);

    assert.ok(text.includes('"call [PHONE] now, or [EMAIL]"'), text);
  }
});
