export type CheckState = 'ok' | 'warn' | 'fail' | 'skip';

/** One line of the doctor's screen. */
export interface Check {
  /** What was looked at, in a stable word: `config`, `port`. */
  readonly name: string;
  readonly state: CheckState;
  readonly message: string;
  /** What to do about it; only where something is wrong. */
  readonly fix?: string;
}

export function ok(name: string, message: string): Check {
  return { name, state: 'ok', message };
}

export function skip(name: string, message: string): Check {
  return { name, state: 'skip', message };
}

export function warn(name: string, message: string, fix: string): Check {
  return { name, state: 'warn', message, fix };
}

export function fail(name: string, message: string, fix: string): Check {
  return { name, state: 'fail', message, fix };
}
