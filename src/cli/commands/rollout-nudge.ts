import { Argument } from 'commander';
import type { KtCommand } from '../command.ts';
import { scopeOptions } from '../options.ts';
import type { ScopeOptions } from '../pod-scope.ts';

export const rolloutNudgeCommand: KtCommand = {
  words: 'rollout nudge',
  description: 'have pods fetch an edited ConfigMap or Secret now',
  details: `A kubelet looks at the volumes of a pod every 60 to 90 s, and at once when the pod changes: this changes its annotation
kt-sidecar.dev/nudge, at most 50 pods a second. Where the chart's controller runs (reload.nudge), it does so by itself.
It takes the rights to get and patch pods, and to get configmaps.

Exit codes: 0 every pod was touched; 1 one was not, or there is none; 2 wrong usage.

Examples:
  kt rollout nudge -n shop && kt rollout status -n shop`,
  takes: () =>
    new Argument('[pods...]', 'names of pods; without any, every pod there that has our container'),
  options: scopeOptions,
  async perform(io, pods: readonly string[], given: ScopeOptions) {
    const { rolloutNudge } = await import('../rollout-nudge.ts');
    return rolloutNudge(pods, given, io);
  },
};
