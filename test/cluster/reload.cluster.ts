import assert from 'node:assert/strict';
import test from 'node:test';
import { askUntil, Cluster } from './support/cluster.ts';
import { deployment, policyMap } from './support/manifests.ts';
import { sidecarOf } from './support/pod.ts';
import { LoopReport, metric, type Outcome, Status } from './support/replies.ts';

const edits = 20;
/** How long the kubelet may take before it is nudged, as docs/kubernetes.md tells a user to. */
const patienceMs = 6000;

/** Odd versions redact, even ones do not; every fifth is not valid. */
function policy(edit: number): string {
  const redacts = edit % 2 === 1;
  return JSON.stringify({
    pack: { name: 'reload', version: `1.0.${edit}`, enabled: true },
    policies: { chain: redacts ? ['pii-detector', 'audit-logger'] : ['audit-logger'] },
    policy: redacts ? { 'pii-detector': { action: 'redact' } } : {},
    providers: { strategy: 'single', targets: [{ id: 'sim', provider: 'simulator', model: 'm' }] },
    ...(isInvalid(edit) ? { prviders: {} } : {}),
  });
}

function isInvalid(edit: number): boolean {
  return edit > 0 && edit % 5 === 0;
}

function expectedText(edit: number): string {
  return edit % 2 === 1 ? 'Mail [EMAIL] now.' : 'Mail ann@example.com now.';
}

test('a ConfigMap edited while calls go on', async (t) => {
  const cluster = await Cluster.open(t);
  // As on a platform that gives each namespace a user of its own.
  const user = { runAsUser: 1_000_650_000, runAsGroup: 0 };
  const changes = Object.entries(user).map(
    ([name, id]) => [['initContainers', 0, 'securityContext', name], id] as const,
  );
  await cluster.apply(policyMap(policy(0)), deployment(cluster.settings, changes));
  const pod = await cluster.readyPod();
  await cluster.app(pod, 'loop/start', { content: '#sim say="Mail ann@example.com now." split=3' });
  const nudged: number[] = [];
  const latencies: number[] = [];

  const status = async (): Promise<Status> => Status.parse(JSON.parse(await cluster.admin(pod, 'status')));
  const answers = async (): Promise<readonly Outcome[]> =>
    LoopReport.parse(await cluster.app(pod, 'loop')).changes;

  /** Makes an edit and waits until this sees its effect; nudges the kubelet where it is slow. */
  async function apply<T>(edit: number, seesEffect: () => Promise<T | undefined>): Promise<T> {
    await cluster.apply(policyMap(policy(edit)));
    try {
      return await askUntil(`the effect of edit ${edit}`, seesEffect, patienceMs);
    } catch {
      nudged.push(edit); // a kubelet with its default pace: it looks at the pod at once when the pod changes
      await cluster.kubectl(['annotate', 'pod', pod, `kt-sidecar.dev/nudge=${edit}`, '--overwrite']);
      return askUntil(`the effect of edit ${edit}, after a nudge`, seesEffect, 90_000);
    }
  }

  await cluster.step(t, 'the loop of calls runs', async () => {
    const [first] = await askUntil('the first answer', async () => {
      const seen = await answers();
      return seen.length > 0 ? seen : undefined;
    });

    assert.equal(first?.text, expectedText(0));
  });

  for (let edit = 1; edit <= edits; edit += 1) {
    if (isInvalid(edit))
      await cluster.step(t, `edit ${edit} is not valid: what runs stays, and it says so`, async () => {
        const before = await status();

        const after = await apply(edit, async () => {
          const now = await status();
          return now.config.last_reload_successful ? undefined : now;
        });

        assert.equal(after.config.generation, before.config.generation);
        assert.deepEqual(after.degraded, ['config_not_applied']);
        assert.match(after.config.issues.map(({ message }) => message).join(), /prviders/);
        const metrics = await cluster.admin(pod, 'metrics');
        assert.equal(metric(metrics, 'keeptrusts_config_last_reload_successful'), 0);
        assert.match(await cluster.log(pod, 'kt-sidecar'), /"message":"configuration rejected[^\n]*/);
        assert.equal((await answers()).at(-1)?.text, expectedText(edit - 1));
      });
    else
      await cluster.step(t, `edit ${edit} acts on the next call`, async () => {
        const known = (await answers()).length;
        const editedAt = Date.now();

        const change = await apply(edit, async () => (await answers()).at(known));

        latencies.push(change.endedAt - editedAt);
        assert.equal(change.text, expectedText(edit));
        assert.deepEqual((await status()).degraded, []);
      });
  }

  await cluster.step(t, 'it is healed at the end, and no call has failed', async (step) => {
    await apply(edits + 1, async () => ((await status()).config.last_reload_successful ? true : undefined));
    const report = LoopReport.parse(await cluster.app(pod, 'loop/stop'));

    assert.deepEqual(report.failures, []);
    assert.ok(report.calls > 100, `${report.calls} calls`);
    assert.equal(sidecarOf(cluster.pods.seen(pod).at(-1)?.pod ?? assert.fail())?.restartCount, 0);
    const sorted = latencies.toSorted((a, b) => a - b);
    step.diagnostic(
      `${report.calls} calls, 0 failed; edit to effect: median ${sorted[sorted.length >> 1]} ms, ` +
        `${sorted[0]} to ${sorted.at(-1)} ms over ${sorted.length} edits, ${nudged.length} of them nudged`,
    );
  });
});
