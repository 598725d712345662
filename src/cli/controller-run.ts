import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { openApi } from '../kube/api-access.ts';
import { systemClock } from '../kube/clock.ts';
import { startController } from '../kube/controller/controller.ts';
import { type ControllerSettings, readControllerSettings } from '../kube/controller/controller-settings.ts';
import { Logger } from '../telemetry/log.ts';
import type { CommandIo, ExitCode } from './io.ts';

export interface ControllerRunOptions {
  readonly settings: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly logFormat: 'auto' | 'json' | 'text';
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

/** Services and API servers hear of the end of a replica within this. */
const lameDuckMs = 3000;

/** Serves until the signal, then ends in order. */
export async function controllerRun(options: ControllerRunOptions, io: CommandIo): Promise<ExitCode> {
  const settings = readSettings(options.settings);
  if (typeof settings === 'string') return ended(io, 2, `${options.settings}: ${settings}\n`);
  const format = options.logFormat === 'auto' ? (io.isTerminal ? 'text' : 'json') : options.logFormat;
  const log = new Logger({
    level: options.logLevel,
    format,
    now: Date.now,
    write: (line) => io.write(`${line}\n`),
  });
  try {
    const access = openApi(options);
    const controller = await startController({ settings, access, clock: systemClock, log, lameDuckMs });
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await controller.stop();
    return 0;
  } catch (error) {
    return ended(io, 1, `kt controller: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** The settings, or why there are none. */
function readSettings(file: string): ControllerSettings | string {
  try {
    const read = readControllerSettings(readFileSync(file, 'utf8'));
    return read.ok ? read.settings : read.reasons;
  } catch (error) {
    return error instanceof Error ? error.message : String(error); // the reason is all anyone needs
  }
}

/** Says why, also where `kubectl describe pod` shows it. */
function ended(io: CommandIo, code: ExitCode, text: string): ExitCode {
  io.error(text);
  io.fatal(text);
  return code;
}
