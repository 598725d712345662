import type { Role } from '../policy/policy.ts';
import { roles } from '../policy/policy.ts';

/** What holds for everything inside a container. */
export interface Scope {
  readonly role: Role;
  /** Its keys are the app's own words: every string in it is text, and no key means anything to the API. */
  readonly isOpen: boolean;
}

function scopes(isOpen: boolean): ReadonlyMap<Role, Scope> {
  return new Map(roles.map((role) => [role, { role, isOpen }]));
}

// Made once: a body of many objects allocates none.
const closed = scopes(false);
const open = scopes(true);

/** The scope of a role's text in the terms of the API. */
export function scopeOf(role: Role): Scope {
  return closed.get(role) ?? { role, isOpen: false };
}

/** The same role's text in the app's own terms. */
export function opened(scope: Scope): Scope {
  return open.get(scope.role) ?? { role: scope.role, isOpen: true };
}
