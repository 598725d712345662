import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { WatchDirectories, WatchListener } from '../../src/config/directory-watch.ts';
import { unreadable } from '../../src/config/whole-file.ts';
import {
  fileWith,
  mountVolume,
  removeAndReturn,
  saveByRename,
  saveInHalves,
  temporaryDirectory,
} from '../support/configmap-volume.ts';
import { sha256 } from '../support/number-config.ts';
import { byPolling, isHealthy, isRunning, silent, standing, startRig } from '../support/reload-rig.ts';

/** So rarely that a test that passes has passed by events. */
const byEvents = { pollMs: 60_000 };
const ways = [
  ['by events', byEvents],
  ['by polling', byPolling],
] as const;

for (const [way, options] of ways) {
  test(`every spaced update of a volume is applied ${way}`, async (t) => {
    const volume = await mountVolume(t, { config: 'ok 1' });
    const rig = await standing(await startRig(t, volume.path('config'), options));
    const update = async (number: number): Promise<void> => {
      if (number > 12) return;
      await volume.update({ config: `ok ${number}` });
      await rig.until(isRunning(rig, number));
      return update(number + 1);
    };

    await update(2);

    assert.equal(rig.runtime.current?.generation, 12);
    assert.deepEqual(
      rig.retired.map((snapshot) => snapshot.number),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
  });

  test(`updates in bursts, 10 to 40 ms apart, end on the last ${way}`, async (t) => {
    const volume = await mountVolume(t, { config: 'ok 1' });
    const rig = await standing(await startRig(t, volume.path('config'), options));
    const burst = async (number: number): Promise<void> => {
      if (number > 40) return;
      await volume.update({ config: `ok ${number}` });
      await pause(10 + (number % 4) * 10); // the distance is the case
      await volume.update({ config: `ok ${number + 1}` });
      await rig.until(isRunning(rig, number + 1));
      return burst(number + 2);
    };

    await burst(2);

    assert.equal(rig.reloader.status().appliedHash, sha256('ok 41'));
    assert.ok(isHealthy(rig)());
  });

  test(`a file replaced as editors do is applied ${way}`, async (t) => {
    const path = await fileWith(t, 'ok 1');
    const rig = await standing(await startRig(t, path, options));

    await saveByRename(path, 'ok 2');
    await rig.until(isRunning(rig, 2));
    await saveByRename(path, 'ok 3');
    await rig.until(isRunning(rig, 3));

    assert.equal(rig.runtime.current?.generation, 3);
  });

  test(`a file written in halves is never read half ${way}`, async (t) => {
    const path = await fileWith(t, 'ok 1');
    const slow = { debounceMs: 200, longestDebounceMs: 2000 };
    const rig = await standing(await startRig(t, path, { pollMs: 20, ...options, ...slow }));

    // Half of it is valid, and an empty file is not.
    await saveInHalves(path, 'ok 12345678', () => pause(50));
    await rig.until(isRunning(rig, 12_345_678));

    assert.deepEqual(
      rig.events.map((event) => event.kind),
      ['applied', 'applied'],
    );
    assert.equal(rig.runtime.current?.generation, 2);
  });

  test(`a file that goes and comes back changes nothing but the status ${way}`, async (t) => {
    const path = await fileWith(t, 'ok 1');
    const rig = await standing(await startRig(t, path, options));

    await removeAndReturn(path, 'ok 1', async () => {
      await rig.until(() => !isHealthy(rig)());
      assert.deepEqual(rig.reloader.status().trouble, unreadable('missing', `${path} does not exist`));
      assert.equal(rig.runtime.current?.number, 1);
    });
    await rig.until(isHealthy(rig));

    assert.deepEqual(
      rig.events.map((event) => event.kind),
      ['applied', 'unreadable', 'recovered'],
    );
    assert.equal(rig.runtime.current?.generation, 1);
  });

  test(`a key removed from the volume and added again is followed ${way}`, async (t) => {
    const volume = await mountVolume(t, { config: 'ok 1', other: '' });
    const rig = await standing(await startRig(t, volume.path('config'), options));

    await volume.update({ other: '' });
    await rig.until(() => rig.reloader.status().trouble?.kind === 'unreadable');
    await volume.update({ config: 'ok 2', other: '' });
    await rig.until(isRunning(rig, 2));

    assert.ok(isHealthy(rig)());
  });

  test(`an emptied file is refused, not taken for a configuration without policies ${way}`, async (t) => {
    const path = await fileWith(t, 'ok 1');
    const rig = await standing(await startRig(t, path, options));

    await writeFile(path, '');
    await rig.until(() => rig.reloader.status().trouble !== undefined);

    assert.deepEqual(rig.reloader.status().issues, ['empty']);
    assert.equal(rig.runtime.current?.number, 1);
  });

  test(`a rotated secret is a new snapshot under the same file ${way}`, async (t) => {
    const secrets = await mountVolume(t, { key: 'old' });
    const volume = await mountVolume(t, { config: `ok 1\nkey ${secrets.path('key')}` });
    const rig = await startRig(t, volume.path('config'), options);
    await rig.until(() => rig.readings.length === 1);

    // Rotated before the secret's own directory is watched, too: that it is, is followed by a look.
    await secrets.update({ key: 'new' });
    await rig.until(() => rig.runtime.current?.key === 'new');

    assert.equal(rig.runtime.current?.number, 1);
    assert.equal(rig.runtime.current?.generation, 2);
  });

  test(`a secret that an edit names is read with the edit, and followed from then on ${way}`, async (t) => {
    const secrets = await mountVolume(t, { key: 'old' });
    const volume = await mountVolume(t, { config: 'ok 1' });
    const rig = await standing(await startRig(t, volume.path('config'), options));

    await volume.update({ config: `ok 2\nkey ${secrets.path('key')}` });
    await rig.until(isRunning(rig, 2));
    assert.equal(rig.runtime.current?.key, 'old');
    await secrets.update({ key: 'new' });
    await rig.until(() => rig.runtime.current?.key === 'new');

    assert.equal(rig.runtime.current?.generation, 3);
  });
}

test('a directory that is removed and made again is followed', async (t) => {
  const directory = join(await temporaryDirectory(t), 'mount');
  const path = join(directory, 'config');
  await mkdir(directory);
  await writeFile(path, 'ok 1');
  const rig = await standing(await startRig(t, path));

  await rm(directory, { recursive: true });
  await rig.until(() => !isHealthy(rig)());
  await mkdir(directory);
  await writeFile(path, 'ok 2');
  await rig.until(isRunning(rig, 2));

  assert.ok(isHealthy(rig)());
});

test('a directory that never rests does not keep a change from being read', async (t) => {
  const path = await fileWith(t, 'ok 1');
  let listener: WatchListener | undefined;
  const chatty: WatchDirectories = (directories, given) => {
    listener = given;
    return silent(directories, given);
  };
  const options = { ...byEvents, watchDirectories: chatty, debounceMs: 100, longestDebounceMs: 300 };
  const rig = await standing(await startRig(t, path, options));
  const chatter = setInterval(() => listener?.onEvent(), 10);
  t.after(() => clearInterval(chatter));

  await saveByRename(path, 'ok 2');
  await rig.until(isRunning(rig, 2));

  assert.equal(rig.runtime.current?.generation, 2);
});

const countsDescriptors = { skip: process.platform !== 'linux' && 'descriptors are counted in /proc' };

test('a closed watch says nothing more and leaves no descriptor', countsDescriptors, async (t) => {
  const volume = await mountVolume(t, { config: 'ok 1' });
  // The library's first watch opens what the process keeps: the inotify instance.
  await (await standing(await startRig(t, volume.path('config'), byEvents))).watch.close();
  const before = await readdir('/proc/self/fd');
  const open = async (round: number): Promise<void> => {
    if (round === 0) return;
    const rig = await startRig(t, volume.path('config'), byEvents);
    if (round % 2 === 0) await standing(rig);
    const heard = rig.readings.length;
    const closing = rig.watch.close();
    await volume.update({ config: `ok ${round + 1}` });
    rig.watch.wake();
    await closing;
    assert.equal(rig.readings.length, heard);
    return open(round - 1);
  };

  await open(20);

  assert.equal((await readdir('/proc/self/fd')).length, before.length);
});
