import { Option } from 'commander';
import type { KtCommand } from '../command.ts';
import type { InjectOptions } from '../inject.ts';
import { repeated } from '../options.ts';

export const injectCommand: KtCommand = {
  words: 'inject',
  description: 'give the sidecar to the pods of manifests, without any right in a cluster',
  details: `It reads YAML and writes it with the sidecar added, the same that the chart's policy or webhook adds to a pod. Only what is
added changes: comments, order and all else stay byte for byte. Kinds: Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, Job,
CronJob, and List; documents of other kinds pass through. Annotations of the pod's template choose as in a cluster. What it did
with each is told on stderr. A pod that has the sidecar is left as it is, so that it may be run twice.

With --check it writes no YAML, and exits with 1 if a pod would get the sidecar or cannot have it: for a pipeline that
keeps injected manifests in git. One that has it, or whose label says no, is in order.

Settings (--set), the same as the chart's: image, pullPolicy, configMap, secret, port, adminPort, extraListen, cpu, memory,
memoryLimit, cpuLimit, native, env (lines of NAME=value), version.

Exit codes: 0 done, or with --check nothing to do; 1 something is no pod, or with --check as above; 2 wrong usage, or a file
that cannot be read.

Examples:
  kt inject -f deploy.yaml | kubectl apply -f -
  kustomize build . | kt inject -f - --set image=registry.example/kt-sidecar:0.1.0 --set secret=provider-keys
  kt inject --check -f deploy.yaml -f jobs.yaml`,
  options: () => [
    new Option('-f, --file <path>', 'a file of manifests, - for stdin; repeatable')
      .argParser(repeated)
      .makeOptionMandatory(),
    new Option('--set <name=value>', 'a setting of the sidecar; repeatable').argParser(repeated),
    new Option('--check', 'write nothing; fail if anything would change or be skipped').default(false),
    new Option('-o, --output <path>', 'where to write the manifests (default: stdout)').conflicts('check'),
    new Option('--json', 'what it did as JSON: on stderr, with --check on stdout').default(false),
  ],
  async perform(io, given: InjectOptions) {
    const { injectFiles } = await import('../inject.ts');
    return injectFiles(given, io);
  },
};
