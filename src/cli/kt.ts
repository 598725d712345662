import { CommanderError } from 'commander';
import type { CommandIo } from './io.ts';
import { createProgram } from './program.ts';

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
