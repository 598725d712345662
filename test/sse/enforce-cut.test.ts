import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Splice, splice } from '../../src/json/splice.ts';
import type { Guard } from '../../src/policy/guard.ts';
import { insideJson } from '../../src/policy/guards/json-text.ts';
import { pipe } from '../../src/policy/guards/pipe.ts';
import { insideProse } from '../../src/policy/guards/prose.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import { safetyFilter, safetyFilterSettings } from '../../src/policy/kinds/safety-filter.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { type AnswerStream, answerStreams, pathOf } from '../support/answer-streams.ts';
import { evidence, guarding, guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { piiTexts } from '../support/pii-texts.ts';
import { bytewise, enforcerOf, fieldsOf, relayed } from '../support/streams.ts';
import { chatChunk, sse } from '../support/upstream.ts';

function opener(policy: Policy): () => Guard {
  return () =>
    policy.guard?.({ direction: 'answer', role: 'assistant' }, evidence()) ?? assert.fail('no guard');
}

function joined(...parts: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...parts), { maxLength: 20 }).map((all) => all.join(''));
}

interface Setting {
  readonly open: () => Guard;
  readonly texts: fc.Arbitrary<string>;
  /** What could have followed: among it what completes a match, and what makes sure that there is none. */
  readonly continuations: readonly string[];
}

const openPii = opener(piiPolicy());
const dots = literalGuard({ '.': ' dot ', '@': ' at ', _: ' 555-123-4567 ' });
const phrase = safetyFilterSettings.parse({ block_if: ['brew the potion', 'potion of doom'] });
const personal = ['', ' ', 'x', '.', '@example.com ', 'e.com', '4567', '1111 1111', '0', ':1', '\n\nNo.'];
const literalTexts = joined('secret', 'sec', 'ret', 'abc', 'a', 'b', '.', '"', '\\', '😀', '\ud83d', ' ');
const literal = ['', ' ', 'ret', 'cret', 'bc', 'abc', 'aa', '.', 'x'];

const settings: Readonly<Record<string, Setting>> = {
  'personal data': { open: openPii, texts: piiTexts, continuations: personal },
  'personal data that blocks': {
    open: opener(piiPolicy({ action: 'block' })),
    texts: piiTexts,
    continuations: personal,
  },
  'replaced literals': {
    open: literalGuard({ secret: '', abcabc: '<long replacement>', aaa: 'b', '.': '!' }),
    texts: literalTexts,
    continuations: literal,
  },
  'a denied literal': {
    open: literalGuard({ secret: undefined, abcabc: 'x' }),
    texts: literalTexts,
    continuations: literal,
  },
  'two policies in a row': {
    open: () => pipe(dots(), openPii()),
    texts: piiTexts,
    continuations: [...personal, '_', '5_'],
  },
  'denied phrases': {
    open: opener(safetyFilter.create(phrase, { holdBackLimit: 512 })),
    texts: joined('brew', 'the', 'potion', 'of', 'do', 'om', ' ', ' ', ' ', ', ', '-', 'x'),
    continuations: ['', ' ', 'ion', 'om', ' potion', ' the potion', ' of doom ', 'x', '. No.'],
  },
};

/** A stream that breaks off at any of its bytes before some choice says that it has finished. */
function brokenOff(texts: fc.Arbitrary<string>) {
  const names = ['content', 'reasoning_content', 'arguments'] as const;
  const streams = answerStreams(texts, names);
  return streams.chain((answer) => {
    const bytes = Buffer.from(answer.stream);
    const most = bytes.indexOf('"finish_reason":"stop"');
    return fc.record({
      answer: fc.constant(answer),
      bytes: fc.nat({ max: most }).map((at) => bytes.subarray(0, at)),
      cutAt: fc.nat({ max: most }),
    });
  });
}

/** What came of each field before the stream broke off, and all of it. */
function arrived({ fields }: AnswerStream, bytes: Buffer) {
  const passed = fieldsOf(relayed(enforcerOf('chat/completions', guardsOf()), [bytes]).text);
  return fields.map((field) => {
    const path = pathOf(field);
    return { path, text: passed.get(path) ?? '', whole: field.pieces.join('') };
  });
}

/** The arguments of a tool call are JSON, and guarded as such. */
function guardAt(path: string, open: () => Guard): Guard {
  return path.endsWith('arguments') ? insideJson(open()) : insideProse(open());
}

for (const [name, { open, texts, continuations }] of Object.entries(settings)) {
  test(`what a client has of a stream that breaks off begins every answer it could have become: ${name}`, () => {
    fc.assert(
      fc.property(brokenOff(texts), ({ answer, bytes, cutAt }) => {
        const enforcer = enforcerOf('chat/completions', guardsOf(linked(guarding(open))));

        const got = relayed(enforcer, [bytes.subarray(0, cutAt), bytes.subarray(cutAt)]);

        if (got.end !== 'denied') assert.equal(got.end, 'cut');
        const fields = fieldsOf(got.text);
        for (const { path, text, whole } of arrived(answer, bytes)) {
          const seen = fields.get(path) ?? '';
          for (const next of [whole.slice(text.length), ...continuations]) {
            const enforced = enforceWhole(guardAt(path, open), text + next).text;
            assert.ok(enforced.startsWith(seen), `${seen} | ${enforced}`);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
}

test('a stream that breaks off has lost nothing that was decided, in any of its fields', () => {
  fc.assert(
    fc.property(brokenOff(piiTexts), ({ answer, bytes }) => {
      const enforcer = enforcerOf('chat/completions', guardsOf(linked(guarding(openPii))));

      const fields = fieldsOf(relayed(enforcer, [bytes]).text);

      for (const [at, { path, text }] of arrived(answer, bytes).entries()) {
        assert.equal(
          fields.get(path) ?? '',
          decided(guardAt(path, openPii), answer.fields[at]?.pieces ?? [], text.length),
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

/** The first pieces of a field as far as a guard lets them go without knowing what follows, with its edits. */
function decided(guard: Guard, pieces: readonly string[], length: number): string {
  const edits: Splice[] = [];
  let released = 0;
  let text = '';
  for (const piece of pieces) {
    if (text.length === length) break;
    text += piece;
    guard.push(piece, {
      release: (upTo) => {
        released = upTo;
      },
      edit: (start, end, replacement) => edits.push({ start, end, replacement }),
      report: () => undefined,
      deny: () => assert.fail('nothing is denied'),
    });
  }
  return splice(
    text.slice(0, released),
    edits.filter(({ start }) => start < released),
  );
}

const says = (content: string, index = 0) => chatChunk({ content, index });

test('what is undecided when the upstream dies is dropped, and the rest closed so that an error event can follow', () => {
  const held = sse(says('mail a@b.co'));
  const cases: readonly (readonly [string, string])[] = [
    [held, sse(says('mail '))],
    [sse(says('mail ann@examp')), sse(says('mail '))],
    [sse(says('mail a@b.co, or ann@examp')), sse(says('mail [EMAIL], or '))],
    [sse(says('call 555-123-4')), sse(says('call '))],
    [sse(says('ann@'), says('calm ', 1), says('exa')), sse(says('calm ', 1), says(''), says(''))],
    [held.trimEnd(), sse(says('mail '))],
    [sse(says('hi ')).trimEnd(), sse(says('hi '))],
    [`${sse(says('hi '))}: note`, `${sse(says('hi '))}: note\n\n`],
    [`${sse(says('hi '))}data: {"choices":[{"delta":{"content":"half`, sse(says('hi '))],
    [`${sse(says('hi '))}data: tru`, sse(says('hi '))],
  ];
  for (const [stream, text] of cases) {
    for (const pieces of [[Buffer.from(stream)], bytewise(stream)]) {
      const got = relayed(enforcerOf('chat/completions', guardsOf(linked(piiPolicy()))), pieces);

      assert.equal(got.text, text);
      assert.equal(got.end, 'cut');
    }
  }
});

test('of harmless prose that breaks off no more is lost than the last word', () => {
  const prose = 'The soup is cooked slowly, with care; nobody minds. So it goes on';
  const guards = guardsOf(linked(piiPolicy()), linked(safetyFilter.create(phrase, { holdBackLimit: 512 })));
  for (let length = 1; length <= prose.length; length += 1) {
    const text = prose.slice(0, length);

    const got = relayed(
      enforcerOf('chat/completions', guards),
      bytewise(sse(...Array.from(text, (one) => says(one)))),
    );

    const seen = fieldsOf(got.text).get('.choices.0.delta.content') ?? '';
    assert.ok(text.startsWith(seen));
    assert.match(text.slice(seen.length), /^\S*$/);
  }
});

test('what a shadow policy would hold back is not lost when a stream breaks off', () => {
  const guards = guardsOf(linked(piiPolicy(), { enforcement: 'shadow' }));
  const stream = sse(says('mail ann@examp'));

  assert.equal(relayed(enforcerOf('chat/completions', guards), bytewise(stream)).text, stream);
});
