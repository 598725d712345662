import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { imageEnvironment, nodeFlags } from '../../scripts/compile-cache.ts';
import { temporaryDirectory } from '../support/configmap-volume.ts';
import { startKt } from '../support/kt-process.ts';
import { preparePlace, readiness, settingsText } from './support/controller-rig.ts';

const creations = 1000;
const mostMiB = 200;
/** How many the API server is asked for at once. */
const callers = 4;

/** Memory means something only with the settings that the image has. */
const asInTheImage = {
  env: { ...imageEnvironment, KUBECONFIG: process.env['KUBECONFIG'] ?? '' },
  nodeFlags: nodeFlags.filter((flag) => !flag.includes('percentage')),
};

/** Resident memory of a process, MiB. */
function rssOf(pid: number): number {
  const [, kib = ''] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/** The share of judgements that took no longer than this, of those that a scrape tells of. */
function shareWithin(metrics: string, webhook: string, le: string): number {
  const name = 'kt_controller_admission_duration_seconds';
  const read = (pattern: RegExp): number => Number(pattern.exec(metrics)?.[1] ?? 'NaN');
  const within = read(
    new RegExp(`^${name}_bucket\\{(?=[^}]*le="${le}")(?=[^}]*webhook="${webhook}")[^}]*\\} (\\d+)`, 'm'),
  );
  return within / read(new RegExp(`^${name}_count\\{webhook="${webhook}"\\} (\\d+)`, 'm'));
}

test('1,000 creations through the webhook: all are given the sidecar, in bounded memory', async (t) => {
  const { name, namespace, port, core } = await preparePlace(t);
  const settings = join(await temporaryDirectory(t), 'settings.yaml');
  writeFileSync(settings, settingsText(name, port, 'reject'));
  const kt = startKt(t, ['controller', 'run', '--settings', settings], asInTheImage);
  const [, adminText] = await kt.says(/"message":"serving","webhook":\d+,"admin":(\d+)/);
  await readiness(Number(adminText));

  let made = 0;
  const take = async (limit: number): Promise<void> => {
    while (made < limit) {
      made += 1;
      const metadata = { name: `load-${made}`, labels: { 'kt-sidecar.dev/inject': 'enabled' } };
      const spec = { containers: [{ name: 'app', image: 'app:1' }] };
      const pod = await core.createNamespacedPod({ namespace, body: { metadata, spec } });
      assert.equal(pod.spec?.initContainers?.[0]?.name, 'kt-sidecar');
    }
  };
  const upTo = (limit: number) => Promise.all(Array.from({ length: callers }, () => take(limit)));
  await upTo(creations / 2);
  const half = rssOf(kt.pid);
  await upTo(creations);
  const whole = rssOf(kt.pid);
  const metrics = await (await fetch(`http://127.0.0.1:${adminText}/metrics`)).text();
  const share = shareWithin(metrics, 'injection', '0.02');
  kt.child.kill('SIGTERM');
  const { code } = await kt.exit();

  t.diagnostic(
    `${(share * 100).toFixed(2)} % within 20 ms, ${(shareWithin(metrics, 'injection', '0.005') * 100).toFixed(2)} % within 5 ms`,
  );
  t.diagnostic(
    `RSS ${half.toFixed(0)} MiB after ${creations / 2}, ${whole.toFixed(0)} MiB after ${creations}`,
  );
  // What V8 leaves uncollected between two moments is noise; the heap itself stays at 15 MB. The container has 256 MiB.
  assert.ok(whole < mostMiB, `${half} MiB, then ${whole} MiB`);
  assert.equal(code, 0);
});

test('the built controller refuses a bad policy, and ends in order', async (t) => {
  const { name, namespace, port, core } = await preparePlace(t);
  const settings = join(await temporaryDirectory(t), 'settings.yaml');
  writeFileSync(settings, settingsText(name, port, 'reject'));
  const kt = startKt(t, ['controller', 'run', '--settings', settings], asInTheImage);
  const [, adminText] = await kt.says(/"message":"serving","webhook":\d+,"admin":(\d+)/);
  await readiness(Number(adminText));

  const metadata = { name: 'policy', labels: { 'kt-sidecar.dev/policy': 'true' } };
  const body = { metadata, data: { 'policy-config.yaml': 'pack: 1\n' } };
  await assert.rejects(
    core.createNamespacedConfigMap({ namespace, body }),
    /policy-config.yaml is not valid/,
  );
  kt.child.kill('SIGTERM');
  const { code, stderr } = await kt.exit();

  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});
