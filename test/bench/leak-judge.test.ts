import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { places } from '../../bench/leak/cases.ts';
import { bodyCuts, cuts, piecesOf } from '../../bench/leak/cuts.ts';
import { judgeEnding } from '../../bench/leak/endings.ts';
import { readFields } from '../../bench/leak/fields.ts';
import { type Expectation, judge, judgeHarmless, type Sight } from '../../bench/leak/judge.ts';
import { seenByClient, settled } from '../../bench/leak/journey.ts';
import { spell, type StreamPlace } from '../../bench/leak/place.ts';
import { harmless, type Planted, secrets, sentence } from '../../bench/leak/secrets.ts';
import { readSse } from '../../bench/leak/sse-record.ts';

const planted: Planted = {
  id: 'e-mail',
  before: 'Please write to ',
  value: 'zoe.quill@example.com',
  after: ' before Friday.',
};

const content = 'choices[0].delta.content';
const expectation: Expectation = {
  planted,
  holders: [content],
  form: 'plain',
  companions: new Map(),
  usual: 'chat.completion.chunk',
};

function chunk(delta: unknown, reason: string | null = null, index = 0): string {
  return `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index, delta, finish_reason: reason }] })}\n\n`;
}

function see(text: string, status = 200, ending: 'whole' | 'cut' | 'silent' = 'whole'): Sight {
  const reception = { status, isStream: true, arrivals: [], text, ending };
  return seenByClient(reception, { kind: 'stream', path: '/chat/completions' });
}

function seeContent(...pieces: readonly string[]): Sight {
  return see(
    [...pieces.map((piece) => chunk({ content: piece })), chunk({}, 'stop'), 'data: [DONE]\n\n'].join(''),
  );
}

const redacted = 'Please write to [EMAIL] before Friday.';
const end = `${chunk({}, 'stop')}data: [DONE]\n\n`;

const streams: readonly (readonly [name: string, sight: Sight, verdict: unknown])[] = [
  ['a marker in its place', seeContent(redacted), { kind: 'removed' }],
  ['a marker in pieces', seeContent('Please write to [EM', 'AIL] before', ' Friday.'), { kind: 'removed' }],
  ['asterisks', seeContent(`Please write to ${'*'.repeat(21)} before Friday.`), { kind: 'removed' }],
  ['nothing in its place', seeContent('Please write to  before Friday.'), { kind: 'removed' }],
  ['the whole value', seeContent(sentence(planted)), leaked(21, 'start')],
  ['the whole value, a character an event', seeContent(...sentence(planted).split('')), leaked(21, 'start')],
  ['its first character before the marker', seeContent('Please write to z[EMAIL] before Friday.'), leaked(1, 'start')],
  ['its first half, then the marker', seeContent('Please write to zoe.quill', '[EMAIL] before Friday.'), leaked(9, 'start')],
  ['its end behind the marker', seeContent('Please write to [EMAIL]example.com before Friday.'), leaked(11, 'inside')],
  ['the domain kept', seeContent('Please write to ***@example.com before Friday.'), leaked(12, 'inside')],
  ['a run that stands there anyway', seeContent('Please write to [chat.com] before Friday.'), { kind: 'removed' }],
  ['the value in another field', see(chunk({ content: redacted, note: planted.value }) + end), leaked(21, 'start')],
  ['the value in a key', see(chunk({ content: redacted, [planted.value]: 1 }) + end), leaked(21, 'start')],
  ['half of it in a key', see(chunk({ content: redacted, 'zoe.quill@ex': 1 }) + end), leaked(12, 'inside')],
  ['the value in a comment', see(`: ${planted.value}\n\n${chunk({ content: redacted })}${end}`), leaked(21, 'start')],
  ['the value by its numbers', seeContent(String.raw`Please write to zoe.quill\u0040example.com before Friday.`), leaked(21, 'start')],
  ['half of it in what then ends in an error', see(`${chunk({ content: 'Please write to zoe.' })}data: {"error":{"message":"no"}}\n\n`), leaked(4, 'start')],
  ['half of it in what is then refused', see('{"error":"zoe.quill is not allowed"}', 400), { kind: 'blocked', detail: 'status 400' }],
  ['the value in the refusal itself', see(`{"error":"${planted.value} is not allowed"}`, 400), leaked(21, 'start')],
  ['an error event', see(`${chunk({ content: 'Please write to ' })}data: {"error":{"message":"no"}}\n\n`), { kind: 'blocked', detail: 'error event' }],
  ['an end by the filter', see(chunk({ content: 'Please ' }) + chunk({}, 'content_filter') + 'data: [DONE]\n\n'), { kind: 'blocked', detail: 'content_filter' }],
  ['a status', see('no', 446), { kind: 'blocked', detail: 'status 446' }],
  ['an answer in prose instead', seeContent('I cannot say that.'), { kind: 'blocked', detail: 'another answer' }],
  ['prose instead that breaks off', see(chunk({ content: 'I cannot say' })), changed('the words before are gone or changed')],
  ['prose behind the beginning', seeContent('Please write to I cannot say that.'), changed('the words after are gone or changed')],
  ['the words behind lost', seeContent('Please write to [EMAIL] before'), changed('the words after are gone or changed')],
  ['the words before changed', seeContent('please write to [EMAIL] before Friday.'), changed('the words before are gone or changed')],
  ['a stray space', seeContent('Please  write to [EMAIL] before Friday.'), changed('the words before are gone or changed')],
  ['other text in its place', seeContent(`Please write to ${'blah '.repeat(20)} before Friday.`), changed('other text stands there')],
  ['no text at all', seeContent(), changed('missing')],
  ['no [DONE]', see(chunk({ content: redacted }) + chunk({}, 'stop')), incomplete()],
  ['no finish reason', see(`${chunk({ content: redacted })}data: [DONE]\n\n`), incomplete()],
  ['a connection that broke', see(chunk({ content: redacted }) + end, 200, 'cut'), incomplete()],
  ['an answer that never ended', see(chunk({ content: redacted }) + end, 200, 'silent'), incomplete()],
]; // prettier-ignore

function leaked(chars: number, from: string): unknown {
  return { kind: 'leaked', chars, of: 21, from };
}

function changed(what: string): unknown {
  return { kind: 'changed', detail: `${content}: ${what}` };
}

function incomplete(): unknown {
  return { kind: 'changed', detail: 'the answer does not say that it is complete' };
}

for (const [name, sight, verdict] of streams) {
  test(`the judge sees ${name}`, () => {
    assert.deepEqual(judge(expectation, sight), verdict);
  });
}

test('another choice that loses its tail is seen', () => {
  const companions = new Map([['choices[1].delta.content', 'Nothing here.']]);
  const sight = see(chunk({ content: redacted }) + chunk({ content: 'Nothing' }, null, 1) + end);

  const verdict = judge({ ...expectation, companions }, sight);

  assert.deepEqual(verdict, {
    kind: 'changed',
    detail: 'choices[1].delta.content: lost its last 6 characters',
  });
});

test('arguments must still be the JSON that was sent, spelled as the gateway likes', () => {
  const key = 'choices[0].delta.tool_calls[0].function.arguments';
  const judged = (text: string): string =>
    judge(
      { ...expectation, holders: [key], form: 'arguments' },
      see(chunk({ tool_calls: [{ index: 0, function: { arguments: text } }] }) + end),
    ).kind;

  assert.equal(judged(`{"note":"${redacted}","urgent":true}`), 'removed');
  assert.equal(judged(`{ "urgent": true, "note": "${redacted}" }`), 'removed');
  assert.equal(judged(`{"note":"${redacted}`), 'changed');
  assert.equal(judged(`{"note":"${redacted}"}`), 'changed');
  assert.equal(judged(String.raw`{"note":"Please write to zoe.quill\u0040example.com`), 'leaked');
  assert.equal(judged(String.raw`{"note":"Please write to \u007aoe"}`), 'leaked');
});

test('what a harmless value suffers too is not put down to the guard, but a leak is a leak', () => {
  const control = { kind: 'unserved', detail: 'status 404' } as const;
  const leak = { kind: 'leaked', chars: 1, of: 9, from: 'start' } as const;

  assert.equal(settled({ kind: 'blocked', detail: 'status 404' }, control), control);
  assert.equal(settled({ kind: 'removed' }, control), control);
  assert.deepEqual(settled({ kind: 'removed' }, { kind: 'changed', detail: 'missing' }), {
    kind: 'changed',
    detail: 'missing',
    withoutSecret: true,
  });
  assert.equal(settled(leak, control), leak);
  assert.deepEqual(settled({ kind: 'removed' }, undefined), { kind: 'removed' });
});

test('a harmless value has to arrive as it is', () => {
  const plain = { ...expectation, planted: harmless };

  assert.equal(judgeHarmless(plain, seeContent(sentence(harmless))), undefined);
  assert.equal(judgeHarmless(plain, seeContent(sentence({ ...harmless, value: '[NAME]' })))?.kind, 'changed');
  assert.equal(judgeHarmless(plain, see('no', 404))?.kind, 'unserved');
});

test('every prefix of every secret that is shown is counted', () => {
  fc.assert(
    fc.property(fc.constantFrom(...secrets), fc.nat(98), (secret, at) => {
      const shown = 1 + (at % secret.value.length);
      const text = `${secret.before}${secret.value.slice(0, shown)}[GONE]${secret.after}`;

      const verdict = judge({ ...expectation, planted: secret }, seeContent(text));

      assert.deepEqual(verdict, { kind: 'leaked', chars: shown, of: secret.value.length, from: 'start' });
    }),
  );
});

test('no marker that anybody uses passes for a piece of a secret', () => {
  const markers = ['[EMAIL]', '[EMAIL_REDACTED]', '[REDACTED]', '<EMAIL_ADDRESS>', '<US_SSN>', '***', '[PHONE_NUMBER]', '{{CREDIT_CARD_1}}', 'XXX-XX-XXXX', '[email redacted]', '(removed)']; // prettier-ignore
  for (const secret of secrets) {
    for (const marker of markers) {
      const text = sentence({ ...secret, value: marker });
      assert.equal(
        judge({ ...expectation, planted: secret }, seeContent(text)).kind,
        'removed',
        `${secret.id} ${marker}`,
      );
    }
  }
});

test('no sentence, and no name of an API, holds four characters of a secret', () => {
  for (const secret of secrets) {
    assert.equal(
      judge({ ...expectation, planted: secret }, seeContent(sentence({ ...secret, value: '' }))).kind,
      'removed',
    );
  }
});

const streamPlaces = places.filter((place): place is StreamPlace => place.kind === 'stream');

test('the scripted events of every place read, however they are cut, as what is expected of it', () => {
  for (const place of streamPlaces) {
    for (const cut of cuts) {
      const text = place.events(piecesOf(spell(harmless, place.spelling), cut)).join('');
      const sight = seenByClient({ status: 200, isStream: true, arrivals: [], text, ending: 'whole' }, place);
      const form = place.spelling === 'plain' ? 'plain' : 'arguments';

      assert.equal(
        judgeHarmless({ ...place, form, planted: harmless, usual: '' }, sight),
        undefined,
        `${place.id} ${cut}`,
      );
    }
  }
});

test('the scripted bodies of every place read as what is expected of it', () => {
  for (const place of places) {
    if (place.kind === 'stream') continue;
    const text = JSON.stringify(place.body(spell(harmless, place.spelling).text));
    const sight = { fields: readFields([JSON.parse(text)]), raw: text, refusal: undefined, isComplete: true };
    const form = place.spelling === 'plain' ? 'plain' : 'arguments';

    assert.equal(judgeHarmless({ ...place, form, planted: harmless, usual: '' }, sight), undefined, place.id);
  }
  assert.ok(bodyCuts.every((cut) => cuts.includes(cut)));
});

const card = secrets.find(({ id }) => id === 'card') ?? planted;
const half = chunk({ content: `Charge the card ${card.value.slice(0, 9)}` });
const words = chunk({ content: 'Charge the card ' });
const failure = 'data: {"error":{"message":"gone"}}\n\n';

const endings: readonly (readonly [text: string, ending: 'whole' | 'cut' | 'silent', verdict: string])[] = [
  [words + failure, 'whole', 'honest: error event'],
  [words, 'cut', 'honest: connection cut'],
  [words, 'whole', 'dishonest: ends as if it were whole'],
  [words, 'silent', 'dishonest: never ends'],
  [`${words}data: [DONE]\n\n`, 'whole', 'dishonest: [DONE]'],
  [`${words}${failure}data: [DONE]\n\n`, 'whole', 'dishonest: error event, then [DONE]'],
  [words + chunk({}, 'stop'), 'whole', 'dishonest: says that it is finished'],
  [half + failure, 'whole', 'leaked: 9'],
  [half, 'cut', 'leaked: 9'],
];

for (const [text, ending, wanted] of endings) {
  test(`an answer that ${ending === 'whole' ? 'ends' : `is ${ending}`} is ${wanted}, ${text.length} characters in`, () => {
    const verdict = judgeEnding({ status: 200, isStream: true, arrivals: [], text, ending }, card, '');

    assert.equal(`${verdict.kind}: ${verdict.kind === 'leaked' ? verdict.chars : verdict.detail}`, wanted);
  });
}

test('an event stream reads the same with every line ending', () => {
  const text = `${half}event: error\ndata: {"a":1}\n\n: comment\n\ndata: [DONE]\n\n`;
  const wanted = readSse(text);

  assert.equal(wanted.documents.length, 2);
  assert.equal(wanted.hasDone && wanted.hasError, true);
  assert.deepEqual(readSse(text.replaceAll('\n', '\r\n')), wanted);
  assert.deepEqual(readSse(text.replaceAll('\n', '\r')), wanted);
  assert.deepEqual(readSse(text.replaceAll('data: ', 'data:')), wanted);
});
