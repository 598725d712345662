import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GatewayError } from '../../src/errors.ts';
import { atOnce, type InParts, inTurns, longText, type Pace, partsOf } from '../../src/policy/in-parts.ts';

/** A clock that moves with the work, and a loop that notes its turns. */
class Rig implements Pace {
  readonly seen: string[] = [];
  readonly ending = new AbortController();
  readonly signal = this.ending.signal;
  #ms = 0;

  now(): number {
    return this.#ms;
  }

  turn(): Promise<void> {
    this.seen.push('|');
    return Promise.resolve();
  }

  /** Parts that take so many milliseconds each. */
  *work(...durations: readonly number[]): InParts<string> {
    for (const ms of durations) {
      this.#ms += ms;
      this.seen.push(String(ms));
      yield;
    }
    return 'done';
  }
}

test('others have their turn before long work begins, and each time it has taken five milliseconds', async () => {
  const rig = new Rig();

  const result = await inTurns(rig.work(1, 2, 1, 1, 6, 4, 1, 2), rig);

  assert.equal(result, 'done');
  assert.equal(rig.seen.join(' '), '| 1 2 1 1 | 6 | 4 1 | 2');
});

test('work that is done at once waits for nobody', () => {
  const rig = new Rig();

  const result = atOnce(rig.work(9, 9));

  assert.equal(result, 'done');
  assert.equal(rig.seen.join(' '), '9 9');
});

test('work that nobody waits for any more is left undone, for the reason that ended it', async () => {
  const rig = new Rig();
  const work = rig.work(5, 5, 5);
  function* leaving(): InParts<string> {
    for (const part of work) {
      if (rig.seen.length === 4) rig.ending.abort(new GatewayError('client_closed', 'the client left'));
      yield part;
    }
    return 'done';
  }

  await assert.rejects(inTurns(leaving(), rig), { code: 'client_closed' });

  assert.equal(rig.seen.join(' '), '| 5 | 5 |');
});

// oxlint-disable-next-line require-yield -- it does not come so far
function* failing(): InParts<string> {
  throw new Error('broken');
}

test('work that fails fails for whoever waits for it', async () => {
  await assert.rejects(inTurns(failing(), new Rig()), /broken/);
});

test('an ordinary text is one part; the parts of a long one are together the text', () => {
  for (const length of [0, 1, longText - 1, longText, longText + 1, 3 * longText + 7]) {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(97 + (at % 26))).join('');

    const parts = [...partsOf(text)];

    assert.equal(parts.join(''), text);
    assert.equal(parts.length === 1, length < longText, `${parts.length} parts of ${length}`);
  }
});
