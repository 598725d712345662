import { systemClock } from '../../../src/kube/clock.ts';
import { startNudge } from '../../../src/kube/nudge/start-nudge.ts';
import { ApiCalls } from '../../../src/kube/watch/api-calls.ts';
import { kubeConfig } from './kube-config.ts';

// The nudging by itself, so that its memory is its own: `nudge-process.ts PER_SECOND NAMESPACE...`. It tells its parent.

export interface NudgeReport {
  readonly touched?: number;
  readonly trouble?: string;
  readonly residentBytes?: number;
}

const [perSecond, ...namespaces] = process.argv.slice(2);
const stop = new AbortController();
const tell = (report: NudgeReport): void => void process.send?.(report);

const { done } = startNudge({
  api: new ApiCalls(kubeConfig),
  settings: { namespaces, perSecond: Number(perSecond), jitterSeconds: 0.3 },
  secrets: [],
  clock: systemClock,
  random: Math.random,
  signal: stop.signal,
  onResult: (result) => {
    if (result === 'touched') tell({ touched: Date.now() });
  },
  onTrouble: (resource, error) => tell({ trouble: `${resource}: ${String(error)}` }),
});
process.on('message', () => {
  globalThis.gc?.();
  tell({ residentBytes: process.memoryUsage.rss() });
});
process.once('disconnect', () => stop.abort());
await done;
