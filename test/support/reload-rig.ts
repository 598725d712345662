import { EventEmitter, once } from 'node:events';
import type { TestContext } from 'node:test';
import type { WatchDirectories } from '../../src/config/directory-watch.ts';
import { oncePerContent, readSource, type SourceReading } from '../../src/config/source.ts';
import { SourceWatch, type WatchOptions } from '../../src/config/watch.ts';
import { Reloader, type ReloadEvent } from '../../src/runtime/reloader.ts';
import { Runtime } from '../../src/runtime/runtime.ts';
import {
  compileNumber,
  keyFiles,
  loadNumber,
  type NumberConfig,
  type NumberSnapshot,
} from './number-config.ts';

const patienceMs = 10_000;

export interface Degradation {
  readonly isDegraded: boolean;
  readonly cause: unknown;
}

export interface ReloadRig {
  readonly runtime: Runtime<NumberSnapshot>;
  readonly reloader: Reloader<NumberConfig, NumberSnapshot, string>;
  readonly watch: SourceWatch;
  readonly readings: readonly SourceReading[];
  readonly events: readonly ReloadEvent<string>[];
  readonly degradations: readonly Degradation[];
  readonly retired: readonly NumberSnapshot[];
  /** Waits for the next thing to happen until this holds; fails the test if it does not in time. */
  until(holds: () => boolean): Promise<void>;
}

/** The whole path from files to snapshots, as the gateway builds it, over the language of numbers. */
export async function startRig(
  t: Pick<TestContext, 'after'>,
  path: string,
  options: Partial<WatchOptions> = {},
): Promise<ReloadRig> {
  const readings: SourceReading[] = [];
  const events: ReloadEvent<string>[] = [];
  const degradations: Degradation[] = [];
  const retired: NumberSnapshot[] = [];
  const happenings = new EventEmitter().setMaxListeners(0);
  const runtime = new Runtime<NumberSnapshot>((snapshot) => retired.push(snapshot));
  const report = (event: ReloadEvent<string>): void => void events.push(event);
  const reloader = new Reloader({ load: loadNumber, compile: compileNumber, runtime, report, now: Date.now });
  const extraFiles = oncePerContent(keyFiles);
  reloader.offer(await readSource({ path, extraFiles }));
  const watch = new SourceWatch({
    path,
    extraFiles,
    pollMs: 60,
    debounceMs: 15,
    longestDebounceMs: 150,
    retryMs: 20,
    inPlaceMs: 30,
    onRead: (reading) => {
      readings.push(reading);
      reloader.offer(reading);
      happenings.emit('change');
    },
    onDegraded: (isDegraded, cause) => {
      degradations.push({ isDegraded, cause });
      happenings.emit('change');
    },
    ...options,
  });
  t.after(() => watch.close());

  const until = async (holds: () => boolean): Promise<void> => {
    // Held by a timer that counts, because the watch's own do not keep the process alive.
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(new Error(`never: ${holds.toString()}`)), patienceMs);
    const wait = async (): Promise<void> => {
      if (holds()) return;
      await once(happenings, 'change', { signal: deadline.signal });
      return wait();
    };
    await wait().finally(() => clearTimeout(timer));
  };
  return { runtime, reloader, watch, readings, events, degradations, retired, until };
}

/** A file system without events: the watch opens, and says nothing. */
export const silent: WatchDirectories = (_, listener) => {
  listener.onReady();
  return Promise.resolve({ close: () => Promise.resolve() });
};
export const byPolling = { watchDirectories: silent };
/** Until the watch stands: what changes before is found by the look that follows. */
export async function standing(rig: ReloadRig): Promise<ReloadRig> {
  await rig.until(() => rig.readings.length === 1);
  return rig;
}

export const isRunning = (rig: ReloadRig, number: number) => (): boolean =>
  rig.runtime.current?.number === number;
export const isHealthy = (rig: ReloadRig) => (): boolean => rig.reloader.status().lastReloadSuccessful;
