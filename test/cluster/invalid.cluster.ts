import assert from 'node:assert/strict';
import test from 'node:test';
import { Cluster } from './support/cluster.ts';
import { deployment, examplePolicyMap, policyMap } from './support/manifests.ts';
import { sidecarOf } from './support/pod.ts';

const invalid = `pack: { name: broken, version: 1.0.0, enabled: true }
policies: { chain: [pii-detectr] }
providers: { strategy: singel, targets: [] }
`;

test('a policy that is invalid at start', async (t) => {
  const cluster = await Cluster.open(t);
  await cluster.apply(policyMap(invalid), deployment(cluster.settings));

  await cluster.step(t, 'the sidecar fails, and kubectl describe shows every issue', async () => {
    const { pod } = await cluster.pods.first('a failed sidecar', ({ pod: each }) => {
      const sidecar = sidecarOf(each);
      return (sidecar?.state.terminated ?? sidecar?.lastState?.terminated) !== undefined;
    });

    const sidecar = sidecarOf(pod);
    const terminated = sidecar?.state.terminated ?? sidecar?.lastState?.terminated;
    assert.equal(terminated?.exitCode, 1);
    const described = await cluster.kubectl(['describe', 'pod', pod.metadata.name]);
    for (const issue of [/pii-detectr/, /singel/, /policy-config\.yaml:2:/]) {
      assert.match(terminated.message ?? '', issue);
      assert.match(described, issue);
    }
  });

  await cluster.step(
    t,
    'the app has not begun; a valid policy lets both start, with nothing else done',
    async () => {
      assert.ok(
        cluster.pods
          .seen()
          .every(({ pod }) => !(pod.status.containerStatuses ?? []).some((each) => each.state.running)),
      );

      await cluster.apply(examplePolicyMap());

      await cluster.readyPod();
    },
  );
});
