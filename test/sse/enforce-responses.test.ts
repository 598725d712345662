import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { insideJson } from '../../src/policy/guards/json-text.ts';
import { insideProse } from '../../src/policy/guards/prose.ts';
import { enforceWhole } from '../../src/policy/guards/whole.ts';
import { cutTexts } from '../support/cuts.ts';
import { evidence, guardsOf, linked, piiPolicy } from '../support/chains.ts';
import { piiTexts } from '../support/pii-texts.ts';
import { bytewise, cutBytes, enforcerOf, eventsOf, relayed } from '../support/streams.ts';
import { sse } from '../support/upstream.ts';

const pii = piiPolicy();

function redacted({ kind, pieces }: Item): string {
  const guard = pii.guard?.({ direction: 'answer', role: 'assistant' }, evidence());
  assert.ok(guard);
  return enforceWhole(kind === 'function_call' ? insideJson(guard) : insideProse(guard), pieces.join(''))
    .text;
}

interface Item {
  readonly kind: 'message' | 'function_call' | 'reasoning';
  readonly pieces: readonly string[];
}

const items: fc.Arbitrary<readonly Item[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('message' as const, 'function_call' as const, 'reasoning' as const),
    pieces: cutTexts(piiTexts),
  }),
  { minLength: 1, maxLength: 3 },
);

const deltas = {
  message: 'response.output_text',
  function_call: 'response.function_call_arguments',
  reasoning: 'response.reasoning_summary_text',
} as const;

function whole({ kind, pieces }: Item): object {
  const text = pieces.join('');
  if (kind === 'function_call') return { type: kind, call_id: 'c', name: 'f', arguments: text };
  if (kind === 'reasoning') return { type: kind, summary: [{ type: 'summary_text', text }] };
  return { type: kind, role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] };
}

function place({ kind }: Item, at: number): object {
  if (kind === 'message') return { output_index: at, content_index: 0 };
  return kind === 'reasoning' ? { output_index: at, summary_index: 0 } : { output_index: at };
}

/** The pieces of all items in turn, as parallel calls may come, then what closes and repeats each. */
function streamOf(all: readonly Item[], isParallel: boolean): string {
  const events: object[] = [{ type: 'response.created', response: { id: 'r', output: [] } }];
  const pieces = all.map((item, at) =>
    item.pieces.map((delta) => ({
      type: `${deltas[item.kind]}.delta`,
      item_id: 'i',
      ...place(item, at),
      delta,
    })),
  );
  const closing = all.map((item, at) => closed(item, at));
  if (isParallel) {
    const most = Math.max(...pieces.map(({ length }) => length));
    for (let turn = 0; turn < most; turn += 1)
      events.push(...pieces.flatMap((own) => own.slice(turn, turn + 1)));
    events.push(...closing.flat());
  } else all.forEach((_, at) => events.push(...(pieces[at] ?? []), ...(closing[at] ?? [])));
  const response = { id: 'r', output: all.map(whole), usage: { input_tokens: 1, output_tokens: 2 } };
  return sse(...events.map((event, at) => ({ ...event, sequence_number: at })), {
    type: 'response.completed',
    response,
  });
}

function closed(item: Item, at: number): readonly object[] {
  const text = item.pieces.join('');
  const value = item.kind === 'function_call' ? { arguments: text } : { text };
  return [
    { type: `${deltas[item.kind]}.done`, ...place(item, at), ...value },
    { type: 'response.output_item.done', output_index: at, item: whole(item) },
  ];
}

const streams = fc
  .tuple(items, fc.boolean())
  .chain(([all, isParallel]) =>
    fc.record({ all: fc.constant(all), pieces: cutBytes(streamOf(all, isParallel)) }),
  );

test('pieces, what repeats them and the completed answer agree, and are enforcement of the whole', () => {
  fc.assert(
    fc.property(streams, ({ all, pieces }) => {
      const enforcer = enforcerOf('responses', guardsOf(linked(pii)));

      const got = relayed(enforcer, pieces);

      assert.equal(got.end, 'complete');
      const events = eventsOf(got.text).map((data): unknown => JSON.parse(data));
      all.forEach((item, at) => {
        const text = redacted(item);
        assert.equal(seen(events, at, 'delta'), text);
        assert.equal(seen(events, at, item.kind === 'function_call' ? 'arguments' : 'text'), text);
        const kept = JSON.stringify(whole({ ...item, pieces: [text] }));
        assert.equal(JSON.stringify(seenItem(events, at)), kept);
        assert.ok(JSON.stringify(events.at(-1)).includes(kept));
      });
    }),
    { numRuns: 800 },
  );
});

function has<Key extends string>(value: unknown, key: Key): value is Readonly<Record<Key, unknown>> {
  return typeof value === 'object' && value !== null && key in value;
}

function ofItem(events: readonly unknown[], at: number): readonly unknown[] {
  return events.filter((event) => has(event, 'output_index') && event.output_index === at);
}

function seen(events: readonly unknown[], at: number, key: string): string {
  return ofItem(events, at)
    .flatMap((event) => (has(event, key) ? [event[key]] : []))
    .join('');
}

function seenItem(events: readonly unknown[], at: number): unknown {
  const done = ofItem(events, at).find((event) => has(event, 'item'));
  return has(done, 'item') ? done.item : undefined;
}

test('a responses stream that stops before its terminal event is cut, whatever it had closed', () => {
  const stream = streamOf([{ kind: 'message', pieces: ['hi'] }], false);
  const events = stream.split(/(?<=\n\n)/);
  for (let count = 0; count < events.length; count += 1) {
    const got = relayed(enforcerOf('responses', guardsOf()), bytewise(events.slice(0, count).join('')));

    assert.equal(got.end, 'cut');
    assert.equal(got.text, events.slice(0, count).join(''));
  }
  assert.equal(relayed(enforcerOf('responses', guardsOf()), bytewise(stream)).end, 'complete');
});

test('a failed response is passed on as the error it is', () => {
  const stream = sse(
    { type: 'response.created' },
    { type: 'response.failed', response: { error: { message: 'to a@b.co' } } },
  );

  const got = relayed(enforcerOf('responses', guardsOf(linked(pii))), bytewise(stream));

  assert.equal(got.text, stream.replace('a@b.co', '[EMAIL]'));
  assert.equal(got.end, 'failed');
});

function failed(text: string): object {
  const output = [{ type: 'message', content: [{ type: 'output_text', text }] }];
  return { type: 'response.failed', response: { status: 'failed', output } };
}

test('what a failed response repeats of an unfinished text ends where it is undecided', () => {
  const delta = {
    type: 'response.output_text.delta',
    output_index: 0,
    content_index: 0,
    delta: 'to a@b.co, ann@exa',
  };
  const stream = sse(delta, failed('to a@b.co, ann@exa'));

  const got = relayed(enforcerOf('responses', guardsOf(linked(pii))), bytewise(stream));

  assert.equal(got.text, sse({ ...delta, delta: 'to [EMAIL], ' }, failed('to [EMAIL], ')));
  assert.equal(got.end, 'failed');
});

test('text for a part that was closed is refused', () => {
  const delta = { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'x' };
  const done = { type: 'response.output_text.done', output_index: 0, content_index: 0, text: 'x' };
  const enforcer = enforcerOf('responses', guardsOf(linked(pii)));
  enforcer.push(sse(delta, done, { ...delta, output_index: 1 }));

  assert.throws(() => enforcer.push(sse(delta)), { code: 'upstream_invalid' });
});

test('a part that has text when it is added is one text with its deltas', () => {
  const at = { output_index: 0, content_index: 0 };
  const added = (text: string) => ({
    type: 'response.content_part.added',
    ...at,
    part: { type: 'output_text', text },
  });
  const delta = (text: string) => ({ type: 'response.output_text.delta', ...at, delta: text });
  const done = (text: string) => ({ type: 'response.output_text.done', ...at, text });
  const stream = sse(added('mail a@'), delta('b.co now'), done('mail a@b.co now'));

  const got = relayed(enforcerOf('responses', guardsOf(linked(pii))), bytewise(stream));

  assert.equal(got.text, sse(added('mail [EMAIL]'), delta(' now'), done('mail [EMAIL] now')));
});

function commandEvents(index: number, text: string): readonly object[] {
  const at = { output_index: 0, command_index: index };
  return [
    { type: 'response.shell_call_command.delta', ...at, delta: text },
    { type: 'response.shell_call_command.done', ...at, command: text },
  ];
}

test('commands of one call are texts of their own', () => {
  const stream = sse(...commandEvents(0, 'ls'), ...commandEvents(1, 'to a@b.co'));

  const got = relayed(enforcerOf('responses', guardsOf(linked(pii))), bytewise(stream));

  assert.equal(got.text, stream.replaceAll('a@b.co', '[EMAIL]'));
});

for (const type of ['response.output_text.done', 'response.output_item.done'])
  test(`text behind its own done is refused, and no more of a value leaves: ${type}`, () => {
    const first = { item_id: 'i', output_index: 0, content_index: 0 };
    const delta = (text: string): object => ({ type: 'response.output_text.delta', ...first, delta: text });
    const enforcer = enforcerOf('responses', guardsOf(linked(pii)));
    const begins = sse(delta('Card 4111 11'));
    const done = sse({ type, ...first });

    assert.doesNotMatch(enforcer.push(begins), /4111/); // not before the field says that it is over
    assert.match(enforcer.push(done), /4111 11"/); // all of the field, and no card
    assert.throws(() => enforcer.push(sse(delta('11 1111 1111 ok'))), {
      code: 'upstream_invalid',
      message: /more text for a field it had declared finished/,
    });
    assert.equal(enforcer.end(true).text, '');
  });
