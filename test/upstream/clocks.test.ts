import assert from 'node:assert/strict';
import test from 'node:test';
import { Clocks } from '../../src/upstream/clocks.ts';
import { Ticker } from '../../src/upstream/ticker.ts';

const limits = { firstByteMs: 100, idleMs: 50, totalMs: 1000, totalSetting: 'timeout_seconds' };

type Happening = 'head' | 'piece' | 'pause' | 'resume' | 'stop' | 'look';

/** What the clocks said first, when these things happen at these times after the start. */
function run(happenings: readonly (readonly [atMs: number, what: Happening])[]): string | undefined {
  const ticker = new Ticker();
  // The first one starts the ticker, and with it real time; whole numbers are set once it runs.
  ticker.add({ slot: 0, tick: () => undefined });
  ticker.now = 0;
  let said: string | undefined;
  const clocks = new Clocks(limits, 'x', ticker, ({ code, message }) => {
    said ??= `${code}: ${message}`;
  });
  const start = ticker.now;
  for (const [atMs, what] of happenings) {
    ticker.now = start + atMs;
    if (what === 'look' && said === undefined) clocks.tick(ticker.now);
    if (what === 'head') clocks.head();
    if (what === 'piece') clocks.piece();
    if (what === 'pause' || what === 'resume') clocks.pause(what === 'pause');
    if (what === 'stop') clocks.stop();
  }
  clocks.stop();
  return said;
}

const firstByte = 'upstream_timeout: target "x" did not answer within 0.1 s';
const idle = 'upstream_timeout: target "x" sent nothing for 0.05 s';
const total = 'upstream_timeout: target "x" did not finish within 1 s (timeout_seconds)';

const cases: Readonly<Record<string, readonly [Parameters<typeof run>[0], string | undefined]>> = {
  'nothing has come for less than the first byte may take': [[[99, 'look']], undefined],
  'nothing has come for as long as the first byte may take': [[[101, 'look']], firstByte],
  'silence before the head is no idleness': [[[60, 'look']], undefined],
  'the head has come': [
    [
      [90, 'head'],
      [110, 'look'],
    ],
    undefined,
  ],
  'nothing follows the head': [
    [
      [10, 'head'],
      [60, 'look'],
    ],
    idle,
  ],
  'nothing follows a piece': [
    [
      [10, 'head'],
      [50, 'piece'],
      [99, 'look'],
      [101, 'look'],
    ],
    idle,
  ],
  'pieces keep coming': [
    [
      [10, 'head'],
      [50, 'piece'],
      [90, 'piece'],
      [130, 'piece'],
      [170, 'look'],
    ],
    undefined,
  ],
  'the client is slow': [
    [
      [10, 'head'],
      [20, 'pause'],
      [900, 'look'],
    ],
    undefined,
  ],
  'the client reads again and nothing comes': [
    [
      [10, 'head'],
      [20, 'pause'],
      [900, 'resume'],
      [949, 'look'],
      [951, 'look'],
    ],
    idle,
  ],
  'the whole takes too long, piece by piece': [
    [[10, 'head'], ...Array.from({ length: 25 }, (_, at) => [at * 40, 'piece'] as const), [1001, 'look']],
    total,
  ],
  'the whole takes too long because of the client': [
    [
      [10, 'head'],
      [20, 'pause'],
      [1001, 'look'],
    ],
    total,
  ],
};

for (const [what, [happenings, said]] of Object.entries(cases)) {
  test(`the clocks ${said === undefined ? 'let go on' : 'end an attempt'} where ${what}`, () => {
    assert.equal(run(happenings), said);
  });
}

test('every attempt that is late expires, whatever the others do to the list', async () => {
  const ticker = new Ticker();
  const expired: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const attempts = [0, 1, 2, 3].map((name) => {
    const firstByteMs = name === 2 ? 60_000 : 1;
    return new Clocks({ firstByteMs, idleMs: 60_000, totalMs: 60_000, totalSetting: '' }, 'x', ticker, () => {
      expired.push(name);
      if (expired.length === 3) resolve();
    });
  });
  const deadline = setTimeout(resolve, 5_000);

  await promise;

  clearTimeout(deadline);
  assert.equal(attempts.length, 4);
  assert.deepEqual(expired, [0, 1, 3]);
});
