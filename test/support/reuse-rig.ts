import type { Cleanup } from './cleanup.ts';
import { type ConfigLines, startTestGateway, type TargetLines, type TestGateway } from './gateway.ts';
import { type Script, startUpstream } from './upstream.ts';

export interface Setup {
  readonly more?: TargetLines['more'];
  readonly providers?: ConfigLines['providers'];
  /** What a second target does, where there is one. */
  readonly second?: Script;
}

/** A gateway whose first target does this. */
export async function startRig(
  t: Cleanup,
  script: Script,
  { more = {}, providers = {}, second }: Setup = {},
) {
  const upstreams = await Promise.all(
    [script, second].flatMap((one) => (one === undefined ? [] : [startUpstream(t, one)])),
  );
  const targets = upstreams.map(({ url }, at) => ({ url, id: `t${at + 1}`, more }));
  const gateway = await startTestGateway(t, { targets, providers });
  const [upstream] = upstreams;
  if (upstream === undefined) throw new Error('no upstream');
  return { upstream, upstreams, gateway, client: await gateway.client() };
}

/** What came of each try at a target in so many calls, as the metrics have it. */
export async function tries(gateway: TestGateway, calls: number): Promise<Readonly<Record<string, number>>> {
  await gateway.calls(calls);
  const text = await (await fetch(`${gateway.gateway.adminUrl}/metrics`)).text();
  const found = text.matchAll(
    /^keeptrusts_gateway_upstream_attempts_total\{target="(\w+)",outcome="(\w+)"\} (\d+)$/gm,
  );
  const counts = Array.from(
    found,
    ([, target, outcome, count]) => [`${target} ${outcome}`, Number(count)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
