import type { KtCommand } from '../command.ts';
import type { PolicyLintOptions } from '../policy-lint.ts';

export const policyLintCommand: KtCommand = {
  words: 'policy lint',
  description: 'list everything that is wrong with a configuration file',
  details:
    'For a valid file it also shows how long each of your own patterns takes for 1 KB of prose on this machine. Exit codes: 0 valid; 2 not valid, or not readable. A key that this machine does not have is a warning.',
  declare(command, run) {
    command
      .requiredOption('--file <path>', 'the configuration file')
      .option('--json', 'machine-readable output', false)
      .action((given: PolicyLintOptions) =>
        run(import('../policy-lint.ts'), ({ policyLint }, io) => policyLint(given, io)),
      );
  },
};
