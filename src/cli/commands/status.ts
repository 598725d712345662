import { Argument, Option } from 'commander';
import { address, scopeOptions } from '../options.ts';
import type { KtCommand } from '../command.ts';
import type { StatusOptions } from '../status.ts';

export const statusCommand: KtCommand = {
  words: 'status',
  description: 'show what gateways run: here, or in the pods of a cluster',
  details: `SYNCED: what runs is what the file says. REJECTED: the file was refused, the last good one runs.
STALE: what runs is not what is wanted, and nothing says why; the change may be under way. In a cluster the ConfigMap says
what is wanted (WANTED: its SHA-256): a pod's file may be behind it by up to two minutes, and kt rollout nudge hurries that.
UNKNOWN: the pod does not answer; below the table stands why.

A pod counts as ours if it has a container named kt-sidecar (an init container that restarts, or a normal one), or
one with a port named kt-admin. Reading its status takes the rights to get pods, pods/proxy and, to compare, configmaps.

Exit codes: 0 all is well; 1 something is not (stale, rejected, degraded, not serving, not reachable); 2 wrong usage.

Examples:
  kt status
  kt status --namespace shop --selector app=cart
  kt status --all-namespaces --json`,
  takes: () =>
    new Argument('[pods...]', 'names of pods; without any, every pod there that has our container'),
  options: () => [
    new Option(
      '--url <url>',
      'the gateway by the address of its admin port (default: http://127.0.0.1:41003)',
    ),
    new Option('--admin <host:port>', 'the same, written as for --admin-listen')
      .argParser(address)
      .conflicts('url'),
    ...scopeOptions(),
    new Option('--json', 'machine-readable output'),
  ],
  async perform(io, pods: readonly string[], given: StatusOptions) {
    const { status } = await import('../status.ts');
    return status(pods, given, io);
  },
};
