import type { WatchOptions } from './config/watch.ts';
import type { Address } from './http/address.ts';
import type { LogFormat, LogLevel } from './telemetry/log.ts';

/** Everything a gateway is told from outside; nothing is read from the process. */
export interface GatewayOptions {
  readonly policyConfig: string;
  /** Undefined: 127.0.0.1:41002 and, where there is IPv6, [::1]:41002. */
  readonly listen: readonly Address[] | undefined;
  readonly adminListen: Address;
  readonly secretsDir: string | undefined;
  /** Tokens of which every client must show one; undefined: none is asked for. */
  readonly clientTokenFile: string | undefined;
  readonly failMode: 'block' | 'allow';
  readonly maxConcurrency: number;
  readonly maxBufferedBytes: number;
  readonly drainMs: number;
  readonly log: { readonly format: LogFormat; readonly level: LogLevel };
  readonly simulateMissingKeys: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where log lines and stdout records go. */
  readonly outputFd: number;
  /** How soon changed files are looked at; the watch's own defaults where nothing is said. */
  readonly reload?: ReloadPace;
}

export type ReloadPace = Pick<
  WatchOptions,
  'pollMs' | 'debounceMs' | 'longestDebounceMs' | 'inPlaceMs' | 'weakerMs'
>;

/** A gateway that serves. */
export interface Gateway {
  /** `http://127.0.0.1:41002`: the first data address really bound. */
  readonly dataUrl: string;
  readonly adminUrl: string;
  /** Writes text between the log lines. */
  print(text: string): void;
  /** Drains and stops: open exchanges finish, or end honestly at the deadline. */
  stop(): Promise<void>;
}
