import { Option } from 'commander';

/** What every command that looks into a cluster is told about it. */
export function clusterOptions(): readonly Option[] {
  return [
    new Option('-n, --namespace <name>', 'the namespace of the pods (default: that of the context)'),
    new Option('--context <name>', 'the context of the kubeconfig (default: the current one)'),
    new Option('--kubeconfig <path>', 'the kubeconfig (default: as kubectl finds it)'),
  ];
}
