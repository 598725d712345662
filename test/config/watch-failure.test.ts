import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { WatchDirectories, WatchListener } from '../../src/config/directory-watch.ts';
import type { SourceReading } from '../../src/config/source.ts';
import { SourceWatch } from '../../src/config/watch.ts';
import { unreadable } from '../../src/config/whole-file.ts';
import { fileWith, mountVolume, saveByRename } from '../support/configmap-volume.ts';
import { byPolling, isRunning, silent, standing, startRig } from '../support/reload-rig.ts';

/** It neither stands nor fails. */
const deaf: WatchDirectories = () => Promise.resolve({ close: () => Promise.resolve() });

const brazen: WatchDirectories = (_, listener) => {
  listener.onError(new Error('EMFILE'));
  listener.onReady();
  return Promise.resolve({ close: () => Promise.resolve() });
};

test('a watch that cannot be opened leaves the polling, and is tried until it opens', async (t) => {
  const volume = await mountVolume(t, { config: 'ok 1' });
  let tries = 0;
  const exhausted = Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  const failing: WatchDirectories = (directories, listener) => {
    tries += 1;
    return tries <= 3 ? Promise.reject(exhausted) : silent(directories, listener);
  };
  const rig = await startRig(t, volume.path('config'), { watchDirectories: failing });

  await rig.until(() => rig.degradations.length === 1);
  await volume.update({ config: 'ok 2' });
  await rig.until(isRunning(rig, 2));
  await rig.until(() => rig.degradations.length === 2);

  assert.deepEqual(rig.degradations, [
    { isDegraded: true, cause: exhausted },
    { isDegraded: false, cause: undefined },
  ]);
  assert.equal(tries, 4);
});

test('a watch that fails while it stands is closed and opened again', async (t) => {
  const path = await fileWith(t, 'ok 1');
  const listeners: WatchListener[] = [];
  let closed = 0;
  const breakable: WatchDirectories = (_, listener) => {
    listeners.push(listener);
    listener.onReady();
    return Promise.resolve({ close: () => Promise.resolve(void (closed += 1)) });
  };
  const rig = await standing(await startRig(t, path, { watchDirectories: breakable }));

  listeners[0]?.onError(new Error('ENOSPC'));
  listeners[0]?.onError(new Error('once more, from the watch that was given up'));
  await rig.until(() => rig.degradations.length === 2);

  assert.deepEqual(
    rig.degradations.map((one) => one.isDegraded),
    [true, false],
  );
  assert.equal(listeners.length, 2);
  assert.equal(closed, 1);
});

test('a watch that says it is ready after it failed is not believed', async (t) => {
  const path = await fileWith(t, 'ok 1');
  const rig = await startRig(t, path, { watchDirectories: brazen });

  await saveByRename(path, 'ok 2');
  await rig.until(isRunning(rig, 2));

  assert.deepEqual(
    rig.degradations.map((one) => one.isDegraded),
    [true],
  );
});

test('reads do not overlap, however often it is woken', async (t) => {
  let running = 0;
  let most = 0;
  let reads = 0;
  const read = async (): Promise<SourceReading> => {
    running += 1;
    reads += 1;
    most = Math.max(most, running);
    await pause(20);
    running -= 1;
    return unreadable('missing', '');
  };
  const rig = await startRig(t, '/nowhere/config', { ...byPolling, read, pollMs: 5, debounceMs: 1 });
  const chatter = setInterval(() => rig.watch.wake(), 2);
  t.after(() => clearInterval(chatter));

  await pause(400);

  assert.equal(most, 1);
  assert.ok(reads > 5, `${reads} reads`);
});

test('a read that hangs is given up, and the next one is believed', async (t) => {
  let reads = 0;
  const found = unreadable('denied', 'found by the second read');
  const read = (): Promise<SourceReading> => {
    reads += 1;
    return reads === 1 ? new Promise(() => {}) : Promise.resolve(found);
  };
  const rig = await startRig(t, '/nowhere/config', { ...byPolling, read, readTimeoutMs: 40 });

  await rig.until(() => rig.readings.includes(found));

  assert.equal(rig.reloader.status().trouble, found);
});

test('reads that all hang are abandoned twice and then no more are begun', async (t) => {
  let reads = 0;
  const returns: ((reading: SourceReading) => void)[] = [];
  const found = unreadable('denied', 'the volume answers again');
  const read = (): Promise<SourceReading> => {
    reads += 1;
    return reads > 2 ? Promise.resolve(found) : new Promise((resolve) => returns.push(resolve));
  };
  const rig = await startRig(t, '/nowhere/config', { ...byPolling, read, readTimeoutMs: 10, pollMs: 10 });
  await rig.until(() => rig.readings.length > 0);

  await pause(300);
  assert.equal(reads, 2);
  assert.deepEqual(
    rig.readings.map((reading) => reading.kind === 'unreadable' && reading.code),
    ['timeout'],
  );
  for (const give of returns) give(unreadable('failed', 'too late to be listened to'));
  await rig.until(() => rig.readings.includes(found));

  assert.equal(rig.readings.length, 2);
});

test('a read that rejects is a failed read, and the watch goes on', async (t) => {
  let reads = 0;
  const found = unreadable('denied', 'found');
  const read = (): Promise<SourceReading> => {
    reads += 1;
    return reads <= 2 ? Promise.reject(new Error('broken')) : Promise.resolve(found);
  };
  const rig = await startRig(t, '/nowhere/config', { ...byPolling, read });

  await rig.until(() => rig.readings.includes(found));

  assert.equal(rig.reloader.status().trouble, found);
});

test('looks are up to a fifth sooner or later than asked', async (t) => {
  const looks: number[] = [];
  const read = (): Promise<SourceReading> => {
    looks.push(performance.now());
    return Promise.resolve(unreadable('missing', ''));
  };
  const begun = performance.now();
  await Promise.all(
    [0, 1].map(async (random) => {
      const options = { read, pollMs: 500, random: () => random, debounceMs: 1, watchDirectories: deaf };
      const rig = await startRig(t, '/nowhere/config', options);
      await rig.until(() => rig.readings.length === 1);
    }),
  );

  const [first = 0, , later = 0] = looks.map((at) => at - begun);

  assert.ok(first >= 395, `${first}`);
  assert.ok(later >= 595, `${later}`);
});

test('content that never settles is read all the same, after the longest debounce', async (t) => {
  let reads = 0;
  const read = (): Promise<SourceReading> => {
    reads += 1;
    return Promise.resolve(unreadable(reads % 2 === 0 ? 'missing' : 'denied', ''));
  };
  // Looking finds another content each time, and a look that was not called for is not believed at once.
  const options = { watchDirectories: deaf, read, debounceMs: 10, longestDebounceMs: 100 };
  const begun = performance.now();
  const rig = await startRig(t, '/nowhere/config', options);

  await rig.until(() => rig.readings.length === 1);

  assert.ok(performance.now() - begun >= 100);
});

test('what a read says after the watch was closed is not passed on', async (t) => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<SourceReading>();
  const read = (): Promise<SourceReading> => {
    begun.resolve();
    return answer.promise;
  };
  const rig = await startRig(t, '/nowhere/config', { ...byPolling, read });
  const alive = setInterval(() => {}, 1000);
  t.after(() => clearInterval(alive));
  await begun.promise;

  const closing = rig.watch.close();
  answer.resolve(unreadable('missing', 'too late'));
  await closing;

  assert.deepEqual(rig.readings, []);
});

test('closing does not wait for a read that hangs', { timeout: 5000 }, async () => {
  const reading = Promise.withResolvers<void>();
  const watch = new SourceWatch({
    path: '/nowhere/config',
    extraFiles: () => [],
    pollMs: 1,
    watchDirectories: silent,
    read: () => {
      reading.resolve();
      return new Promise(() => {});
    },
    onRead: () => assert.fail('nothing was read'),
    onDegraded: () => assert.fail('nothing failed'),
  });
  const alive = setInterval(() => {}, 1000);
  await reading.promise;

  await watch.close().finally(() => clearInterval(alive));
});
