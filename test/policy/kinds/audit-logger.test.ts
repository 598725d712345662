import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditLogger } from '../../../src/policy/kinds/audit-logger.ts';

const defaults = {
  immutable: true,
  retention_days: 365,
  hipaa_audit_controls: false,
  log_all_access: true,
  sink: 'stdout',
  path: '',
};

test('every setting has a default and a description', () => {
  assert.deepEqual(auditLogger.settings.parse({}), defaults);
  for (const [name, field] of Object.entries(auditLogger.settings.shape)) {
    assert.ok((field.description ?? '').length > 10, name);
  }
});

const accepted: readonly object[] = [
  { immutable: true, retention_days: 365, log_all_access: true },
  { retention_days: 1 },
  { retention_days: 36_500 },
  { immutable: false, log_all_access: false, hipaa_audit_controls: false },
  { sink: 'file', path: '/var/log/kt/audit.jsonl' },
];

for (const written of accepted) {
  test(`is accepted: ${JSON.stringify(written)}`, () => {
    assert.deepEqual(auditLogger.settings.parse(written), { ...defaults, ...written });
  });
}

const refused: readonly (readonly [object, RegExp])[] = [
  [{ retention_days: 0 }, /1/],
  [{ retention_days: 36_501 }, /36500/],
  [{ retention_days: 1.5 }, /int/],
  [{ hipaa_audit_controls: true }, /not supported yet/],
  [{ sink: 'otlp' }, /`otlp` is not supported yet/],
  [{ sink: 'syslog' }, /stdout/],
  [{ sink: 'file' }, /needs a path/],
  [{ path: '/tmp/a' }, /only for `sink: file`/],
  [{ immutable: 'yes' }, /boolean/],
  [{ retention: 3 }, /retention/],
];

for (const [written, message] of refused) {
  test(`is refused: ${JSON.stringify(written)}`, () => {
    const { error } = auditLogger.settings.safeParse(written);
    assert.match(error?.issues.map((issue) => issue.message).join('\n') ?? 'accepted', message);
  });
}

function notices(written: object): readonly string[] {
  const settings = { ...defaults, sink: 'stdout', hipaa_audit_controls: false, ...written } as const;
  return auditLogger.notices?.(settings) ?? [];
}

test('what is accepted and not enforced is said', () => {
  assert.match(notices({}).join('\n'), /^immutable: .*\nretention_days .*$/);
  assert.match(notices({ immutable: false }).join('\n'), /^retention_days .*$/);
});

test('it judges nothing', () => {
  const settings = { ...defaults, sink: 'stdout', hipaa_audit_controls: false } as const;

  assert.deepEqual(auditLogger.create(settings, { holdBackLimit: 512 }), { kind: 'audit-logger' });
});
