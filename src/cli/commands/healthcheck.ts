import { Option } from 'commander';
import { addressOption, positive } from '../options.ts';
import type { KtCommand } from '../command.ts';
import type { HealthcheckOptions } from '../healthcheck.ts';

export const healthcheckCommand: KtCommand = {
  words: 'healthcheck',
  description:
    'exit with 0 when the gateway here is ready, with 1 when it is not (for HEALTHCHECK and compose)',
  details: `Exit codes: 0 ready; 1 not ready or not reachable; 2 wrong usage.

Example, in a compose file:
  healthcheck: {test: [CMD, node, /app/kt.js, healthcheck], interval: 5s}`,
  options: () => [
    addressOption('--admin', 'address of the admin port, as --admin-listen has it', '127.0.0.1:41003').env(
      'KT_ADMIN_LISTEN',
    ),
    new Option('--timeout-ms <ms>', 'how long to wait').argParser(positive).default(3000),
    new Option('--json', 'machine-readable output'),
  ],
  async perform(io, given: HealthcheckOptions) {
    const { healthcheck } = await import('../healthcheck.ts');
    return healthcheck(given, io);
  },
};
