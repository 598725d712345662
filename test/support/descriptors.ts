import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { until } from './gateway.ts';

/** How many descriptors a process holds. */
export function openDescriptors(pid: number | 'self' = 'self'): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Fails unless the descriptors come back to what they were: closing takes a few turns of the loop. */
export async function assertNoDescriptorLeft(before: number, pid: number | 'self' = 'self'): Promise<void> {
  try {
    await until('descriptors to be closed', () => (openDescriptors(pid) <= before ? true : undefined));
  } catch {
    assert.fail(`${openDescriptors(pid)} descriptors are open; ${before} were before`);
  }
}
