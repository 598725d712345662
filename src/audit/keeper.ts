import type { ChainEntry } from '../config/config.ts';
import { auditLoggerSettings } from '../policy/kinds/audit-logger.ts';
import type { Snapshot } from '../runtime/snapshot.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import type { AuditEvent, AuditStamp } from './event.ts';
import { type AuditTrail, auditFailed } from './trail.ts';
import type { AuditTrails } from './trails.ts';

/** How one generation keeps its records. */
interface Keeping {
  readonly stamp: AuditStamp;
  readonly recordsAll: boolean;
  /** `on_error: allow`: an exchange goes on without its record. */
  readonly isLenient: boolean;
  /** The file it holds, if any. */
  path: string | undefined;
  /** Undefined while the file is being opened, and when it cannot be. */
  trail: AuditTrail | undefined;
  /** Its file could not be opened. */
  isShut: boolean;
  readonly opened: Promise<AuditTrail>;
}

interface AuditKeeperParts {
  readonly stdout: AuditTrail;
  readonly files: AuditTrails;
  readonly now: () => number;
  /** A record was lost and its exchange went on, or the file cannot be opened. */
  readonly onError: (error: unknown) => void;
}

/** Keeps the audit records of every live generation where its `audit-logger` says; without one there are none. */
export class AuditKeeper {
  /** Records that were lost. */
  failures = 0;
  readonly #parts: AuditKeeperParts;
  readonly #keepings = new Map<number, Keeping>();

  constructor(parts: AuditKeeperParts) {
    this.#parts = parts;
  }

  /** A snapshot is about to become current. Resolves when its records can be stored, rejects when they cannot. */
  async hold({ generation, config }: Snapshot): Promise<void> {
    const entry = config.chain.find(({ kind }) => kind === 'audit-logger');
    if (entry === undefined) return;
    const keeping = this.#open(entry);
    this.#keepings.set(generation, keeping);
    try {
      keeping.trail = await keeping.opened;
    } catch (error) {
      keeping.path = undefined; // so it must not give one back
      keeping.isShut = true;
      this.#parts.onError(error);
      throw error;
    }
  }

  async release({ generation }: Snapshot): Promise<void> {
    const keeping = this.#keepings.get(generation);
    this.#keepings.delete(generation);
    if (keeping?.path !== undefined) await this.#parts.files.release(keeping.path);
  }

  /** Stores the record of an exchange before its last byte leaves. Undefined: stored, or there is none to store. */
  commit({ generation }: Snapshot, finished: () => FinishedExchange): Promise<void> | undefined {
    const keeping = this.#keepings.get(generation);
    if (keeping === undefined) return undefined;
    const exchange = finished();
    if (!keeping.recordsAll && !isNotable(exchange)) return undefined;
    const stored = this.#append(keeping, {
      kind: 'exchange',
      at: this.#parts.now(),
      exchange,
      stamp: keeping.stamp,
    });
    return stored === undefined || !keeping.isLenient ? stored : stored.catch(this.#parts.onError);
  }

  /** Notes something in the life of the gateway in the records of a generation. */
  async note({ generation }: Snapshot, event: AuditEvent): Promise<void> {
    const keeping = this.#keepings.get(generation);
    if (keeping === undefined) return;
    try {
      await this.#append(keeping, event);
    } catch (error) {
      this.#parts.onError(error);
    }
  }

  /** How well the records of a generation are kept now. */
  standing(generation: number): 'stored' | 'lost' | 'refused' {
    const keeping = this.#keepings.get(generation);
    if (keeping === undefined || (!keeping.isShut && keeping.trail?.trouble === undefined)) return 'stored';
    return keeping.isLenient ? 'lost' : 'refused';
  }

  close(): Promise<void> {
    this.#keepings.clear();
    return this.#parts.files.close();
  }

  #append(keeping: Keeping, event: AuditEvent): Promise<void> | undefined {
    const { trail } = keeping;
    const stored = trail === undefined ? this.#appendLater(keeping, event) : trail.append(event);
    stored?.catch(() => (this.failures += 1)); // counted here; whoever appends hears of it too
    return stored;
  }

  async #appendLater(keeping: Keeping, event: AuditEvent): Promise<void> {
    const trail = await keeping.opened.catch((cause: unknown) => {
      throw auditFailed(cause);
    });
    await trail.append(event);
  }

  #open({ settings, common }: ChainEntry): Keeping {
    const { sink, path, immutable, retention_days, log_all_access } = auditLoggerSettings.parse(settings);
    const { stdout, files } = this.#parts;
    const isFile = sink === 'file';
    return {
      stamp: { immutable, retentionDays: retention_days },
      recordsAll: log_all_access,
      isLenient: common.onError === 'allow',
      path: isFile ? path : undefined,
      trail: isFile ? undefined : stdout,
      isShut: false,
      opened: isFile ? files.acquire(path) : Promise.resolve(stdout),
    };
  }
}

/** Whether an exchange is recorded where not all are: a policy acted or found something, or the exchange failed. */
export function isNotable({ verdict, status, decisions, evaluations }: FinishedExchange): boolean {
  return (
    verdict !== 'allow' ||
    status >= 400 ||
    decisions.length > 0 ||
    evaluations.some(({ result }) => result !== 'allow')
  );
}
