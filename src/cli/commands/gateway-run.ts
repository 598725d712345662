import { Option } from 'commander';
import { addresses, addressOption, positive, secretsDirOption } from '../options.ts';
import type { KtCommand } from '../command.ts';
import type { GatewayRunOptions } from '../gateway-run.ts';

export const gatewayRunCommand: KtCommand = {
  words: 'gateway run',
  description: 'serve the OpenAI API, with the policies of a configuration file',
  details: `It serves until SIGTERM or SIGINT, then finishes its open exchanges. A second signal ends it at once.

Exit codes: 0 stopped in order; 1 it could not start; 2 wrong usage.`,
  options: () => [
    new Option('--policy-config <path>', 'the configuration file')
      .env('KT_POLICY_CONFIG')
      .default('policy-config.yaml'),
    new Option(
      '--listen <host:port>',
      'address of the data port; repeatable; localhost stands for 127.0.0.1 and [::1] (default: localhost:41002)',
    )
      .env('KT_LISTEN')
      .argParser(addresses),
    addressOption('--admin-listen', 'address of the admin port', '[::]:41003').env('KT_ADMIN_LISTEN'),
    secretsDirOption(),
    new Option(
      '--client-token-file <path>',
      'clients must show one of the tokens in this file, one a line; re-read on change',
    ).env('KT_CLIENT_TOKEN_FILE'),
    new Option('--fail-mode <mode>', 'default of on_error: what happens when a policy itself fails')
      .env('KT_FAIL_MODE')
      .choices(['block', 'allow'])
      .default('block'),
    new Option('--max-concurrency <n>', 'exchanges in flight, then 503')
      .env('KT_MAX_CONCURRENCY')
      .argParser(positive)
      .default(4096),
    new Option(
      '--max-buffered-bytes <n>',
      'all buffered bodies together, then 503 (default: a quarter of the memory limit)',
    )
      .env('KT_MAX_BUFFERED_BYTES')
      .argParser(positive),
    new Option('--drain-seconds <n>', 'how long open exchanges may take at shutdown')
      .env('KT_DRAIN_SECONDS')
      .argParser(positive)
      .default(25),
    new Option('--log-format <format>', 'auto: JSON when stdout is no terminal')
      .env('KT_LOG_FORMAT')
      .choices(['auto', 'json', 'text'])
      .default('auto'),
    new Option('--log-level <level>', 'least level that is logged')
      .env('KT_LOG_LEVEL')
      .choices(['error', 'warn', 'info', 'debug'])
      .default('info'),
    new Option('--simulate-missing-keys', 'targets without a key are answered by the built-in simulator').env(
      'KT_SIMULATE_MISSING_KEYS',
    ),
    new Option('--print-examples', 'print calls to try').hideHelp(),
  ],
  async perform(io, given: GatewayRunOptions) {
    const { gatewayRun } = await import('../gateway-run.ts');
    return gatewayRun(given, io);
  },
};
