import { Option } from 'commander';
import { positive } from '../arguments.ts';
import type { KtCommand } from '../command.ts';
import type { SimulateOptions } from '../simulate.ts';

export const simulateCommand: KtCommand = {
  words: 'simulate',
  description: 'run the deterministic model alone, over real HTTP',
  declare(command, run) {
    command
      .option('--listen <host:port>', 'address; port 0 picks a free one', '127.0.0.1:41005')
      .addOption(new Option('--latency-ms <ms>', 'wait before each answer').argParser(positive))
      .addOption(new Option('--tokens-per-second <n>', 'pace of streams').argParser(positive))
      .option('--json', 'machine-readable output', false)
      .action((given: SimulateOptions) =>
        run(async (io) => {
          const { simulate } = await import('../simulate.ts');
          return simulate(given, io);
        }),
      );
  },
};
