import type { KtCommand } from '../command.ts';
import type { PolicyLintOptions } from '../policy-lint.ts';

export const policyLintCommand: KtCommand = {
  words: 'policy lint',
  description: 'list everything that is wrong with a configuration file',
  details:
    'Of a valid file it also says how long each pattern of your own takes for 1 KB of prose, by itself, on this machine. Exit codes: 0 valid; 2 not valid, or not readable. Keys that this machine does not hold are warnings.',
  declare(command, run) {
    command
      .requiredOption('--file <path>', 'the configuration file')
      .option('--json', 'machine-readable output', false)
      .action((given: PolicyLintOptions) =>
        run(async (io) => {
          const { policyLint } = await import('../policy-lint.ts');
          return policyLint(given, io);
        }),
      );
  },
};
