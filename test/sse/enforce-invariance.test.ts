import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Guard } from '../../src/policy/guard.ts';
import { insideJson } from '../../src/policy/guards/json-text.ts';
import { pipe } from '../../src/policy/guards/pipe.ts';
import { insideProse } from '../../src/policy/guards/prose.ts';
import { type Enforced, enforceWhole } from '../../src/policy/guards/whole.ts';
import { type AnswerStream, answerStreams, pathOf, type StreamedField } from '../support/answer-streams.ts';
import { evidence, guarding, guardsOf, linked, piiPolicy } from '../support/chains.ts';
import type { Family } from '../support/calls.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { piiTexts } from '../support/pii-texts.ts';
import { cutBytes, enforcerOf, eventsOf, fieldsOf, relayed } from '../support/streams.ts';

const pii = piiPolicy();

function openPii(): Guard {
  const guard = pii.guard?.({ direction: 'answer', role: 'assistant' }, evidence());
  assert.ok(guard);
  return guard;
}

const literals = literalGuard({ secret: '', abcabc: '<long replacement>', aaa: 'b', '.': '!', '"}': '{"' });
const literalTexts = fc
  .array(
    fc.constantFrom('secret', 'sec', 'ret', 'abc', 'a', 'b', '.', '"', '}', '\\', '\n', '😀', '\ud83d', ' '),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

interface Setting {
  readonly name: string;
  readonly family: Family;
  readonly fields: readonly StreamedField['name'][];
  readonly texts: fc.Arbitrary<string>;
  readonly open: () => Guard;
}

const chatFields = ['content', 'reasoning_content', 'refusal', 'arguments', 'more arguments'] as const;

const settings: readonly Setting[] = [
  {
    name: 'chat, personal data',
    family: 'chat/completions',
    fields: chatFields,
    texts: piiTexts,
    open: openPii,
  },
  {
    name: 'completions, personal data',
    family: 'completions',
    fields: ['text'],
    texts: piiTexts,
    open: openPii,
  },
  {
    name: 'chat, literals',
    family: 'chat/completions',
    fields: chatFields,
    texts: literalTexts,
    open: literals,
  },
  {
    name: 'completions, literals',
    family: 'completions',
    fields: ['text'],
    texts: literalTexts,
    open: literals,
  },
];

function cutStreams({ texts, fields }: Setting) {
  return answerStreams(texts, fields).chain((answer) =>
    fc.record({ answer: fc.constant(answer), pieces: cutBytes(answer.stream) }),
  );
}

function expectedOf({ fields }: AnswerStream, open: () => Guard): ReadonlyMap<string, string> {
  return new Map(fields.map((field) => [pathOf(field), enforcedField(field, open).text]));
}

/** The arguments of a tool call are JSON, and enforced as such. */
function enforcedField({ name, pieces }: StreamedField, open: () => Guard): Enforced {
  const guard = name.endsWith('arguments') ? insideJson(open()) : insideProse(open());
  return enforceWhole(guard, pieces.join(''));
}

for (const setting of settings) {
  test(`what a client sees is enforcement of the whole, however an answer is cut: ${setting.name}`, () => {
    fc.assert(
      fc.property(cutStreams(setting), ({ answer, pieces }) => {
        const expected = expectedOf(answer, setting.open);
        const enforcer = enforcerOf(setting.family, guardsOf(linked(guarding(setting.open))));

        const got = relayed(enforcer, pieces);

        assert.equal(got.end, 'complete');
        const fields = fieldsOf(got.text);
        for (const [path, text] of expected) assert.equal(fields.get(path) ?? '', text, path);
      }),
      { numRuns: 1_500 },
    );
  });

  test(`nothing is ever seen that enforcement of the whole takes out: ${setting.name}`, () => {
    fc.assert(
      fc.property(cutStreams(setting), ({ answer, pieces }) => {
        const expected = expectedOf(answer, setting.open);
        const enforcer = enforcerOf(setting.family, guardsOf(linked(guarding(setting.open))));

        const { after } = relayed(enforcer, pieces);

        for (const seen of after) {
          for (const [path, text] of fieldsOf(seen)) {
            if (expected.has(path)) assert.ok(expected.get(path)?.startsWith(text), `${path}: ${text}`);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
}

test('two policies on a stream do what they do on the whole, one after the other', () => {
  const setting = {
    name: '',
    family: 'chat/completions',
    fields: chatFields,
    texts: piiTexts,
    open: openPii,
  } as const;
  const dots = literalGuard({ '.': ' dot ', '@': ' at ', _: ' 555-123-4567 ' });
  fc.assert(
    fc.property(cutStreams(setting), ({ answer, pieces }) => {
      const guards = guardsOf(linked(guarding(dots, 'dots')), linked(pii));
      const enforcer = enforcerOf('chat/completions', guards);

      const fields = fieldsOf(relayed(enforcer, pieces).text);

      for (const field of answer.fields) {
        const both = enforcedField(field, () => pipe(dots(), openPii()));
        assert.equal(fields.get(pathOf(field)) ?? '', both.text);
      }
    }),
    { numRuns: 500 },
  );
});

test('a denied stream shows no more than what stood before the denial, and no [DONE]', () => {
  const block = piiPolicy({ action: 'block' });
  const open = (): Guard =>
    block.guard?.({ direction: 'answer', role: 'assistant' }, evidence()) ?? assert.fail();
  const setting = {
    name: '',
    family: 'chat/completions',
    fields: chatFields,
    texts: piiTexts,
    open,
  } as const;
  fc.assert(
    fc.property(cutStreams(setting), ({ answer, pieces }) => {
      const isDenied = answer.fields.some((field) => enforcedField(field, open).denied !== undefined);
      const enforcer = enforcerOf('chat/completions', guardsOf(linked(block)));

      const got = relayed(enforcer, pieces);

      assert.equal(got.end, isDenied ? 'denied' : 'complete');
      assert.equal(got.text.includes('[DONE]'), !isDenied);
      const expected = expectedOf(answer, open);
      for (const [path, text] of fieldsOf(got.text)) {
        if (expected.has(path)) assert.ok(expected.get(path)?.startsWith(text));
      }
    }),
    { numRuns: 800 },
  );
});

test('every event of an answer in which nothing is found leaves byte for byte', () => {
  const calm = fc.array(fc.constantFrom('word ', 'é', '😀', '"', '\\', '\n', ' and', '\ud83d', '{'), {
    maxLength: 20,
  });
  const texts = calm.map((parts) => parts.join(''));
  const setting = { name: '', family: 'chat/completions', fields: chatFields, texts, open: openPii } as const;
  fc.assert(
    fc.property(cutStreams(setting), fc.boolean(), ({ answer, pieces }, isGuarded) => {
      const enforcer = enforcerOf('chat/completions', isGuarded ? guardsOf(linked(pii)) : guardsOf());

      const got = relayed(enforcer, pieces);

      // Fields do not wait for each other, and cut in its last CRLF the stream is over before the LF comes.
      assert.deepEqual(eventsOf(got.text).toSorted(), eventsOf(answer.stream).toSorted());
      assert.ok([0, 1].includes(answer.stream.length - got.text.length));
    }),
    { numRuns: 1_500 },
  );
});

test('events known by their shape leave exactly as those that are parsed', () => {
  const texts = fc.array(fc.oneof(piiTexts, fc.constantFrom(' ', 'a ', '"', '\\')), {
    minLength: 1,
    maxLength: 30,
  });
  const cases = fc.tuple(texts, fc.nat({ max: 5 })).chain(([all, turns]) => {
    const streamOf = (id: (at: number) => string): string =>
      all.map((text, at) => contentEvent(id(at), (at * turns) % 3, text)).join('') + 'data: [DONE]\n\n';
    // Where every event has an id of its own, none has the shape of another.
    const unlike = streamOf((at) => `c${at}`);
    return fc.record({ alike: cutBytes(streamOf(() => 'c')), unlike: fc.constant(unlike) });
  });
  fc.assert(
    fc.property(cases, ({ alike, unlike }) => {
      const known = relayed(enforcerOf('chat/completions', guardsOf(linked(pii))), alike);
      const parsed = relayed(enforcerOf('chat/completions', guardsOf(linked(pii))), [Buffer.from(unlike)]);

      assert.equal(known.text, parsed.text.replaceAll(/"id":"c\d+"/g, '"id":"c"'));
    }),
    { numRuns: 1_500 },
  );
});

function contentEvent(id: string, index: number, content: string): string {
  return `data: ${JSON.stringify({ id, choices: [{ index, delta: { content }, finish_reason: null }] })}\n\n`;
}
