import { Command } from 'commander';
import { version } from '../version.ts';
import type { KtCommand, RunCommand } from './command.ts';
import { commands, groups } from './commands.ts';
import type { CommandIo } from './io.ts';

/** The whole tree of `kt`. Only the command that is called gets its options, unless none is: then all do, for help. */
export function createProgram(args: readonly string[], io: CommandIo, run: RunCommand): Command {
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
    if (isAll || called === command) command.declare(node, run);
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

/** Every command with all its options, and nobody to talk to: for completion and documentation. */
export function wholeProgram(): Command {
  const nobody: CommandIo = {
    write: () => undefined,
    error: () => undefined,
    isTerminal: false,
    hasColours: false,
    hasErrorColours: false,
    nodeVersion: '',
    env: {},
    signal: new AbortController().signal,
    memoryBytes: 0,
    fatal: () => undefined,
  };
  return createProgram([], nobody, async () => undefined);
}
