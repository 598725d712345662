import assert from 'node:assert/strict';
import test from 'node:test';
import { nodeFlags } from '../../scripts/compile-cache.ts';
import { askUntil, Cluster } from './support/cluster.ts';
import { deployment, examplePolicyMap } from './support/manifests.ts';
import { sidecarOf } from './support/pod.ts';
import { LoadReport, metric } from './support/replies.ts';

const plan = { calls: 3000, callers: 32, streams: 200 };

/** A pod that runs this script in the image's Node, under this memory limit. */
function scriptPod(name: string, { settings }: Cluster, limit: string, script: string): object {
  const securityContext = {
    runAsUser: 65_532,
    runAsNonRoot: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const container = {
    name: 'script',
    image: settings.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['/nodejs/bin/node', ...nodeFlags, '-e', script],
    resources: { limits: { memory: limit } },
    securityContext,
  };
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

const printHeapLimit = `console.log(require('node:v8').getHeapStatistics().heap_size_limit)`;
const takeTooMuch = `const all = []; for (;;) all.push(Buffer.alloc(1048576, 1))`;

/** The policy of the example, whose streams may take longer than a minute: this is about memory, and nodes are slow. */
function patientPolicyMap(): string {
  const model = 'model: simulated\n';
  return examplePolicyMap().replace(model, `${model}          stream_timeout_seconds: 280\n`);
}

for (const limit of ['256Mi', '128Mi'])
  test(`under a memory limit of ${limit}`, async (t) => {
    const cluster = await Cluster.open(t);

    await cluster.step(t, 'the heap is limited to about half of it', async (step) => {
      await cluster.create(scriptPod('heap', cluster, limit, printHeapLimit));
      await cluster.first('heap', 'the end of the pod', ({ status }) => status.phase === 'Succeeded');
      const bytes = Number(await cluster.log('heap', 'script'));

      const share = bytes / (Number.parseInt(limit, 10) * 1024 * 1024);
      assert.ok(share > 0.4 && share < 0.75, `${bytes} bytes`);
      step.diagnostic(`heap limit ${(bytes / 1048576).toFixed(0)} MiB of ${limit}`);
    });

    await cluster.step(t, 'whoever takes more is ended', async () => {
      await cluster.create(scriptPod('glutton', cluster, limit, takeTooMuch));

      const { pod } = await cluster.first('glutton', 'its end', ({ status }) => status.phase === 'Failed');

      assert.equal(pod.status.containerStatuses?.[0]?.state.terminated?.reason, 'OOMKilled');
    });

    await cluster.step(t, 'thousands of calls and 200 slow streams of 1 MiB do not end it', async (step) => {
      const path = ['initContainers', 0, 'resources', 'limits', 'memory'];
      await cluster.apply(patientPolicyMap(), deployment(cluster.settings, [[path, limit]]));
      const pod = await cluster.readyPod();

      await cluster.app(pod, 'load/start', plan);

      let mostBytes = 0;
      const report = await askUntil(
        'the end of the load',
        async () => {
          const metrics = await cluster.admin(pod, 'metrics');
          mostBytes = Math.max(mostBytes, metric(metrics, 'process_resident_memory_bytes') ?? 0);
          const now = LoadReport.parse(await cluster.app(pod, 'load'));
          return now.isDone ? now : undefined;
        },
        240_000,
        500,
      );
      assert.deepEqual(report.failures, []);
      assert.equal(report.streams, plan.streams);
      assert.ok(report.streamedCharacters >= plan.streams * 1_048_576);
      const sidecar = sidecarOf(cluster.pods.seen(pod).at(-1)?.pod ?? assert.fail());
      assert.equal(sidecar?.restartCount, 0);
      step.diagnostic(
        `${report.calls} calls in ${report.callsMs} ms, ${report.streams} streams in ${report.streamsMs} ms, ` +
          `largest resident set seen ${(mostBytes / 1048576).toFixed(0)} MiB, the simulator in it`,
      );
    });
  });
