import { Argument, Option } from 'commander';
import { addressOption, clusterOptions, secretsDirOption } from '../options.ts';
import type { KtCommand } from '../command.ts';
import type { DoctorOptions } from '../doctor.ts';

export const doctorCommand: KtCommand = {
  words: 'doctor',
  description: 'look for common problems, here and in a cluster, and say how to fix them',
  details: `Without POD or a cluster option it looks at this machine: Node, configuration, keys (never shown), mounts, ports,
proxy variables, the way to each provider (it opens a connection and sends nothing), whether a recogniser answers
and knows the entities it will be asked for, the gateway that runs here. Where a kubeconfig is known, it goes on to the namespace of its context.

In a cluster it looks at what of ours is installed (who injects, whether the controller lives, the CA of its webhooks, the
clock), at pods that ask for our container and have none, with the reason, and at the pods that have it (kt status --help
says which those are): form, probe, ports, ConfigMap and its delivery, keys by reference and whether their Secrets are there
(never what is in them), proxies of the app, autoscalers, annotations, versions, providers, grace period, requests, security
context. It only reads, and says what it may not: the rights to get pods, pods/proxy and configmaps are enough for most.

Exit codes: 0 nothing failed (there may be warnings); 1 something failed; 2 wrong usage.

Examples:
  kt doctor --offline
  kt doctor --policy-config deploy/examples/policy-config.yaml
  kt doctor cart-5d9f-x2x7k -n shop`,
  takes: () =>
    new Argument(
      '[pods...]',
      'names of pods; without any, every pod of the namespace that has our container',
    ),
  options: () => [
    new Option(
      '--policy-config <path>',
      'the configuration file (default: policy-config.yaml, if there is one)',
    ).env('KT_POLICY_CONFIG'),
    secretsDirOption(),
    addressOption('--data', 'address of the data port', '127.0.0.1:41002'),
    addressOption('--admin', 'address of the admin port', '127.0.0.1:41003'),
    new Option('--offline', 'connect to no provider, no recogniser and no cluster'),
    ...clusterOptions(),
    new Option('--json', 'machine-readable output'),
  ],
  async perform(io, pods: readonly string[], given: DoctorOptions) {
    const { doctor } = await import('../doctor.ts');
    return doctor(pods, given, io);
  },
};
