import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delayOf } from '../../bench/leak/delay.ts';
import type { Verdict } from '../../bench/leak/judge.ts';
import { readOptions } from '../../bench/leak/options.ts';
import { summary, toMarkdown } from '../../bench/leak/report.ts';
import { type Findings, isClean } from '../../bench/leak/suite.ts';

const words = ['One ', 'two ', 'three.'];

function arrival(atMs: number, ...said: readonly string[]): { atMs: number; bytes: Buffer } {
  const events = said.map(
    (content) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`,
  );
  return { atMs, bytes: Buffer.from(events.join('')) };
}

test('the delay of a word runs from its sending to the arrival of its last character', () => {
  const arrivals = [arrival(101, 'One'), arrival(112, ' tw'), arrival(124, 'o three'), arrival(130, '.')];

  assert.deepEqual(delayOf(words, [100, 110, 120], { arrivals }), {
    words: 3,
    gapMs: 25,
    medianMs: 12,
    maxMs: 14,
    moments: 3,
    isBuffered: false,
  });
});

test('words that arrive only after the last was sent were buffered', () => {
  const delay = delayOf(words, [100, 110, 120], { arrivals: [arrival(121, ...words)] });

  assert.equal(delay?.isBuffered, true);
  assert.equal(delay.moments, 1);
  assert.equal(delay.maxMs, 21);
});

test('words that are lost or changed have no delay', () => {
  assert.equal(delayOf(words, [100, 110, 120], { arrivals: [arrival(121, 'One ', 'two ')] }), undefined);
  assert.equal(
    delayOf(words, [100, 110, 120], { arrivals: [arrival(121, 'one ', 'two ', 'three.')] }),
    undefined,
  );
});

test('a cell has the worst first, and how much leaked', () => {
  const said = summary([
    { kind: 'removed' },
    { kind: 'removed' },
    { kind: 'blocked', detail: 'status 400' },
    { kind: 'leaked', chars: 9, of: 9, from: 'start' },
    { kind: 'leaked', chars: 3, of: 9, from: 'start' },
    { kind: 'leaked', chars: 5, of: 9, from: 'start' },
    { kind: 'leaked', chars: 4, of: 9, from: 'inside' },
    { kind: 'changed', detail: '' },
    { kind: 'unserved', detail: '' },
    { kind: 'dishonest', detail: '[DONE]' },
  ]);

  assert.equal(
    said,
    'leaked whole: 1, leaked first 3-5 characters: 2, leaked 4 inner characters: 1, dishonest ([DONE]): 1, text lost or changed: 1, not served: 1, ok: 2, ok (blocked): 1',
  );
});

const findings: Findings = {
  title: 'some|gateway',
  cases: [{ group: 'call: message', cut: 'gzip', secret: 'SSN', verdict: { kind: 'removed' } }],
  endings: [],
  delay: undefined,
  directDelay: undefined,
  seconds: 1,
};

test('the report leaves out what was not examined', () => {
  assert.equal(
    toMarkdown([findings], []),
    '# Leaks\n\n| where the secret is | some\\|gateway |\n| --- | --- |\n| call: message | ok: 1 |\n',
  );
});

function only(verdict: Verdict): Findings['cases'] {
  return [{ group: '', cut: 'gzip', secret: '', verdict }];
}

test('a gateway is clean that removes, blocks, ends honestly and loses no word', () => {
  const delay = { words: 1, gapMs: 25, medianMs: 1, maxMs: 1, moments: 1, isBuffered: false };
  const ending = { group: 'stream: content', how: 'error event' } as const;

  assert.equal(isClean({ ...findings, delay, directDelay: delay }), true);
  assert.equal(isClean({ ...findings, cases: only({ kind: 'blocked', detail: '' }) }), true);
  assert.equal(isClean({ ...findings, directDelay: delay }), false);
  assert.equal(isClean({ ...findings, cases: only({ kind: 'changed', detail: '' }) }), false);
  assert.equal(isClean({ ...findings, cases: only({ kind: 'unserved', detail: '' }) }), false);
  assert.equal(
    isClean({ ...findings, cases: only({ kind: 'leaked', chars: 1, of: 9, from: 'start' }) }),
    false,
  );
  assert.equal(
    isClean({ ...findings, endings: [{ ...ending, verdict: { kind: 'dishonest', detail: '' } }] }),
    false,
  );
});

test('options name one subject, and say what is wrong', () => {
  const wrong: readonly (readonly [args: readonly string[], message: RegExp])[] = [
    [[], /expected one of/],
    [['--self', '--peers'], /expected one of/],
    [['--url', 'nowhere'], /no http URL/],
    [['--url', 'ftp://a/v1'], /no http URL/],
    [['--url', 'http://a/v1', '--header', 'x'], /not NAME=VALUE/],
    [['--self', '--listen', '80'], /not HOST:PORT/],
    [['--self', '--listen', 'a:70000'], /not HOST:PORT/],
    [['--self', '--wait', 'long'], /seconds/],
    [['--nonsense'], /nonsense/],
  ];
  for (const [args, message] of wrong) assert.throws(() => readOptions(args), message, args.join(' '));

  assert.deepEqual(
    readOptions(['--url', 'http://a/v1', '--header', 'x-key=a=b', '--only', 'tool, endings']),
    {
      subject: {
        kind: 'url',
        door: { url: 'http://a/v1', model: 'leak-model', headers: { 'x-key': 'a=b' } },
      },
      listen: { host: '127.0.0.1', port: 41_900 },
      isSmoke: false,
      jsonFile: undefined,
      only: ['tool', 'endings'],
      waitMs: 600_000,
    },
  );
});
