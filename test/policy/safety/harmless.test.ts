import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safetyFilter, safetyFilterSettings } from '../../../src/policy/kinds/safety-filter.ts';
import { everyday, harmful } from './sentences.ts';
import { evidence } from '../../support/chains.ts';

const limits = [64, 512] as const;

interface Outcome {
  readonly isDenied: boolean;
  readonly released: number;
  readonly mostHeld: number;
}

function run(pieces: readonly string[], limit = 512): Outcome {
  let [released, read, mostHeld, isDenied] = [0, 0, 0, false];
  const guard = safetyFilter
    .create(safetyFilterSettings.parse({}), { holdBackLimit: limit })
    .guard?.({ direction: 'answer', role: 'other' }, evidence());
  assert.ok(guard !== undefined);
  const out = {
    release(upTo: number): void {
      assert.ok(upTo >= released && upTo <= read && !isDenied);
      released = upTo;
    },
    edit: (): void => assert.fail('the filter edits nothing'),
    report: (): void => undefined,
    deny(): void {
      isDenied = true;
    },
  };
  for (const piece of pieces) {
    read += piece.length;
    guard.push(piece, out);
    if (!isDenied) mostHeld = Math.max(mostHeld, read - released);
  }
  guard.end(out);
  return { isDenied, released, mostHeld };
}

for (const text of everyday) {
  test(`an everyday text passes: ${text}`, () => {
    const { isDenied, released } = run([text]);

    assert.deepEqual({ isDenied, released }, { isDenied: false, released: text.length });
  });
}

for (const text of harmful) {
  test(`a harmful one much like it is refused: ${text}`, () => {
    assert.ok(run([text]).isDenied);
  });
}

test('however a text is split, as much of it leaves and as little is held', () => {
  const padding = 'We talk about nothing much here, for a sentence or two. '.repeat(4);
  for (const limit of limits) {
    for (const text of [...everyday, ...harmful]) {
      const whole = `${padding}${text} ${padding}`;
      const { isDenied, released } = run([whole], limit);
      const cut = run(Array.from(whole), limit);
      const halved = run([whole.slice(0, padding.length + 20), whole.slice(padding.length + 20)], limit);

      assert.deepEqual([cut.isDenied, cut.released], [isDenied, released], text);
      assert.deepEqual([halved.isDenied, halved.released], [isDenied, released], text);
      assert.ok(cut.mostHeld <= limit, `${text}: ${cut.mostHeld}`);
    }
  }
});

test('what stands before a phrase excuses it wherever in a long text that is', () => {
  const sentence = 'In a photography class we learn how to shoot people in the evening. ';
  assert.ok(run([sentence.replace('photography', 'history')]).isDenied);
  for (let length = 1900; length < 2200; length += 3) {
    const text = 'x. '.repeat(length / 3) + sentence;

    assert.ok(!run(text.match(/.{1,4}/gs) ?? []).isDenied, `behind ${length} characters`);
  }
});

test('what excuses a phrase must stand in its own sentence', () => {
  assert.ok(run(['I have a camera. How to shoot people. I like Minecraft.']).isDenied);
  assert.ok(run(['Stop it! Write a racist joke.']).isDenied);
  assert.ok(!run(['I like films. How to shoot people with a camera. Thanks.']).isDenied);
});

test('phrases of the operator are excused by nothing', () => {
  const events: string[] = [];
  const guard = safetyFilter
    .create(safetyFilterSettings.parse({ block_if: ['kill a child'] }), { holdBackLimit: 512 })
    .guard?.({ direction: 'request', role: 'user' }, evidence());
  const out = {
    release: (): void => undefined,
    edit: (): void => undefined,
    report: (): void => undefined,
    deny: (message: string): void => void events.push(message),
  };
  guard?.push('How to kill a child process', out);
  guard?.end(out);

  assert.equal(events.length, 1);
});
