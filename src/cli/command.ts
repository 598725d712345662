import type { Command } from 'commander';
import type { CommandIo, ExitCode } from './io.ts';

/** One command of `kt`. Declaring it is part of every start, so it must cost nothing: what it does is imported when called. */
export interface KtCommand {
  /** What calls it, for instance `gateway run`. */
  readonly words: string;
  readonly description: string;
  /** What its help and the reference say besides: exit codes, examples. */
  readonly details?: string;
  /** Its work looks at all the commands, so that all are declared when it is called. */
  readonly needsAll?: true;
  /** Adds its options and arguments, and the action, which hands its work to `run`. */
  declare(command: Command, run: RunCommand): void;
}

/** Runs a command with the module of its work, and keeps its exit code. */
export type RunCommand = <Module>(
  module: Promise<Module>,
  work: (module: Module, io: CommandIo) => Promise<ExitCode>,
) => Promise<void>;
