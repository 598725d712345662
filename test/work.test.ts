import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { GatewayError } from '../src/errors.ts';
import { atOnce, longText, type Pace, partAt, run, type Work } from '../src/work.ts';

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

  note(what: string): void {
    this.seen.push(what);
  }

  /** Parts that take so many milliseconds each. */
  *work(...durations: readonly number[]): Work<string> {
    for (const ms of durations) {
      yield;
      this.#ms += ms;
      this.note(String(ms));
    }
    return 'done';
  }
}

const left = new GatewayError('client_closed', 'the client left');

test('work that yields nothing is over within the call, and no promise is made', () => {
  for (const value of [undefined, 'done', Promise.resolve('a promise as any other value')]) {
    assert.equal(run(given(value), new Rig()), value);
  }
});

// oxlint-disable-next-line require-yield -- that is the point
function* given<T>(value: T): Work<T> {
  return value;
}

test('others have their turn before long work begins, and each time it has taken five milliseconds', async () => {
  const rig = new Rig();

  const result = await run(rig.work(1, 2, 1, 1, 6, 4, 1, 2), rig);

  assert.equal(result, 'done');
  assert.equal(rig.seen.join(' '), '| 1 2 1 1 | 6 | 4 1 | 2');
});

test('work within work goes on as if it were one', async () => {
  const rig = new Rig();
  function* outer(): Work<string> {
    const first = yield* rig.work(2, 2);
    rig.note(first);
    return `${yield* rig.work(2, 2)} twice`;
  }

  assert.equal(await run(outer(), rig), 'done twice');
  assert.equal(rig.seen.join(' '), '| 2 2 done 2 | 2');
});

test('what is waited for is waited for, and the next long part behind it has its turn first', async () => {
  const rig = new Rig();
  function* work(): Work<string> {
    yield* rig.work(1);
    yield new Promise((resolve) => setImmediate(resolve)).then(() => rig.note('came'));
    rig.note('went on');
    return yield* rig.work(1, 1);
  }

  assert.equal(await run(work(), rig), 'done');
  assert.equal(rig.seen.join(' '), '| 1 came went on | 1 1');
});

test('work that is done at once waits for nobody, and cannot wait', () => {
  const rig = new Rig();

  assert.equal(atOnce(rig.work(9, 9)), 'done');
  assert.equal(rig.seen.join(' '), '9 9');
  assert.throws(() => atOnce(waiting()), /work that waits/);
});

function* waiting(): Work<void> {
  yield Promise.resolve();
}

/** How work comes to its end whose second part is not done: by itself, or by what is thrown where it waits. */
const endings: Readonly<Record<string, (rig: Rig) => Work<string>>> = {
  'nobody waits for any more': (rig) => {
    rig.ending.abort(left);
    return rig.work(5);
  },
  'waits for what fails': function* () {
    yield Promise.reject(left);
    return 'done';
  },
  'fails by itself, at once': () => {
    throw left;
  },
  'fails by itself behind a wait': function* (rig) {
    yield* rig.work(1);
    throw left;
  },
};

for (const [how, begin] of Object.entries(endings)) {
  test(`work that ${how} is left undone, and cleans up in one place on its way out`, async () => {
    const rig = new Rig();
    function* cleaning(): Work<string> {
      try {
        return yield* begin(rig);
      } catch (error) {
        rig.note('cleaned up');
        throw error;
      }
    }

    await assert.rejects(async () => run(cleaning(), rig), left);

    assert.equal(rig.seen.filter((one) => one === 'cleaned up').length, 1);
    assert.ok(!rig.seen.includes('5'));
  });

  test(`whoever knows what to do where work ${how} goes on`, async () => {
    const rig = new Rig();
    function* forgiving(): Work<string> {
      try {
        return yield* begin(rig);
      } catch {
        return 'forgiven';
      }
    }

    assert.equal(await run(forgiving(), rig), 'forgiven');
  });
}

test('work that fails before it yields fails the call itself', () => {
  // oxlint-disable-next-line require-yield -- it does not come so far
  function* failing(): Work<string> {
    throw left;
  }

  assert.throws(() => run(failing(), new Rig()), left);
});

test('work that ends in the middle is done no further, for the reason that ended it', async () => {
  const rig = new Rig();
  function* leaving(): Work<string> {
    yield* rig.work(5, 5);
    rig.ending.abort(left);
    return yield* rig.work(5);
  }

  await assert.rejects(async () => run(leaving(), rig), left);

  assert.equal(rig.seen.join(' '), '| 5 | 5 |');
});

test('an ordinary text is one part; the parts of a long one are together the text', () => {
  for (const length of [0, 1, longText - 1, longText, longText + 1, 3 * longText + 7]) {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(97 + (at % 26))).join('');

    const parts: string[] = [partAt(text, 0)];
    for (let at = parts[0]?.length ?? 0; at < length; at += parts.at(-1)?.length ?? length)
      parts.push(partAt(text, at));

    assert.equal(parts.join(''), text);
    assert.equal(parts.length === 1, length < longText, `${parts.length} parts of ${length}`);
  }
});
test('nobody but the driver asks whether it holds a promise', () => {
  const asking = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && /instanceof Promise\b/.test(readFileSync(`src/${file}`, 'utf8')),
  );

  assert.deepEqual(asking, []);
});
