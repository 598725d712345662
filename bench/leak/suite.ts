import { allGroups, type Group, smokeGroups } from './cases.ts';
import type { Door } from './client.ts';
import { type Delay, measureDelay } from './delay.ts';
import { type EndingResult, runEndings } from './endings.ts';
import { type CaseResult, runGroup } from './journey.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

/** All that was found out about one gateway. */
export interface Findings {
  readonly title: string;
  readonly cases: readonly CaseResult[];
  readonly endings: readonly EndingResult[];
  readonly delay: Delay | undefined;
  /** The same stream without a gateway between. */
  readonly directDelay: Delay | undefined;
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
  const cases: CaseResult[] = [];
  for (const group of groups) cases.push(...(await runGroup(upstream, door, group)));
  const endings = isWanted('endings') ? await runEndings(upstream, door) : [];
  const direct = { url: `${upstream.origin}/v1`, headers: {}, model: 'leak-model' };
  const directDelay = isWanted('delay') ? await measureDelay(upstream, direct) : undefined;
  const delay = isWanted('delay') ? await measureDelay(upstream, door) : undefined;
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { title, cases, endings, delay, directDelay, seconds };
}

/** Whether everything is as it has to be: removed or blocked, complete, and honest where it ends. */
export function isClean({ cases, endings }: Findings): boolean {
  return (
    cases.every(({ verdict: { kind } }) => kind === 'removed' || kind === 'blocked') &&
    endings.every(({ verdict: { kind } }) => kind === 'honest')
  );
}
