import { Option } from 'commander';
import { address } from '../arguments.ts';
import { clusterOptions } from '../cluster-options.ts';
import type { KtCommand } from '../command.ts';
import type { StatusOptions } from '../status.ts';

export const statusCommand: KtCommand = {
  words: 'status',
  description: 'show what gateways run: here, or in the pods of a cluster',
  declare(command, run) {
    command
      .argument('[pods...]', 'names of pods; without any, every pod there that has our container')
      .option('--url <url>', 'the gateway by the address of its admin port (default: http://127.0.0.1:41003)')
      .addOption(
        new Option('--admin <host:port>', 'the same, as --admin-listen has it')
          .argParser(address)
          .conflicts('url'),
      )
      .option('-A, --all-namespaces', 'pods of the whole cluster');
    for (const option of clusterOptions()) command.addOption(option);
    command
      .option('-l, --selector <labels>', 'only pods with these labels')
      .option('--json', 'machine-readable output')
      .action((pods: readonly string[], given: StatusOptions) =>
        run(async (io) => {
          const { status } = await import('../status.ts');
          return status(pods, given, io);
        }),
      );
  },
};
