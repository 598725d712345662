import assert from 'node:assert/strict';
import test from 'node:test';
import { askUntil, Cluster } from './support/cluster.ts';
import { examplePolicyMap } from './support/manifests.ts';
import { appOf, sidecarOf } from './support/pod.ts';
import { Outcome } from './support/replies.ts';
import {
  appContainer,
  appTemplate,
  metadata,
  scriptContainer,
  selector,
  withSidecar,
} from './support/workloads.ts';

const question = 'Which e-mail address reaches support?';

test('a StatefulSet, whose app starts when the gateway serves', async (t) => {
  const cluster = await Cluster.open(t);
  const { settings } = cluster;
  const template = withSidecar(settings, appTemplate({ containers: [appContainer(settings)] }));
  await cluster.apply(examplePolicyMap());
  await cluster.create({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: metadata('app'),
    spec: { serviceName: 'app', replicas: 2, selector, template },
  });

  await cluster.step(t, 'both pods answer calls', async () => {
    const pods = await cluster.readyPods(2);

    assert.deepEqual(pods.toSorted(), ['app-0', 'app-1']);
    for (const pod of pods) {
      const outcome = Outcome.parse(await cluster.app(pod, 'call', { content: question }));
      assert.match(outcome.text, /\[EMAIL\]/);
    }
  });

  await cluster.step(t, 'no app ran before its gateway served', async () => {
    const early = cluster.pods
      .seen()
      .filter(({ pod }) => appOf(pod)?.state.running !== undefined && sidecarOf(pod)?.started !== true);

    assert.deepEqual(early, []);
  });
});

test('init containers that call the model before the app', async (t) => {
  const cluster = await Cluster.open(t);
  const { settings } = cluster;
  const template = appTemplate({
    initContainers: [appContainer(settings, [question], { name: 'prepare' })],
    containers: [appContainer(settings)],
  });
  await cluster.apply(examplePolicyMap());
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Pod',
    ...withSidecar(settings, { ...template, metadata: { ...metadata('app'), ...template.metadata } }),
  });

  await cluster.step(t, 'are answered', async () => {
    const pod = await cluster.readyPod();

    assert.match(await cluster.log(pod, 'prepare'), /"message":"call ended","ok":true[^\n]*\[EMAIL\]/);
  });
});

test('a CronJob whose Jobs complete', async (t) => {
  const cluster = await Cluster.open(t);
  const { settings } = cluster;
  const template = withSidecar(
    settings,
    appTemplate({ restartPolicy: 'Never', containers: [appContainer(settings, [question])] }),
  );
  await cluster.apply(examplePolicyMap());
  await cluster.create({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadata('app'),
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: { spec: { backoffLimit: 0, template } },
    },
  });

  await cluster.step(t, 'by their schedule', async () => {
    const { pod } = await cluster.pods.first(
      'the end of its first Job',
      ({ pod: each }) => each.status.phase === 'Succeeded',
      120_000,
    );

    assert.equal(sidecarOf(pod)?.state.terminated?.exitCode, 0);
    assert.match(await cluster.log(pod.metadata.name, 'app'), /"message":"call ended","ok":true/);
  });
});

test('an app that takes too much memory', async (t) => {
  const cluster = await Cluster.open(t);
  const { settings } = cluster;
  const greedy = `setTimeout(() => { const all = []; for (;;) all.push(Buffer.alloc(4e6, 1)); }, 1000);`;
  const container = scriptContainer(settings, greedy, {
    resources: { requests: { memory: '64Mi' }, limits: { memory: '96Mi' } },
  });
  await cluster.apply(examplePolicyMap());
  await cluster.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('app'),
    spec: { selector, template: withSidecar(settings, appTemplate({ containers: [container] })) },
  });

  await cluster.step(t, 'is started again, and the sidecar has served all the time', async () => {
    const { pod } = await cluster.pods.first(
      'a second start of the app',
      ({ pod: each }) => (appOf(each)?.restartCount ?? 0) > 0 && appOf(each)?.state.running !== undefined,
    );

    assert.equal(appOf(pod)?.lastState?.terminated?.reason, 'OOMKilled');
    assert.equal(sidecarOf(pod)?.restartCount, 0);
    assert.equal(sidecarOf(pod)?.ready, true);
    assert.match(await cluster.admin(pod.metadata.name, 'status'), /"phase":"serving"/);
  });
});

test('the classic form: an ordinary container, by annotation', async (t) => {
  const cluster = await Cluster.open(t);
  const { settings } = cluster;
  const template = withSidecar(
    settings,
    appTemplate({ containers: [appContainer(settings)] }, { 'kt-sidecar.dev/native': 'false' }),
  );
  await cluster.apply(examplePolicyMap());
  await cluster.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('app'),
    spec: { selector, template },
  });
  const pod = await cluster.readyPod();

  await cluster.step(t, 'a stream outlives the deletion of the pod', async () => {
    const log = cluster.follow(pod, 'app');
    const content = `#sim say="${'streamed'.repeat(40)}" split=8 gap=100`;
    await cluster.app(pod, 'stream/start', { content, stream: true });
    await askUntil('the first words', async () =>
      (await cluster.log(pod, 'app')).includes('stream begins') ? true : undefined,
    );

    await cluster.kubectl(['delete', 'pod', pod, '--wait=false']);

    assert.match(await log, /"message":"stream ended","ok":true[^\n]*"characters":320/);
  });
});
