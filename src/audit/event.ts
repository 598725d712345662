import type { FinishedExchange } from '../telemetry/finished-exchange.ts';

/** The promises of `audit-logger` as they were configured; stamped into records, whatever of them is enforced. */
export interface AuditStamp {
  readonly immutable: boolean;
  readonly retentionDays: number;
}

/** A defect of the configuration, without its text: an excerpt or a message may quote the file. */
export interface AuditIssue {
  readonly code: string;
  readonly path: string;
}

/** What is recorded. `at` is epoch milliseconds. */
export type AuditEvent =
  | {
      readonly kind: 'exchange';
      readonly at: number;
      readonly exchange: FinishedExchange;
      readonly stamp: AuditStamp;
    }
  | { readonly kind: 'start'; readonly at: number; readonly version: string }
  | { readonly kind: 'stop'; readonly at: number; readonly reason: string }
  | { readonly kind: 'reload'; readonly at: number; readonly generation: number; readonly configHash: string }
  | {
      readonly kind: 'config_rejected';
      readonly at: number;
      readonly configHash: string;
      readonly issues: readonly AuditIssue[];
    }
  /** Bytes after the last whole record, left by a kill or a full disk, were moved out of the file. */
  | {
      readonly kind: 'torn_tail';
      readonly at: number;
      readonly bytes: number;
      readonly sha256: string;
      readonly movedTo: string;
    };
