import type { Command } from 'commander';
import type { CommandIo } from '../src/cli/io.ts';
import { createProgram } from '../src/cli/kt.ts';

/** Every command with all its options, and nobody to talk to: for the reference and for tests. */
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
  return createProgram([], nobody, () => undefined);
}
