import type { Guard, GuardOut } from '../../src/policy/guard.ts';

/** Lets everything pass until it meets `break`; there, or at the end of the field, it throws. */
export function brokenGuard(where: 'push' | 'end'): () => Guard {
  return () => {
    let length = 0;
    return {
      push(text: string, out: GuardOut): void {
        if (where === 'push' && text.includes('break')) throw new Error('broken in push');
        length += text.length;
        if (where === 'push') out.release(length);
      },
      end(): void {
        if (where === 'end') throw new Error('broken at the end');
      },
    };
  };
}
