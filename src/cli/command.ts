import type { Argument, Option } from 'commander';
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
  readonly takes?: () => Argument;
  readonly options?: () => readonly Option[];
  /** What it does. `given`: its arguments, its options and the command, as commander hands them over. */
  perform(io: CommandIo, ...given: readonly unknown[]): Promise<ExitCode>;
}
