import { z } from 'zod';
import type { PolicyKind } from '../policy.ts';

export const auditLoggerSettings = z
  .strictObject({
    immutable: z
      .boolean()
      .default(true)
      .describe('Records are chained by hash and only appended. Signed heads are not supported yet.'),
    retention_days: z
      .int()
      .min(1)
      .max(36_500)
      .default(365)
      .describe('How long records are to be kept. Written into each record; nothing is deleted yet.'),
    hipaa_audit_controls: z
      .literal(false, { error: '`hipaa_audit_controls: true` is not supported yet' })
      .default(false)
      .describe('Controls beyond the record itself. Not supported yet: only `false`.'),
    log_all_access: z
      .boolean()
      .default(true)
      .describe('Records every exchange; `false`: only those in which a policy acted or that failed.'),
    sink: z
      .enum(['stdout', 'file'], {
        error: (issue) =>
          issue.input === 'otlp' ? '`otlp` is not supported yet; expected one of [stdout, file]' : undefined,
      })
      .default('stdout')
      .describe('Where records go. `file` needs `path`.'),
    path: z
      .string()
      .default('')
      .describe(
        'The file that records are appended to, with `sink: file`; its directory must exist. Empty: none.',
      ),
  })
  .refine((value) => value.sink !== 'file' || value.path !== '', {
    path: ['path'],
    error: '`sink: file` needs a path',
  })
  .refine((value) => value.sink === 'file' || value.path === '', {
    path: ['path'],
    error: '`path` is only for `sink: file`',
  });

type AuditLoggerSettings = z.infer<typeof auditLoggerSettings>;

/** Asks for a record of each exchange. It judges nothing: the record is made by the gateway, which reads these settings. */
export const auditLogger: PolicyKind<AuditLoggerSettings> = {
  kind: 'audit-logger',
  summary: 'Records every exchange, without its text, in a chain that shows any later change.',
  settings: auditLoggerSettings,
  streaming: () => [],
  notices: ({ immutable }) =>
    [
      immutable &&
        'immutable: each record carries the hash of the one before and files are only appended to; signed heads, which would show that a whole file was replaced, are not supported yet',
      'retention_days is written into each record; nothing is deleted yet, so deleting old ones is up to you',
    ].filter((notice) => notice !== false),
  create: () => ({ kind: 'audit-logger' }),
};
