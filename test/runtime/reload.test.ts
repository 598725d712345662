import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import * as fc from 'fast-check';
import { type ConfigMapVolume, mountVolume } from '../support/configmap-volume.ts';
import { sha256 } from '../support/number-config.ts';
import { byPolling, type ReloadRig, standing, startRig } from '../support/reload-rig.ts';

/** What the volume is made to hold: a file, or none. */
const contents = fc.oneof(
  { weight: 4, arbitrary: fc.nat(5).map((number) => `ok ${number}`) },
  { weight: 2, arbitrary: fc.constantFrom('bad', 'worse', '', 'breaks 1') },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

const isValid = (content: string | undefined): boolean => content?.startsWith('ok') ?? false;

function put(volume: ConfigMapVolume, content: string | undefined): Promise<void> {
  return volume.update(content === undefined ? { other: '' } : { config: content });
}

/** Resolves once the content on disk has been noticed. */
function noticed(rig: ReloadRig, content: string | undefined): Promise<void> {
  const wanted = content === undefined ? undefined : sha256(content);
  return rig.until(() => rig.reloader.status().desiredHash === wanted);
}

async function inTurn<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  await items.reduce(async (before, item) => {
    await before;
    await act(item);
  }, Promise.resolve());
}

for (const [way, options] of [
  ['by events and polling', {}],
  ['by polling alone', byPolling],
] as const) {
  test(`after any updates what runs is the last valid version, ${way}`, async (t) => {
    const updates = fc.array(contents, { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(updates, async (given) => {
      const volume = await mountVolume(t, { config: 'ok 0' });
      const rig = await standing(await startRig(t, volume.path('config'), options));
      let lastValid = 'ok 0';

      await inTurn(given, async (content) => {
        await put(volume, content);
        await noticed(rig, content);

        if (content !== undefined && isValid(content)) lastValid = content;
        const status = rig.reloader.status();
        assert.equal(status.appliedHash, sha256(lastValid));
        assert.equal(rig.runtime.current?.number, Number(lastValid.slice(3)));
        assert.equal(status.lastReloadSuccessful, status.desiredHash === status.appliedHash);
        assert.equal(status.lastReloadSuccessful, isValid(content));
      });
      await rig.watch.close();
    });

    await fc.assert(property, { numRuns: 8 });
  });

  test(`after any burst of updates what runs is one of the valid versions, and the last if that is valid, ${way}`, async (t) => {
    const burst = fc.array(fc.record({ content: contents, thenMs: fc.integer({ min: 0, max: 40 }) }), {
      minLength: 2,
      maxLength: 10,
    });
    const property = fc.asyncProperty(burst, async (given) => {
      const volume = await mountVolume(t, { config: 'ok 0' });
      const rig = await standing(await startRig(t, volume.path('config'), options));
      const last = given.at(-1)?.content;

      await inTurn(given, async ({ content, thenMs }) => {
        await put(volume, content);
        await pause(thenMs); // the distance is the case
      });
      await noticed(rig, last);

      const status = rig.reloader.status();
      const valid = ['ok 0', ...given.flatMap(({ content }) => content ?? [])].filter(isValid);
      assert.ok(valid.map(sha256).includes(status.appliedHash ?? ''));
      assert.equal(status.lastReloadSuccessful, isValid(last));
      if (last !== undefined && isValid(last)) assert.equal(status.appliedHash, sha256(last));
      await rig.watch.close();
    });

    await fc.assert(property, { numRuns: 10 });
  });
}
