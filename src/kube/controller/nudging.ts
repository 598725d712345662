import type { Logger } from '../../telemetry/log.ts';
import type { ApiAccess } from '../api-access.ts';
import { type Clock, repeat } from '../clock.ts';
import { startNudge } from '../nudge/start-nudge.ts';
import { ApiCalls } from '../watch/api-calls.ts';
import type { ControllerMetrics } from './controller-metrics.ts';
import type { ControllerSettings } from './controller-settings.ts';

interface NudgingParts {
  readonly settings: ControllerSettings;
  readonly access: ApiAccess;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: ControllerMetrics;
}

/** How often the figures of the watches are brought up to date. */
const figuresMs = 5000;

/** Nudges pods, and says in metrics how that goes, until the signal. */
export async function nudgePods(parts: NudgingParts, signal: AbortSignal): Promise<void> {
  const { settings, access, clock, log, metrics } = parts;
  const nudging = startNudge({
    api: new ApiCalls(access.open),
    settings: settings.nudge,
    secrets: settings.secrets,
    clock,
    random: Math.random,
    signal,
    onResult: (result) => metrics.nudges.inc({ result }),
    onTrouble: (resource, error) => log.warn('nudge', `${resource} cannot be followed or touched`, {}, error),
  });
  const show = async (): Promise<void> => {
    metrics.nudgePending.set(nudging.pending());
    for (const [resource, ageMs] of nudging.watchAgesMs()) metrics.watchAge.set({ resource }, ageMs / 1000);
  };
  await Promise.all([
    nudging.done,
    repeat({ clock, everyMs: () => figuresMs, signal }, show, () => undefined),
  ]);
  // Another replica may do it now: old figures would say that nobody does.
  metrics.nudgePending.set(0);
  metrics.watchAge.reset();
}
