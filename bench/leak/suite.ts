import { allGroups, type Group, smokeGroups } from './cases.ts';
import type { Door } from './client.ts';
import { type Delays, measureDelays } from './delay.ts';
import { type EndingResult, runEndings } from './endings.ts';
import { type CaseResult, runGroup } from './journey.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** All that was found out about one gateway. */
export interface Findings extends Delays {
  readonly title: string;
  readonly cases: readonly CaseResult[];
  readonly endings: readonly EndingResult[];
  readonly seconds: number;
}

export interface Scope {
  readonly isSmoke: boolean;
  readonly only: readonly string[] | undefined;
}

export async function examine(
  upstream: ScriptedUpstream,
  { title, door }: { readonly title: string; readonly door: Door },
  { isSmoke, only }: Scope,
): Promise<Findings> {
  const startedAt = performance.now();
  const isWanted = (name: string): boolean => only?.some((word) => name.includes(word)) ?? true;
  const groups: readonly Group[] = (isSmoke ? smokeGroups() : allGroups()).filter(({ id }) => isWanted(id));
  if (groups.length === 0 && !isWanted('endings') && !isWanted('delay'))
    throw new Error(`nothing is named after any of: ${only?.join(', ') ?? ''}`); // else it would count as clean
  const cases: CaseResult[] = [];
  for (const group of groups) cases.push(...(await runGroup(upstream, door, group)));
  const endings = isWanted('endings') ? await runEndings(upstream, door) : [];
  const direct = { url: `${upstream.origin}/v1`, headers: {}, model: 'leak-model' };
  const rounds = isWanted('delay') ? (isSmoke ? 1 : 5) : 0;
  const delays = await measureDelays(upstream, { gateway: door, direct }, rounds);
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { title, cases, endings, ...delays, seconds };
}

/** Whether everything is as it has to be: removed or blocked, complete, honest where it ends, no harmless word lost. */
export function isClean({ cases, endings, delay, directDelay }: Findings): boolean {
  return (
    (delay !== undefined || directDelay === undefined) &&
    cases.every(({ verdict: { kind } }) => kind === 'removed' || kind === 'blocked') &&
    endings.every(({ verdict: { kind } }) => kind === 'honest')
  );
}
