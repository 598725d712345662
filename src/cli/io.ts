/** What a command may know of the process it runs in. */
export interface CommandIo {
  write(text: string): void;
  error(text: string): void;
  readonly isTerminal: boolean;
  /** Whether what is written may be coloured, and what goes to stderr. */
  readonly hasColours: boolean;
  readonly hasErrorColours: boolean;
  /** `v26.10.0`. */
  readonly nodeVersion: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the command is to end (SIGTERM, SIGINT). */
  readonly signal: AbortSignal;
  /** The memory this process may use: the container's limit, or the machine's. */
  readonly memoryBytes: number;
  /** Leaves a message where an orchestrator shows why the process ended. */
  fatal(text: string): void;
}

/** 0 done, 1 failed, 2 wrong usage or an invalid configuration. */
export type ExitCode = 0 | 1 | 2;
