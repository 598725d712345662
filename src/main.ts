#!/usr/bin/env -S MALLOC_ARENA_MAX=1 node --max-semi-space-size=4
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { kt } from './cli/kt.ts';
import { crashText } from './telemetry/crash-text.ts';

// The one file that touches the process: arguments, environment, signals, exit codes.

// Saves the compiling of what is loaded from here on. Where the folder cannot be written (a pod), nothing is lost.
if (import.meta.filename.endsWith('.js')) {
  enableCompileCache(join(import.meta.dirname, '.cache'));
  setTimeout(flushCompileCache, 1000).unref();
}

const controller = new AbortController();

/** Kubernetes shows the end of this file in `kubectl describe`; it exists only in a container. */
function writeTerminationMessage(text: string): void {
  try {
    // Written only, so that the permission model need not grant more; never created.
    const file = openSync(process.env['KT_TERMINATION_LOG'] ?? '/dev/termination-log', constants.O_WRONLY);
    writeSync(file, text.slice(0, 4096));
    closeSync(file);
  } catch {
    // Outside a container there is none; the same text has gone to stderr.
  }
}

function fail(message: string, error: unknown): never {
  const text = crashText(message, error);
  process.stderr.write(text);
  writeTerminationMessage(text);
  process.exit(1);
}

function hasColours(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // The first asks for an orderly end; whoever asks twice wants it now.
    if (controller.signal.aborted) process.exit(1);
    controller.abort(signal);
  });
}
process.stdout.on('error', (error) => {
  // Whoever read the results has what they wanted (`| head`).
  if ('code' in error && error.code === 'EPIPE') process.exit(1);
  fail('stdout', error);
});
process.on('uncaughtException', (error) => fail('uncaught exception', error));
process.on('unhandledRejection', (reason) => fail('unhandled rejection', reason));

const code = await kt(process.argv.slice(2), {
  write: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  hasColours: hasColours(process.stdout),
  hasErrorColours: hasColours(process.stderr),
  nodeVersion: process.version,
  env: process.env,
  signal: controller.signal,
  memoryBytes: Math.min(process.constrainedMemory() || totalmem(), totalmem()),
  fatal: writeTerminationMessage,
});
process.exitCode = code;
