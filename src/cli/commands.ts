import type { KtCommand } from './command.ts';
import { completionCommand } from './commands/completion.ts';
import { controllerRunCommand } from './commands/controller.ts';
import { doctorCommand } from './commands/doctor.ts';
import { gatewayRunCommand } from './commands/gateway-run.ts';
import { healthcheckCommand } from './commands/healthcheck.ts';
import { injectCommand } from './commands/inject.ts';
import { policyEvalCommand } from './commands/policy-eval.ts';
import { policyLintCommand } from './commands/policy-lint.ts';
import { rolloutNudgeCommand } from './commands/rollout-nudge.ts';
import { rolloutStatusCommand } from './commands/rollout-status.ts';
import { simulateCommand } from './commands/simulate.ts';
import { statusCommand } from './commands/status.ts';

/** Every command, in the order of the help. A new one is a file in `commands/` and a line here. */
export const commands: readonly KtCommand[] = [
  gatewayRunCommand,
  policyLintCommand,
  policyEvalCommand,
  statusCommand,
  rolloutStatusCommand,
  rolloutNudgeCommand,
  doctorCommand,
  controllerRunCommand,
  injectCommand,
  simulateCommand,
  healthcheckCommand,
  completionCommand,
];

/** What the first words of several commands have in common. */
export const groups: Readonly<Record<string, string>> = {
  gateway: 'run the gateway',
  controller: 'run the Kubernetes controller',
  rollout: 'follow an edited policy into the pods',
  policy: 'work with policy configurations',
};
