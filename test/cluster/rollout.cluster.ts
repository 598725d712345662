import assert from 'node:assert/strict';
import test from 'node:test';
import { z } from 'zod';
import { Cluster } from './support/cluster.ts';
import { examplePolicyMap } from './support/manifests.ts';
import {
  appContainer,
  appTemplate,
  metadata,
  scriptContainer,
  selector,
  withSidecar,
} from './support/workloads.ts';

/** Calls the app's Service until it is told to stop; each call goes through the app to its own gateway. */
const client = `
  let calls = 0;
  const failures = [];
  let isOver = false;
  process.once('SIGTERM', () => (isOver = true));
  const caller = async () => {
    while (!isOver) {
      calls += 1;
      const body = JSON.stringify({ content: 'Mail ann@example.com.', stream: calls % 2 === 0 });
      const answer = await fetch('http://app:8080/call', { method: 'POST', body, headers: { connection: 'close' } })
        .then(async (response) => ({ status: response.status, body: await response.json() }))
        .catch((error) => ({ status: 0, body: { ok: false, error: String(error.cause ?? error) } }));
      if (answer.status !== 200 || !answer.body.ok) failures.push(answer);
      if (calls === 40) console.log('warm');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all([caller(), caller(), caller(), caller()]);
  console.log(JSON.stringify({ calls, failures }));
`;

const Report = z.object({ calls: z.number(), failures: z.array(z.unknown()) });

test('a rolling update while calls go on', async (t) => {
  const cluster = await Cluster.open(t);
  const { settings } = cluster;
  // As an app behind a Service should: it takes calls until it is out of the Service everywhere.
  const lifecycle = { preStop: { sleep: { seconds: 5 } } };
  const template = withSidecar(
    settings,
    appTemplate({ containers: [appContainer(settings, [], { lifecycle })] }),
  );
  await cluster.apply(examplePolicyMap());
  await cluster.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata('app'),
    spec: {
      replicas: 2,
      selector,
      template,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    },
  });
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata('app'),
    spec: { selector: selector.matchLabels, ports: [{ port: 8080 }] },
  });
  await cluster.kubectl(['rollout', 'status', 'deployment/app', '--timeout=120s']);
  const caller = appTemplate({ restartPolicy: 'Never', containers: [scriptContainer(settings, client)] });
  await cluster.create({ apiVersion: 'v1', kind: 'Pod', ...caller, metadata: { name: 'caller' } });
  await cluster.kubectl(['wait', '--for=condition=Ready', 'pod/caller', '--timeout=60s']);

  await cluster.step(t, 'no call fails', async (step) => {
    const log = cluster.follow('caller', 'app');
    const from = Date.now();
    await cluster.kubectl(['rollout', 'restart', 'deployment/app']);
    await cluster.kubectl(['rollout', 'status', 'deployment/app', '--timeout=180s']);
    const tookMs = Date.now() - from;
    await cluster.kubectl(['delete', 'pod', 'caller', '--wait=false']);

    const report = Report.parse(JSON.parse((await log).trim().split('\n').at(-1) ?? ''));
    assert.deepEqual(report.failures, []);
    assert.ok(report.calls > 100, `${report.calls} calls`);
    step.diagnostic(`${report.calls} calls, 0 failed, while both pods were replaced in ${tookMs} ms`);
  });
});
