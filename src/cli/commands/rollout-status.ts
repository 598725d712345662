import { Argument, Option } from 'commander';
import type { KtCommand } from '../command.ts';
import { positive, scopeOptions } from '../options.ts';
import type { RolloutStatusOptions } from '../rollout-status.ts';

export const rolloutStatusCommand: KtCommand = {
  words: 'rollout status',
  description: 'wait until every pod runs the policy that its ConfigMap says',
  details: `It compares the SHA-256 of the ConfigMap's content with the hash of what each pod runs, once a second, and tells how far it
is. It takes the rights to get pods, pods/proxy and configmaps.

Exit codes: 0 every pod runs it; 1 a pod refuses it (its issues are shown), time is up, or the cluster gives no answer;
2 wrong usage.

Examples:
  kubectl -n shop apply -f policy.yaml && kt rollout status -n shop --timeout 120
  kt rollout status --all-namespaces`,
  takes: () =>
    new Argument('[pods...]', 'names of pods; without any, every pod there that has our container'),
  options: () => [
    ...scopeOptions(),
    new Option('--timeout <seconds>', 'how long to wait; a kubelet that nobody nudges may take 90 s')
      .argParser(positive)
      .default(180),
  ],
  async perform(io, pods: readonly string[], given: RolloutStatusOptions) {
    const { rolloutStatus } = await import('../rollout-status.ts');
    return rolloutStatus(pods, given, io);
  },
};
