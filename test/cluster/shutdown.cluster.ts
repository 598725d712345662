import assert from 'node:assert/strict';
import test from 'node:test';
import { Cluster } from './support/cluster.ts';
import { deployment, examplePolicyMap } from './support/manifests.ts';
import { appOf, sidecarOf } from './support/pod.ts';

/** The time in a log line, be it of the app or of the gateway. */
function timeOf(log: string, message: string): number {
  const [line = ''] = log
    .split('\n')
    .filter((each) => each.includes(`"message":"${message}"`))
    .slice(-1);
  const [, time = ''] = /"(?:at|timestamp)":"([^"]+)"/.exec(line) ?? [];
  return Date.parse(time);
}

/** Eighty deltas, eight seconds. */
const text = 'streamed'.repeat(80);

test('a pod deleted while it streams', async (t) => {
  const cluster = await Cluster.open(t);
  await cluster.apply(examplePolicyMap(), deployment(cluster.settings));
  const pod = await cluster.readyPod();

  await cluster.step(t, 'its stream finishes, the sidecar ends after the app, both with 0', async (step) => {
    const logs = Promise.all([cluster.follow(pod, 'app'), cluster.follow(pod, 'kt-sidecar')]);
    await cluster.app(pod, 'stream/start', { content: `#sim say="${text}" split=8 gap=100`, stream: true });

    const deletedAt = Date.now();
    await cluster.kubectl(['delete', 'pod', pod, '--wait=false']);

    const gone = await cluster.first(pod, 'the end of the pod', (_, { isGone }) => isGone, 90_000);
    const [ofApp, ofSidecar] = await logs;
    assert.match(ofApp, /"message":"stream ended","ok":true[^\n]*"characters":640/);
    assert.ok(timeOf(ofApp, 'app is told to stop') < timeOf(ofApp, 'stream ended'), ofApp);
    assert.ok(timeOf(ofApp, 'app ends') <= timeOf(ofSidecar, 'draining'), ofSidecar);
    assert.match(ofSidecar, /"message":"stopped"/);
    const ended = await cluster.first(
      pod,
      'the ends of both containers',
      (each) =>
        sidecarOf(each)?.state.terminated !== undefined && appOf(each)?.state.terminated !== undefined,
    );
    assert.equal(appOf(ended.pod)?.state.terminated?.exitCode, 0);
    assert.equal(sidecarOf(ended.pod)?.state.terminated?.exitCode, 0);
    step.diagnostic(
      `pod gone ${gone.at - deletedAt} ms after its deletion; the stream ended ` +
        `${timeOf(ofApp, 'stream ended') - deletedAt} ms after it; the sidecar took ` +
        `${timeOf(ofSidecar, 'stopped') - timeOf(ofSidecar, 'draining')} ms to stop`,
    );
  });
});
