import { type ChainedPolicy, failed, placeOf } from './chained-policy.ts';
import type { Evidence } from './evidence.ts';
import type { Guard } from './guard.ts';
import { insideJson } from './guards/json-text.ts';
import { insideProse, mayHoldJson } from './guards/prose.ts';
import type { Field, TextForm } from './policy.ts';
import { SupervisedGuard } from './supervise.ts';

/** A text field with its place in the body. */
export interface PlacedField extends Field {
  readonly path: () => string;
  /** All of its text, where that is known and has been through no guard. */
  readonly whole: string | undefined;
}

/** A guard of one policy over one field, or undefined where it has nothing to say. */
export function openGuard(link: ChainedPolicy, field: PlacedField, evidence: Evidence): Guard | undefined {
  const { policy } = link;
  const { direction, role, path, whole } = field;
  if (policy.guard === undefined) return undefined;
  if (!link.directions.has(direction) || !link.roles.has(role)) return undefined;
  const timing = direction === 'answer' ? evidence.asked(policy.kind) : undefined;
  try {
    if (whole !== undefined && policy.isClear?.(field, whole) === true) return undefined;
    const guard = policy.guard(field, evidence);
    return guard === undefined
      ? undefined
      : new SupervisedGuard(guard, placeOf(link, direction, path), evidence, timing);
  } catch (cause) {
    return failed(placeOf(link, direction, path), evidence, cause);
  }
}

/** The guard as it fits the form of the text, of which `whole` is all where that is known. */
export function formed(guard: Guard, form: TextForm, whole?: string): Guard {
  if (form === 'json') return insideJson(guard);
  return whole === undefined || mayHoldJson(whole) ? insideProse(guard) : guard;
}

/** The text as a guard would see it, where that takes no decoding. */
export function decodedAlready(text: string): string | undefined {
  return text.includes('\\') ? undefined : text;
}
