import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { runKubectl } from '../cluster/support/kubectl.ts';
import { chart, helms, runHelm } from './support/helm.ts';
import { createRelease, eventually, type Release } from './support/release.ts';

const valueFiles = globSync('{ci/*-values.yaml,values-ha.yaml}', { cwd: chart }).toSorted();
/** Nothing serves the webhook here, and a namespace of the test's own is meant. */
const here = ({ apps }: Release): readonly string[] => [
  '--set',
  `validation.enabled=false,networkPolicy.appNamespaces={${apps}}`,
];
const none = (objects: readonly string[]): boolean => objects.length === 0;

const dataOf = async (kind: string, namespace: string, name: string): Promise<Record<string, string>> =>
  z
    .record(z.string(), z.string())
    .parse(
      JSON.parse(await runKubectl(['get', kind, name, '-n', namespace, '-o', 'jsonpath={.data}'])) ?? {},
    );

/** As a person does it, who changes the version in the editor. */
async function edit({ apps }: Release): Promise<void> {
  process.env['KUBE_EDITOR'] = "sed -i 's/version: 1.0.0/version: 1.0.1/'";
  await runKubectl(['edit', 'configmap', 'policy-config', '-n', apps]);
}

const policyOf = async ({ apps }: Release): Promise<string> =>
  (await dataOf('configmap', apps, 'policy-config'))['policy-config.yaml'] ?? '';

for (const helm of helms) {
  for (const file of valueFiles) {
    test(`${helm}: ${file} installs, upgrades, rolls back, and leaves nothing`, async (t) => {
      const release = await createRelease(t, helm);
      const values = ['--values', join(chart, file), ...here(release)];

      await release.install(...values);
      const installed = await release.objects();
      await release.upgrade(...values);
      await release.upgrade(...values, '--set', 'provider.secret=other-keys,injection.port=43002');
      await release.upgrade(...here(release), '--reset-values');
      await release.rollback(1);
      await release.rollback(3);
      await release.uninstall();

      assert.ok(installed.length > 0);
      assert.deepEqual(await eventually(() => release.objects(), none), []);
      const policy = ['get', 'configmap', 'policy-config', '-n', release.apps, '--ignore-not-found'];
      assert.equal(await runKubectl(policy), '');
    });
  }

  test(`${helm}: what the controller writes outlives upgrade and rollback`, async (t) => {
    const release = await createRelease(t, helm);
    const name = `${release.name}-kt-sidecar`;
    const webhook = `${release.namespace}.${name}.injection`;
    const values = [...here(release), '--set', 'injection.mode=webhook,controller.replicas=2'];
    const bundle = Buffer.from('nobody').toString('base64');
    const written = async (): Promise<readonly unknown[]> => [
      await dataOf('secret', release.namespace, `${name}-controller-tls`),
      await runKubectl([
        'get',
        'mutatingwebhookconfiguration',
        webhook,
        '-o',
        'jsonpath={.webhooks[*].clientConfig.caBundle}',
      ]),
      await runKubectl([
        'get',
        'lease',
        `${name}-controller`,
        '-n',
        release.namespace,
        '-o',
        'jsonpath={.spec.holderIdentity}',
      ]),
    ];
    await release.install(...values);
    const patch = (kind: string, object: string, type: string, value: unknown): Promise<string> => {
      const how = ['--type', type, '--field-manager', 'kt', '-p', JSON.stringify(value)];
      return runKubectl(['patch', kind, object, '-n', release.namespace, ...how]);
    };
    await patch('secret', `${name}-controller-tls`, 'merge', { data: { 'tls.crt': bundle } });
    await patch('lease', `${name}-controller`, 'merge', { spec: { holderIdentity: 'one' } });
    // A server that is asked to trust what is no certificate refuses: the field is set as a real one would be.
    const authority = await runKubectl([
      'get',
      'configmap',
      'kube-root-ca.crt',
      '-n',
      release.namespace,
      '-o',
      String.raw`jsonpath={.data.ca\.crt}`,
    ]);
    const trusted = Buffer.from(authority).toString('base64');
    const add = [0, 1].map((at) => ({
      op: 'add',
      path: `/webhooks/${at}/clientConfig/caBundle`,
      value: trusted,
    }));
    await patch('mutatingwebhookconfiguration', webhook, 'json', add);
    const before = await written();

    await release.upgrade(...values);
    assert.deepEqual(await written(), before);
    await release.upgrade(...values, '--set', 'injection.required=true,controller.replicas=3');
    assert.deepEqual(await written(), before);
    await release.rollback(1);
    assert.deepEqual(await written(), before);
    await release.uninstall();
    assert.deepEqual(await eventually(() => release.objects(), none), []);
  });

  test(`${helm}: an edited policy is left alone by upgrade and rollback`, async (t) => {
    const release = await createRelease(t, helm);
    await release.install(...here(release));
    await edit(release);

    const notes = await release.upgrade(...here(release), '--set', 'provider.model=another');
    await release.rollback(1);

    assert.match(notes, /yours to edit, no upgrade changes it/);
    assert.match(await policyOf(release), /version: 1\.0\.1/);
    await release.uninstall();
    await assert.rejects(policyOf(release), /NotFound/);
  });

  test(`${helm}: with manage=always the values win, and say so`, async (t) => {
    const release = await createRelease(t, helm);
    const values = [...here(release), '--set', 'policy.manage=always'];
    const isFour = (await runHelm(helm, ['version', '--short'])).startsWith('v4');
    await release.install(...values);
    await edit(release);

    // Helm 4 applies as the API server does, and names who else has written: it must be told that the values win.
    if (isFour) await assert.rejects(release.upgrade(...values), /conflict with "kubectl-edit"/);
    const notes = await release.upgrade(...values, ...(isFour ? ['--force-conflicts'] : []));

    assert.match(notes, /the values win at each upgrade/);
    assert.match(await policyOf(release), /version: 1\.0\.0/);
  });

  test(`${helm}: manage=always takes over a policy that was installed once`, async (t) => {
    const release = await createRelease(t, helm);
    await release.install(...here(release));

    await release.upgrade(
      ...here(release),
      '--set',
      'policy.manage=always,provider.secret=keys,provider.model=m-1',
    );

    assert.match(await policyOf(release), /model: m-1/);
  });

  test(`${helm}: a policy that is there already is not overwritten`, async (t) => {
    const release = await createRelease(t, helm);
    const mine = '--from-literal=policy-config.yaml={pack: {}, policies: {}, providers: {}}';
    await runKubectl(['create', 'configmap', 'policy-config', '-n', release.apps, mine]);

    await assert.rejects(release.install(...here(release)), /already exists|conflict/);

    assert.match(await policyOf(release), /^\{pack: /);
  });

  test(`${helm}: it can be uninstalled when the namespace of the apps has gone before it`, async (t) => {
    const release = await createRelease(t, helm);
    await release.install(...here(release), '--set', 'reload.nudge.enabled=false');
    await runKubectl(['delete', 'namespace', release.apps]);

    await release.uninstall('--no-hooks');

    assert.deepEqual(await eventually(() => release.objects(), none), []);
  });

  test(`${helm}: notes say who injects and why, who answers, and what is next`, async (t) => {
    const release = await createRelease(t, helm);

    const notes = await release.install(...here(release));

    assert.match(
      notes,
      /Injection: (policy|webhook) \(auto: this cluster has( no)? MutatingAdmissionPolicy\)/,
    );
    assert.match(notes, /\*\*\* NO MODEL ANSWERS: .*SIMULATOR DOES\. \*\*\*/);
    assert.ok(notes.includes(`kubectl label namespace ${release.apps} kt-sidecar.dev/inject=enabled`));
    assert.ok(notes.includes(`kubectl -n ${release.apps} edit configmap policy-config`));
  });
}
