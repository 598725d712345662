import type { Issue } from '../config/issue.ts';
import type { FinishedExchange } from '../record/finished-exchange.ts';
import type { SeamReason } from '../record/seam.ts';
import type { ReloadEvent } from '../runtime/reloader.ts';

/** The promises of `audit-logger` as they were configured; stamped into records, whatever of them is enforced. */
export interface AuditStamp {
  readonly immutable: boolean;
  readonly retentionDays: number;
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
      /** Without their text: an excerpt or a message may quote the file. */
      readonly issues: readonly Pick<Issue, 'code' | 'path'>[];
    }
  /** Bytes after the last whole record, left by a kill or a full disk, were moved out of the file. */
  | {
      readonly kind: 'torn_tail';
      readonly at: number;
      readonly bytes: number;
      readonly sha256: string;
      readonly movedTo: string;
    }
  /** The chain goes on here: `prev` is the hash of the last record before, wherever that is now. */
  | {
      readonly kind: 'reopened';
      readonly at: number;
      readonly reason: SeamReason;
      /** Records refused since it was last well. */
      readonly lost: number;
      /** Number of the first record that is written again behind this one, as it may not be in the old file; 0: none is. */
      readonly repeatsFrom: number;
      /** Where bytes found at the path were put, that are no records of this chain. */
      readonly movedTo: string | undefined;
    };

/** What the audit record notes of a reload. */
export function auditEvent(event: ReloadEvent<Issue>, at: number): AuditEvent | undefined {
  if (event.kind === 'applied')
    return { kind: 'reload', at, generation: event.generation, configHash: event.hash };
  if (event.kind !== 'rejected') return undefined;
  return {
    kind: 'config_rejected',
    at,
    configHash: event.hash,
    issues: event.issues.map(({ code, path }) => ({ code, path })),
  };
}
