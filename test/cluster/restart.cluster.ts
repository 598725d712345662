import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { askUntil, Cluster } from './support/cluster.ts';
import { deployment, examplePolicyMap } from './support/manifests.ts';
import { appOf, sidecarOf } from './support/pod.ts';
import { LoopReport } from './support/replies.ts';

const Process = z.object({ status: z.string(), mounts: z.string() });

test('a sidecar that is killed', async (t) => {
  const cluster = await Cluster.open(t);
  // So that the app sees the gateway's process, and may end it: one process namespace, one user.
  const shared = deployment(cluster.settings, [
    [['shareProcessNamespace'], true],
    [['containers', 0, 'securityContext', 'runAsUser'], 65_532],
  ]);
  await cluster.apply(examplePolicyMap(), shared);
  const pod = await cluster.readyPod();

  await cluster.step(t, 'its process has no rights, and a root that cannot be written', async () => {
    const { status, mounts } = Process.parse(await cluster.app(pod, 'sidecar'));

    assert.match(status, /^Uid:\t65532\t65532\t65532\t65532$/m);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      assert.match(status, new RegExp(`^${set}:\\t0{16}$`, 'm'));
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.match(status, /^Seccomp:\t2$/m);
    assert.match(mounts, /^\d+ \d+ \S+ \S+ \/ ro[, ]/m);
    const writable = mounts
      .split('\n')
      .filter((line) => /^\d+ \d+ \S+ \S+ \S+ rw/.test(line))
      .map((line) => line.split(' ')[4] ?? '')
      .filter((path) => !/^\/(dev|proc|sys|etc\/(hosts|hostname|resolv\.conf))(\/|$)/.test(path));
    assert.deepEqual(writable, []);
  });

  await cluster.step(
    t,
    'starts again by itself; the app sees refused connections only, and stays',
    async (step) => {
      await cluster.app(pod, 'loop/start', { content: 'Go on.' });
      await askUntil('calls', async () =>
        LoopReport.parse(await cluster.app(pod, 'loop')).calls > 10 ? true : undefined,
      );

      const killedAt = Date.now();
      await cluster.app(pod, 'kill-sidecar');

      await cluster.first(pod, 'a second start', (each) => {
        const sidecar = sidecarOf(each);
        return sidecar?.restartCount === 1 && sidecar.state.running !== undefined && sidecar.ready;
      });
      const { calls } = LoopReport.parse(await cluster.app(pod, 'loop'));
      await askUntil('ten more calls', async () => {
        const now = LoopReport.parse(await cluster.app(pod, 'loop'));
        return now.calls > calls + 10 ? true : undefined;
      });
      const report = LoopReport.parse(await cluster.app(pod, 'loop/stop'));
      const last = cluster.pods.seen(pod).at(-1)?.pod ?? assert.fail();
      assert.ok(report.failures.length > 0);
      // The one that was open when the process died ends otherwise; the next may have reached its socket before that closed.
      const codes = report.failures.map(({ code }) => code);
      const isResetBehind = codes[1] === 'ECONNRESET';
      assert.deepEqual(
        codes.slice(isResetBehind ? 2 : 1).filter((code) => code !== 'ECONNREFUSED'),
        [],
      );
      assert.equal(appOf(last)?.restartCount, 0);
      assert.equal(sidecarOf(last)?.lastState?.terminated?.exitCode, 137);
      const recoveredAt = report.failures.at(-1)?.endedAt ?? 0;
      step.diagnostic(
        `${report.failures.length} calls refused over ${recoveredAt - killedAt} ms (first: ${codes[0]}), then served again`,
      );
    },
  );
});
