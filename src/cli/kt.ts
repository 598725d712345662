import { Command, CommanderError } from 'commander';
import { version } from '../version.ts';
import type { KtCommand } from './command.ts';
import { commands, groups } from './commands.ts';
import type { CommandIo, ExitCode } from './io.ts';

/** Runs `kt` with these arguments (without node and script). Commands are loaded when they are called. */
export async function kt(args: readonly string[], io: CommandIo): Promise<number> {
  let code = 0;
  const program = createProgram(args, io, (ended) => {
    code = ended;
  });
  if (args.length === 0) {
    io.error(program.helpInformation());
    return 2;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    // Commander has said what is wrong; help and version are no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

/** The whole tree of `kt`. Only the command that is called gets its options, unless none is: then all do, for help. */
export function createProgram(
  args: readonly string[],
  io: CommandIo,
  ended: (code: ExitCode) => void,
): Command {
  // Every other command inherits these settings, so they come first.
  const program = new Command('kt')
    .description('AI policy gateway that runs as a sidecar')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(kt --help shows every command)')
    .configureOutput({
      writeOut: (text) => io.write(text),
      writeErr: (text) => io.error(text),
      getOutHasColors: () => io.hasColours,
      getErrHasColors: () => io.hasErrorColours,
      outputError: (text, write) => write(io.hasErrorColours ? `\u001B[31m${text}\u001B[39m` : text),
    });
  const called = commands.find(({ words }) => isCalled(words.split(' '), args));
  const isAll = called === undefined || called.needsAll === true;
  for (const command of commands) {
    const node = nodeOf(program, command);
    if (command.details !== undefined) node.addHelpText('after', `\n${command.details}`);
    if (!isAll && called !== command) continue;
    if (command.takes !== undefined) node.addArgument(command.takes());
    for (const option of command.options?.() ?? []) node.addOption(option);
    node.action(async (...given: unknown[]) => ended(await command.perform(io, ...given)));
  }
  return program;
}

function isCalled(words: readonly string[], args: readonly string[]): boolean {
  return words.every((word, at) => args[at] === word);
}

function nodeOf(program: Command, { words, description }: KtCommand): Command {
  const [first = '', second] = words.split(' ');
  if (second === undefined) return program.command(first).description(description);
  const group =
    program.commands.find((command) => command.name() === first) ??
    program.command(first).description(groups[first] ?? '');
  return group.command(second).description(description);
}
