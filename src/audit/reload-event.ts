import type { Issue } from '../config/issue.ts';
import type { ReloadEvent } from '../runtime/reloader.ts';
import type { AuditEvent } from './event.ts';

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
