import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AnswerJudging } from '../../src/policy/answer-judging.ts';
import type { ChainedPolicy } from '../../src/policy/chained-policy.ts';
import { BufferedEnforcer, enforceJudged } from '../../src/sse/buffered.ts';
import type { EnforcerOptions, StreamEnd } from '../../src/sse/enforcer-options.ts';
import { Utf8Pieces } from '../../src/sse/parse.ts';
import { run } from '../../src/work.ts';
import { answerStreams, pathOf } from '../support/answer-streams.ts';
import { dialectOf } from '../support/calls.ts';
import { evidence, guarding, linked, piiPolicy } from '../support/chains.ts';
import { literalGuard } from '../support/literal-guard.ts';
import { piiTexts } from '../support/pii-texts.ts';
import { cutBytes, fieldsOf } from '../support/streams.ts';
import { denying, replacing, waiting } from '../support/waiting-policy.ts';
import { enforceField } from '../support/driven.ts';

const options: Omit<EnforcerOptions, 'guards'> = {
  dialect: dialectOf('chat/completions'),
  showsUsage: true,
  json: { depth: 64, nodes: 100_000 },
  eventChars: 1_000_000,
  heldChars: 4_000_000,
};

interface Delivered {
  readonly text: string;
  readonly end: StreamEnd;
  readonly pushed: string;
}

/** What a client is given of a stream that is judged as a whole. */
async function delivered(
  chain: readonly ChainedPolicy[],
  pieces: readonly Buffer[],
  answerBytes = 1_000_000,
): Promise<Delivered> {
  const record = evidence();
  const judging = new AnswerJudging(chain, record);
  const keepsOriginal = judging.isWaiting;
  const held = { answerBytes, keepsOriginal, hold() {} };
  const enforcer = new BufferedEnforcer({ ...options, guards: judging.guards() }, held);
  const decoder = new Utf8Pieces();
  const pushed = pieces.map((piece) => enforcer.push(decoder.push(piece))).join('');
  const { end } = enforcer.end();
  if (end !== 'complete') return { text: enforcer.take(), end, pushed };
  const text = keepsOriginal
    ? await run(enforceJudged(enforcer.take(), judging, options), record)
    : enforcer.take();
  return { text, end: record.denial === undefined ? end : 'denied', pushed };
}

async function whole(chain: readonly ChainedPolicy[], text: string, form: 'plain' | 'json') {
  const judging = new AnswerJudging(chain, evidence());
  let out = enforceField(judging.guards(), 'assistant', 'p', text, form);
  while (judging.isWaiting) {
    await judging.ask();
    out = enforceField(judging.guards(), 'assistant', 'p', text, form);
  }
  return out;
}

const fields = ['content', 'reasoning_content', 'refusal', 'arguments', 'more arguments'] as const;
const texts = fc
  .array(fc.oneof(piiTexts, fc.constantFrom('Ann', 'cat', 'A', 'nn', '😀', '"', '\\')), { maxLength: 5 })
  .map((parts) => parts.join(' '));
const streams = answerStreams(texts, fields).chain((answer) =>
  fc.record({ answer: fc.constant(answer), pieces: cutBytes(answer.stream) }),
);

const dots = guarding(literalGuard({ '.': ' dot ', cat: 'Ann' }), 'dots');
const names = (): ChainedPolicy => linked(waiting(replacing('Ann', '<"name">')));

const chains: Readonly<Record<string, () => readonly ChainedPolicy[]>> = {
  'guards only': () => [linked(dots), linked(piiPolicy())],
  'a policy that waits': () => [names()],
  'guards before and behind': () => [linked(dots), names(), linked(piiPolicy())],
  'two that wait': () => [linked(waiting(replacing('cat', 'Ann'), 'first')), linked(piiPolicy()), names()],
  'one that denies': () => [linked(dots), linked(waiting(denying('Ann Ann')))],
};

for (const [what, chain] of Object.entries(chains)) {
  test(`a stream held whole is enforcement of the whole, however it is cut: ${what}`, async () => {
    await fc.assert(
      fc.asyncProperty(streams, async ({ answer, pieces }) => {
        const expected = new Map<string, string | undefined>();
        for (const field of answer.fields) {
          const form = field.name.endsWith('arguments') ? 'json' : 'plain';
          expected.set(pathOf(field), await whole(chain(), field.pieces.join(''), form));
        }
        const isDenied = [...expected.values()].includes(undefined);

        const got = await delivered(chain(), pieces);

        assert.equal(got.pushed, '');
        assert.equal(got.end, isDenied ? 'denied' : 'complete');
        if (isDenied) return;
        assert.ok(got.text.includes('[DONE]'));
        const shown = fieldsOf(got.text);
        for (const [path, text] of expected) assert.equal(shown.get(path) ?? '', text, path);
      }),
      { numRuns: 400 },
    );
  });
}

function event(content: string, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
}

const calm = [linked(dots)];

test('what nothing changes is given byte for byte', async () => {
  const stream = `: hello\r\n\r\n${event('é 😀 \\u0041')}${event('', 'stop')}data:[DONE]\n\n`;
  for (const chain of [calm, [names()]]) {
    const got = await delivered(chain, [Buffer.from(stream)]);

    assert.equal(got.text, stream);
  }
});

const broken: Readonly<Record<string, readonly [string, StreamEnd]>> = {
  'ends without saying so': [event('harmless words. '), 'cut'],
  'ends with an error event': [
    `${event('harmless words. ')}data: {"error":{"message":"overloaded"}}\n\n`,
    'failed',
  ],
};

for (const [how, [stream, end]] of Object.entries(broken)) {
  test(`a stream that ${how} has the end of it told`, async () => {
    for (const chain of [calm, [names()]]) {
      const got = await delivered(chain, [Buffer.from(stream)]);

      assert.deepEqual([got.end, got.pushed], [end, '']);
    }
  });
}

test('an answer beyond the limit is refused, held as it came or as it may leave', async () => {
  const stream = `${event('word '.repeat(300))}data: [DONE]\n\n`;
  for (const chain of [calm, [names()]]) {
    await assert.rejects(delivered(chain, [Buffer.from(stream)], 1024), {
      code: 'upstream_too_large',
      message: 'the answer, which is judged as a whole, is larger than 1024 bytes (limits.answer_bytes)',
    });
    assert.equal((await delivered(chain, [Buffer.from(stream)], stream.length)).end, 'complete');
  }
});
