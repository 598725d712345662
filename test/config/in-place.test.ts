import assert from 'node:assert/strict';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { SourceRead } from '../../src/config/source.ts';
import type { WatchOptions } from '../../src/config/watch.ts';
import { fileWith, mountVolume, saveByRename } from '../support/configmap-volume.ts';
import { byPolling, isRunning, type ReloadRig, standing, startRig } from '../support/reload-rig.ts';

/** Nothing here waits for a hold to pass: the clock stands until a test moves it. */
interface Clock {
  at: number;
}

const weakens = ({ bytes }: SourceRead): boolean => Buffer.from(bytes).includes('weak') || bytes.length < 6;

/** Holds count by the clock of the test, and a version that weakens is one whose text is short. */
async function start(t: TestContext, path: string, options: Partial<WatchOptions> = {}) {
  const clock: Clock = { at: 0 };
  const seen: (() => void)[] = [];
  const now = (): number => {
    for (const tell of seen.splice(0)) tell();
    return clock.at;
  };
  const holds = { inPlaceMs: 500, weakerMs: 10_000, pollMs: 20 };
  const rig = await standing(await startRig(t, path, { ...holds, now, weakens, ...options }));
  /** Resolves once what is there now has been looked at, again. */
  const looked = async (times = 3): Promise<void> => {
    if (times === 0) return;
    await new Promise<void>((resolve) => seen.push(resolve));
    return looked(times - 1);
  };
  return { rig, clock, looked };
}

const whole: readonly (readonly [string, (path: string, content: string) => Promise<void>])[] = [
  ['a rename over it', saveByRename],
  [
    'a rename after a rest',
    async (path, content) => {
      await rm(path);
      await saveByRename(path, content);
    },
  ],
  [
    'a swapped link',
    async (path, content) => {
      await writeFile(`${path}.2`, content);
      await symlink(`${path}.2`, `${path}.link`);
      await rename(`${path}.link`, path);
    },
  ],
];

for (const [name, put] of whole) {
  test(`${name} counts at once, also where it weakens`, async (t) => {
    const path = await fileWith(t, 'ok 1000');
    const { rig } = await start(t, path, { pollMs: 60_000 });

    await put(path, 'ok 2');
    await rig.until(isRunning(rig, 2));

    assert.equal(rig.runtime.current?.generation, 2);
  });
}

for (const [way, options] of [
  ['by events', { pollMs: 60_000 }],
  ['by polling', byPolling],
] as const) {
  test(`the swap of a volume counts at once ${way}, also where it weakens`, async (t) => {
    const volume = await mountVolume(t, { config: 'ok 1000' });
    const { rig } = await start(t, volume.path('config'), options);

    await volume.update({ config: 'ok 2' });
    await rig.until(isRunning(rig, 2));

    assert.equal(rig.runtime.current?.generation, 2);
  });
}

const inPlace: readonly (readonly [string, (path: string, content: string) => Promise<void>])[] = [
  ['written over', (path, content) => writeFile(path, content)],
  [
    'emptied and filled',
    async (path, content) => {
      await writeFile(path, '');
      await writeFile(path, content, { flag: 'a' });
    },
  ],
  [
    'removed and written again',
    async (path, content) => {
      await rm(path);
      await writeFile(path, content);
    },
  ],
  [
    'written over behind a rename',
    async (path, content) => {
      await saveByRename(path, 'ok 5');
      await writeFile(path, content);
    },
  ],
];

async function runs(rig: ReloadRig, number: number): Promise<void> {
  await rig.until(isRunning(rig, number));
}

for (const [way, options] of [
  ['by events', {}],
  ['by polling', byPolling],
] as const) {
  for (const [name, put] of inPlace) {
    test(`a file that is ${name} counts after half a second ${way}, and after ten where it weakens`, async (t) => {
      const path = await fileWith(t, 'ok 1000');
      const { rig, clock, looked } = await start(t, path, options);

      await put(path, 'ok 2000');
      await looked();
      clock.at = 499;
      await looked();
      assert.equal(rig.runtime.current?.number, 1000);
      clock.at = 10_000;
      await runs(rig, 2000);

      await put(path, 'ok 3');
      await looked();
      clock.at = 19_000;
      await looked();
      assert.equal(rig.runtime.current?.number, 2000);
      clock.at = 40_000;
      await runs(rig, 3);
    });
  }
}

test('the half of a version never counts, if the other half comes within the hold', async (t) => {
  const path = await fileWith(t, 'ok 1000');
  const { rig, clock, looked } = await start(t, path);

  await writeFile(path, 'ok 2');
  await looked();
  clock.at = 9900;
  await looked();
  await writeFile(path, '222', { flag: 'a' });
  await looked();
  clock.at = 30_000;
  await runs(rig, 2222);

  assert.deepEqual(
    rig.retired.map(({ number }) => number),
    [1000],
  );
});

test('a secret that is written in place has the same half second', async (t) => {
  const secret = await fileWith(t, 'old');
  const path = await fileWith(t, `ok 1\nkey ${secret}`);
  const { rig, clock, looked } = await start(t, path);

  await writeFile(secret, 'ne');
  await looked();
  clock.at = 400;
  await writeFile(secret, 'new');
  await looked();
  assert.equal(rig.runtime.current?.key, 'old');
  clock.at = 30_000;
  await rig.until(() => rig.runtime.current?.key === 'new');

  assert.equal(rig.retired.length, 1);
});
