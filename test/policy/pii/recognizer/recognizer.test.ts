import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { z } from 'zod';
import { piiSettings } from '../../../../src/policy/pii/pii-settings.ts';
import {
  compileRecognizer,
  type Recognized,
  type RecognizerSettings,
  recognizerSettings,
} from '../../../../src/policy/pii/recognizer/recognizer.ts';
import { evidence } from '../../../support/chains.ts';

function settings(more: Partial<RecognizerSettings> = {}): RecognizerSettings {
  return recognizerSettings.parse({ endpoint: 'http://127.0.0.1:3000/', ...more });
}

interface Answered {
  readonly url: string;
  readonly payload: unknown;
}

/** Recognises with whatever `reply` makes of each question. */
function recognizing(
  reply: (text: string | readonly string[]) => unknown,
  more?: Partial<RecognizerSettings>,
) {
  const asked: Answered[] = [];
  const recognize = compileRecognizer(settings(more), {
    ask: async ({ url, payload, read }) => {
      asked.push({ url, payload });
      return read(await reply(textOf(payload)));
    },
    within: (_ms, signal) => signal,
  });
  return { asked, recognize: (...texts: readonly string[]) => recognize(texts, evidence()) };
}

function textOf(payload: unknown): string | readonly string[] {
  const { text } = recognizedPayload.parse(payload);
  return text;
}

const recognizedPayload = z.object({ text: z.union([z.string(), z.array(z.string())]) });

function match(start: number, end: number, entity = 'PERSON', score = 0.85) {
  return { start, end, score, entity_type: entity };
}

test('it is asked for what is configured, several texts at once or each as a string', async () => {
  const many = recognizing((text) => Array.from(text, () => []), { batch: 2, language: 'de' });
  await many.recognize('a', 'b', 'c');
  const one = recognizing(() => [], { batch: 1 });
  await one.recognize('a', 'b');

  const common = { entities: ['PERSON', 'LOCATION'], score_threshold: 0.5 };
  assert.deepEqual(many.asked, [
    { url: 'http://127.0.0.1:3000/analyze', payload: { text: ['a', 'b'], language: 'de', ...common } },
    { url: 'http://127.0.0.1:3000/analyze', payload: { text: ['c'], language: 'de', ...common } },
  ]);
  assert.deepEqual(
    one.asked.map(({ payload }) => payload),
    ['a', 'b'].map((text) => ({ text, language: 'en', ...common })),
  );
});

test('code points become code units, whatever characters there are', async () => {
  const characters = fc.array(fc.constantFrom('a', 'é', '😀', '\ud83d', '\udc00', '漢', ' ', 'e\u0301'), {
    maxLength: 30,
  });
  const cases = characters.chain((all) => {
    const points = Array.from(all.join(''));
    return fc.tuple(fc.constant(points), fc.nat({ max: points.length }), fc.nat({ max: points.length }));
  });
  await fc.assert(
    fc.asyncProperty(cases, async ([points, one, other]) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      fc.pre(start < end);
      const text = points.join('');
      const { recognize, asked } = recognizing(() => [[match(start, end)]]);

      const [found = []] = await recognize(text);

      const [first] = found;
      assert.ok(first);
      assert.equal(text.slice(first.start, first.end), points.slice(start, end).join(''));
      const [sent = ''] = textOf(asked[0]?.payload);
      assert.ok(sent.isWellFormed(), 'half a character would fail in Python');
      assert.equal(Array.from(sent).length, points.length);
    }),
  );
});

test('of a text that is sent in parts everything is found, and nothing twice', async () => {
  const words = fc.array(fc.constantFrom('Ann', 'word', '😀', 'x'.repeat(50), ' '), {
    minLength: 200,
    maxLength: 400,
  });
  await fc.assert(
    fc.asyncProperty(words, async (parts) => {
      const text = parts.join(' ');
      const { recognize, asked } = recognizing((sent) => Array.from(sent, (one) => pointsOf(one, 'Ann')), {
        max_chars: 1024,
      });

      const [found = []] = await recognize(text);

      assert.deepEqual(
        found.map(({ start }) => start),
        [...text.matchAll(/Ann/g)].map(({ index }) => index),
      );
      for (const { payload } of asked)
        for (const one of textOf(payload)) assert.ok(one.length <= 1024 && one.isWellFormed());
    }),
    { numRuns: 50 },
  );
});

function pointsOf(text: string, word: string) {
  return [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => {
    const start = Array.from(text.slice(0, index)).length;
    return match(start, start + word.length);
  });
}

const kept: readonly (readonly [string, readonly object[], readonly Recognized[]])[] = [
  ['in any order', [match(4, 6), match(0, 2)], [at(0, 2), at(4, 6)]],
  [
    'overlapping, by the surest',
    [match(0, 4, 'PERSON', 0.6), match(2, 6, 'LOCATION', 0.9)],
    [at(0, 6, 'LOCATION', 0.9)],
  ],
  [
    'one within the other',
    [match(1, 3, 'LOCATION', 0.6), match(0, 6, 'PERSON', 0.9)],
    [at(0, 6, 'PERSON', 0.9)],
  ],
  ['side by side', [match(0, 3), match(3, 6)], [at(0, 3), at(3, 6)]],
  ['what was not asked for', [match(0, 3, 'DATE_TIME'), match(3, 6, 'PERSON', 0.4)], []],
  ['with more said of it', [{ ...match(0, 3), analysis_explanation: null }], [at(0, 3)]],
];

function at(start: number, end: number, entity = 'PERSON', score = 0.85): Recognized {
  return { entity, start, end, score };
}

for (const [what, reply, expected] of kept) {
  test(`matches: ${what}`, async () => {
    assert.deepEqual(await recognizing(() => [reply]).recognize('abcdef'), [expected]);
    assert.deepEqual(await recognizing(() => reply).recognize('abcdef'), [expected]);
  });
}

const refused: Readonly<Record<string, unknown>> = {
  'no list': { error: 'no' },
  'nothing at all': undefined,
  'a list of something else': [['PERSON']],
  'too many lists': [[], []],
  'a match behind the end': [[match(0, 7)]],
  'a match before the start': [[match(-1, 2)]],
  'an empty match': [[match(2, 2)]],
  'a match that ends before it starts': [[match(3, 2)]],
  'half a character': [[match(0.5, 2)]],
  'a score beyond one': [[match(0, 2, 'PERSON', 2)]],
};

for (const [what, reply] of Object.entries(refused)) {
  test(`refused, and not quoted: ${what}`, async () => {
    await assert.rejects(recognizing(() => reply).recognize('abcdef'), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^the recogniser s/);
      return !error.message.includes('PERSON');
    });
  });
}

test('what cannot be meant is refused at load', () => {
  const cases = [
    [{}, 'endpoint'],
    [{ endpoint: 'analyzer:3000' }, 'endpoint'],
    [{ endpoint: 'ftp://analyzer' }, 'endpoint'],
    [{ endpoint: 'http://user:secret@analyzer' }, 'endpoint'],
    [{ endpoint: 'http://analyzer', entities: [] }, 'entities'],
    [{ endpoint: 'http://analyzer', entities: ['person'] }, 'entities.0'],
    [{ endpoint: 'http://analyzer', score_threshold: 2 }, 'score_threshold'],
    [{ endpoint: 'http://analyzer', timeout_ms: 0 }, 'timeout_ms'],
    [{ endpoint: 'http://analyzer', language: 'English' }, 'language'],
  ] as const;
  for (const [recognizer, path] of cases) {
    const { error } = piiSettings.safeParse({ recognizer });
    assert.deepEqual(
      error?.issues.map((issue) => issue.path.join('.')),
      [`recognizer.${path}`],
    );
  }
  assert.equal(piiSettings.safeParse({ recognizer: { endpoint: 'https://analyzer/base' } }).success, true);
});
