import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseAddress } from '../http/address.ts';
import { version } from '../version.ts';
import type { GatewayRunOptions } from './gateway-run.ts';
import type { CommandIo } from './io.ts';

/** Runs `kt` with these arguments (without node and script). Commands are loaded when they are called. */
export async function kt(args: readonly string[], io: CommandIo): Promise<number> {
  let code = 0;
  const program = new Command('kt')
    .description('AI policy gateway that runs as a sidecar')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(kt --help shows every command)')
    .configureOutput({
      writeOut: (text) => io.write(text),
      writeErr: (text) => io.error(text),
      getOutHasColors: () => hasColours(io),
      getErrHasColors: () => hasColours(io),
      outputError: (text, write) => write(hasColours(io) ? `\u001B[31m${text}\u001B[39m` : text),
    });
  const done = (result: number): void => {
    code = result;
  };
  addGateway(program, io, done);
  addPolicy(program, io, done);
  addSimulate(program, io, done);
  return parse(program, args, io, () => code);
}

async function parse(
  program: Command,
  args: readonly string[],
  io: CommandIo,
  code: () => number,
): Promise<number> {
  if (args.length === 0) {
    io.error(program.helpInformation());
    return 2;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code();
  } catch (error) {
    // Commander has said what is wrong; help and version are no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function hasColours(io: CommandIo): boolean {
  return io.isTerminal && io.env['NO_COLOR'] === undefined;
}

function addGateway(program: Command, io: CommandIo, done: (code: number) => void): void {
  const gateway = program.command('gateway').description('run the gateway');
  const run = gateway
    .command('run')
    .description('serve the OpenAI API, with the policies of a configuration file');
  for (const option of gatewayOptions()) run.addOption(option);
  run.action(async (options: GatewayRunOptions) => {
    const { gatewayRun } = await import('./gateway-run.ts');
    done(await gatewayRun(options, io));
  });
}

function gatewayOptions(): Option[] {
  return [
    new Option('--policy-config <path>', 'the configuration file')
      .env('KT_POLICY_CONFIG')
      .default('policy-config.yaml'),
    new Option(
      '--listen <host:port>',
      'address of the data port; repeatable (default: 127.0.0.1:41002 and [::1]:41002)',
    )
      .env('KT_LISTEN')
      .argParser(collect),
    new Option('--admin-listen <host:port>', 'address of the admin port')
      .env('KT_ADMIN_LISTEN')
      .argParser(address)
      .default('[::]:41003'),
    new Option('--secrets-dir <path>', 'where secret_key_ref {store: NAME} finds its files').env(
      'KT_SECRETS_DIR',
    ),
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
  ];
}

function addPolicy(program: Command, io: CommandIo, done: (code: number) => void): void {
  const policy = program.command('policy').description('work with policy configurations');
  policy
    .command('lint')
    .description('say everything that is wrong with a configuration file')
    .requiredOption('--file <path>', 'the configuration file')
    .option('--json', 'machine-readable output', false)
    .action(async (options: { file: string; json: boolean }) => {
      const { policyLint } = await import('./policy-lint.ts');
      done(await policyLint(options, io));
    });
}

function addSimulate(program: Command, io: CommandIo, done: (code: number) => void): void {
  program
    .command('simulate')
    .description('run the deterministic model alone, over real HTTP')
    .option('--listen <host:port>', 'address; port 0 picks a free one', '127.0.0.1:41005')
    .addOption(new Option('--latency-ms <ms>', 'wait before each answer').argParser(positive))
    .addOption(new Option('--tokens-per-second <n>', 'pace of streams').argParser(positive))
    .option('--json', 'machine-readable output', false)
    .action(
      async (options: { listen: string; latencyMs?: number; tokensPerSecond?: number; json: boolean }) => {
        const { simulate } = await import('./simulate.ts');
        done(await simulate(options, io));
      },
    );
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...value.split(',').map(address)];
}

function address(value: string): string {
  try {
    parseAddress(value);
    return value;
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new InvalidArgumentError('expected a whole number >= 1.');
}
