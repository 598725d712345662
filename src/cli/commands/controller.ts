import { Option } from 'commander';
import type { KtCommand } from '../command.ts';
import type { ControllerRunOptions } from '../controller-run.ts';

export const controllerRunCommand: KtCommand = {
  words: 'controller run',
  description: 'serve the admission webhooks of a cluster, and look after its policies',
  details: `What the chart installs: it gives pods the sidecar, refuses policies that gateways would refuse, keeps its own
certificate, and tells what it did by Events. Which of it, the settings say. docs/rbac.md lists the rights it needs.

Exit codes: 0 stopped by a signal; 1 it could not start; 2 wrong usage or settings.`,
  options: () => [
    new Option('--settings <path>', 'the settings, YAML').makeOptionMandatory(),
    new Option('--context <name>', 'the context of the kubeconfig (default: the current one)'),
    new Option(
      '--kubeconfig <path>',
      'the kubeconfig (default: as kubectl finds it, or the rights of the pod)',
    ),
    new Option('--log-format <format>', 'auto: JSON when stdout is no terminal')
      .env('KT_LOG_FORMAT')
      .choices(['auto', 'json', 'text'])
      .default('auto'),
    new Option('--log-level <level>', 'least level that is logged')
      .env('KT_LOG_LEVEL')
      .choices(['error', 'warn', 'info', 'debug'])
      .default('info'),
  ],
  async perform(io, given: ControllerRunOptions) {
    const { controllerRun } = await import('../controller-run.ts');
    return controllerRun(given, io);
  },
};
