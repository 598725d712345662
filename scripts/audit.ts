import { spawnSync } from 'node:child_process';

export type Advisories =
  | { readonly kind: 'checked'; readonly serious: number; readonly all: number }
  | { readonly kind: 'not_checked'; readonly why: string };

/** Asks the registry for advisories about what runs in production. */
export function askAdvisories(root: string): Advisories {
  const { stdout, error } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return error === undefined ? readAdvisories(stdout) : { kind: 'not_checked', why: error.message };
}

/** What `npm audit --json` said. Whatever is no report of findings is no answer, and never counts as "none found". */
export function readAdvisories(output: string): Advisories {
  try {
    const report: unknown = JSON.parse(output);
    const found = member(member(report, 'metadata'), 'vulnerabilities');
    const [high, critical, all] = ['high', 'critical', 'total'].map((level) => member(found, level));
    if (typeof high === 'number' && typeof critical === 'number' && typeof all === 'number')
      return { kind: 'checked', serious: high + critical, all };
    return { kind: 'not_checked', why: 'the registry offers no advisories' };
  } catch {
    return { kind: 'not_checked', why: 'the registry gave no answer that can be read' };
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(key) : undefined;
}
