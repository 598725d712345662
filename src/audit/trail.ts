import { GatewayError } from '../errors.ts';
import type { OutputQueue } from '../telemetry/output-queue.ts';
import { AuditChain } from './audit-chain.ts';
import type { AuditEvent } from './event.ts';

/** Where records go. */
export interface AuditTrail {
  /** Why nothing can be stored; undefined while all is well. */
  readonly trouble: unknown;
  /**
   * Stores a record. Undefined: it is accepted already. Otherwise resolves when it is stored, and rejects with
   * `audit_failed` when it is not and never will be; what that means for the exchange is its policy's `on_error`.
   */
  append(event: AuditEvent): Promise<void> | undefined;
  /** Stores what was accepted, then takes nothing more. */
  close(): Promise<void>;
}

/** Records among the log lines. The chain begins with the process; the reader of stdout keeps the lines. */
export class StdoutTrail implements AuditTrail {
  /** What is wrong with the output is told of the output. */
  readonly trouble = undefined;
  readonly #queue: OutputQueue;
  readonly #chain = new AuditChain();

  constructor(queue: OutputQueue) {
    this.#queue = queue;
  }

  append(event: AuditEvent): Promise<void> | undefined {
    const { head } = this.#chain;
    if (this.#queue.offer(this.#chain.next(event))) return undefined;
    this.#chain.head = head;
    return Promise.reject(auditFailed(this.#queue.failure));
  }

  close(): Promise<void> {
    return Promise.resolve(); // the queue is flushed by its owner
  }
}

export function auditFailed(cause: unknown): GatewayError {
  return new GatewayError('audit_failed', 'the audit record of this exchange could not be stored', { cause });
}
