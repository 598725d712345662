import assert from 'node:assert/strict';
import test from 'node:test';
import { Cluster } from './support/cluster.ts';
import { examplePolicyMap, job } from './support/manifests.ts';
import { sidecarOf } from './support/pod.ts';

test('a Job with the sidecar completes', async (t) => {
  const cluster = await Cluster.open(t);

  await cluster.step(t, 'its calls are answered, the sidecar ends by itself', async (step) => {
    const from = Date.now();
    await cluster.apply(
      examplePolicyMap(),
      job(cluster.settings, ['What is a Job?', '#sim say="Mail ann@example.com."']),
    );
    await cluster.kubectl(['wait', '--for=condition=Complete', 'job/job', '--timeout=120s']);
    const tookMs = Date.now() - from;

    const { pod } = await cluster.pods.first(
      'the end of the Job',
      ({ pod: each }) => each.status.phase === 'Succeeded',
    );
    const log = await cluster.log(pod.metadata.name, 'app');
    assert.equal(log.match(/"message":"call ended","ok":true/g)?.length, 2, log);
    assert.match(log, /Mail \[EMAIL\]\./);
    assert.equal(sidecarOf(pod)?.state.terminated?.exitCode, 0);
    assert.equal(sidecarOf(pod)?.restartCount, 0);
    step.diagnostic(`complete ${tookMs} ms after it was made`);
  });
});
