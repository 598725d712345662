import type { Finding } from '../../policy/guard.ts';
import { enforceWhole } from '../../policy/guards/whole.ts';
import { type Pace, run } from '../../work.ts';
import { Evidence } from '../../policy/evidence.ts';
import type { Occasion, Policy, PolicyKind, Role } from '../../policy/policy.ts';

/** What a kind says about one text. */
export interface Detection {
  readonly findings: readonly Finding[];
  /** Undefined where the kind has no scores. */
  readonly score: number | undefined;
}

export type Detect = (text: string) => Promise<Detection>;

interface DetectInput {
  readonly kind: PolicyKind;
  /** As the kind's schema gave them. */
  readonly settings: unknown;
  readonly holdBackLimit: number;
  readonly role: Role;
}

/** Compiles a kind's detection in single texts of a call; undefined where the kind looks at none. */
export function compileDetect({ kind, settings, holdBackLimit, role }: DetectInput): Detect | undefined {
  const policy = kind.create(watching(kind, settings), { holdBackLimit });
  if (policy.judgeCall === undefined && policy.guard === undefined) return undefined;
  return async (text) => ({
    findings: [...(await judged(policy, role, text)), ...guarded(policy, role, text)],
    score: policy.scoreOf?.(text, role),
  });
}

async function judged(policy: Policy, role: Role, text: string): Promise<readonly Finding[]> {
  const asked = policy.judgeCall?.([{ role, text }]);
  if (asked === undefined) return [];
  const verdict = 'kind' in asked ? asked : await run(asked, occasion());
  return verdict.findings;
}

function guarded(policy: Policy, role: Role, text: string): readonly Finding[] {
  const guard = policy.guard?.({ direction: 'request', role }, occasion());
  return guard === undefined ? [] : enforceWhole(guard, text).findings;
}

/** Nobody asks who sent a text that stands in a file. */
function occasion(): Occasion & Pace {
  return new Evidence(
    () => '00'.repeat(32),
    () => 0,
  );
}

const watchingActions = ['flag', 'redact'] as const;

/** The settings with an action that goes on after a match, where the kind has one: what is looked for stays the same. */
function watching(kind: PolicyKind, settings: unknown): unknown {
  if (typeof settings !== 'object' || settings === null || !('action' in settings)) return settings;
  for (const action of watchingActions) {
    const changed = kind.settings.safeParse({ ...settings, action });
    if (changed.success) return changed.data;
  }
  return settings;
}
