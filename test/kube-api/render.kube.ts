import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { readControllerSettings } from '../../src/kube/controller/controller-settings.ts';
import { runKubectl } from '../cluster/support/kubectl.ts';
import { chart, helms, type Manifest, parseManifests, render } from './support/helm.ts';
import { createRelease } from './support/release.ts';

const valueFiles = globSync('{ci/*-values.yaml,values-ha.yaml}', { cwd: chart }).toSorted();
const valuesOf = (file: string): readonly string[] => ['--values', join(chart, file)];
/** Set by a server, by a controller or by chance: an upgrade would fight over it. */
const forbidden = /caBundle|genCA|genSelfSigned|genSignedCert|randAlpha|lookup|uuidv4|now\b.*date/;

const withData = z.looseObject({ data: z.record(z.string(), z.string()).optional() });
const named = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.name}`;

/** What gives pods the sidecar, in a cluster of that version. */
async function injectorsOf(helm: string, kubeVersion: string, mode: string): Promise<readonly string[]> {
  const manifests = parseManifests(await render(helm, ['--set', `injection.mode=${mode}`], kubeVersion));
  return manifests
    .map(({ kind }) => kind)
    .filter((kind) => kind.startsWith('Mutating') && !kind.endsWith('Binding'));
}

const deployment = z.looseObject({ spec: z.looseObject({ replicas: z.number().optional() }) });

async function replicasOf(helm: string, isScaled: boolean): Promise<number | undefined> {
  const values = `gateway.enabled=true,gateway.autoscaling.enabled=${isScaled}`;
  const found = parseManifests(await render(helm, ['--set', values])).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('-gateway'),
  );
  return deployment.parse(found).spec.replicas;
}

/** The first target of the policy that the chart writes. */
async function targetOf(helm: string, ...args: readonly string[]): Promise<unknown> {
  const rendered = await render(helm, ['--set', 'policy.namespaces={demo}', ...args]);
  const found = parseManifests(rendered).find(({ metadata }) => metadata.name === 'policy-config');
  const { data } = z.looseObject({ data: z.object({ 'policy-config.yaml': z.string() }) }).parse(found);
  const policy = z.looseObject({ providers: z.looseObject({ targets: z.array(z.looseObject({})) }) });
  return policy.parse(parse(data['policy-config.yaml'])).providers.targets[0];
}

test('there are values to try', () => assert.ok(valueFiles.length >= 7));

for (const helm of helms) {
  for (const file of valueFiles) {
    test(`${helm}: ${file} renders the same bytes twice, and nothing that others set`, async () => {
      const rendered = await render(helm, valuesOf(file));

      assert.equal(await render(helm, valuesOf(file)), rendered);
      assert.doesNotMatch(rendered, forbidden);
      assert.doesNotMatch(rendered, /<no value>|%!|: null$/m);
    });

    test(`${helm}: ${file} labels every object, each of which has a name of its own`, async () => {
      const manifests = parseManifests(await render(helm, valuesOf(file)));
      const labels = ['name', 'instance', 'version', 'part-of', 'managed-by'].map(
        (label) => `app.kubernetes.io/${label}`,
      );

      for (const object of manifests) {
        for (const label of ['helm.sh/chart', ...labels]) {
          assert.ok(label in object.metadata.labels, `${named(object)} lacks ${label}`);
        }
      }
      const lasting = manifests.filter(({ metadata }) => !('helm.sh/hook' in metadata.annotations));
      const names = lasting.map((object) => `${named(object)} ${object.metadata.namespace ?? ''}`);
      assert.deepEqual(names, [...new Set(names)]);
    });

    test(`${helm}: the controller reads the settings that ${file} gives it`, async () => {
      const manifests = parseManifests(await render(helm, valuesOf(file)));
      const runs = manifests.some(
        ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith('-controller'),
      );
      const texts = manifests.flatMap((object) => {
        const { data } = withData.parse(object);
        return data?.['settings.yaml'] ?? [];
      });

      assert.equal(texts.length, runs ? 1 : 0);
      for (const text of texts) {
        const read = readControllerSettings(text);
        assert.ok(read.ok, read.ok ? '' : read.reasons);
        assert.equal(read.settings.service, 'kt-sidecar-controller');
      }
    });

    test(`${helm}: the API server takes all of ${file}, and has no warning about it`, async (t) => {
      const { namespace, apps } = await createRelease(t, helm);
      await runKubectl(['label', 'namespace', namespace, 'pod-security.kubernetes.io/warn=restricted']);
      const rendered = await render(helm, [...valuesOf(file), '--set', `policy.namespaces={${apps}}`]);
      const here = rendered
        .replaceAll('namespace: kt-sidecar\n', `namespace: ${namespace}\n`)
        .replaceAll('namespace: demo\n', `namespace: ${apps}\n`);

      const answer = await runKubectl(['apply', '--dry-run=server', '--warnings-as-errors', '-f', '-'], here);

      const count = parseManifests(here).length;
      assert.equal(answer.match(/\(server dry run\)/g)?.length, count, answer);
    });
  }

  test(`${helm}: commonLabels, a digest and a pull secret reach every pod`, async () => {
    const rendered = await render(helm, valuesOf('ci/everything-values.yaml'));
    const manifests = parseManifests(rendered);

    for (const { metadata } of manifests) assert.equal(metadata.labels['team'], 'platform');
    const images = rendered.matchAll(/^ +image: (\S+)$/gm);
    assert.deepEqual(
      [...new Set(Array.from(images, ([, image]) => image))],
      [`kt-sidecar@sha256:${'0'.repeat(64)}`],
    );
    const pods = rendered.match(/^ +restartPolicy: Never|^kind: Deployment/gm) ?? [];
    assert.equal(rendered.match(/imagePullSecrets:/g)?.length, pods.length);
  });

  test(`${helm}: the number of pods is left to an autoscaler`, async () => {
    assert.equal(await replicasOf(helm, true), undefined);
    assert.equal(await replicasOf(helm, false), 2);
  });

  test(`${helm}: auto is the policy where the cluster runs one, else the webhook`, async () => {
    assert.deepEqual(await injectorsOf(helm, '1.36.0', 'auto'), ['MutatingAdmissionPolicy']);
    assert.deepEqual(await injectorsOf(helm, '1.35.4', 'auto'), ['MutatingWebhookConfiguration']);
    assert.deepEqual(await injectorsOf(helm, '1.29.0', 'auto'), ['MutatingWebhookConfiguration']);
    assert.deepEqual(await injectorsOf(helm, '1.36.0', 'webhook'), ['MutatingWebhookConfiguration']);
    assert.deepEqual(await injectorsOf(helm, '1.36.0', 'none'), []);
  });

  test(`${helm}: nothing runs where nothing asks for a controller`, async () => {
    const rendered = await render(helm, valuesOf('ci/policy-values.yaml'));

    const running = parseManifests(rendered).filter(({ kind }) =>
      /Deployment|Role|ServiceAccount/.test(kind),
    );
    assert.deepEqual(running.map(named), []);
  });

  test(`${helm}: a cluster older than 1.29 is refused`, async () => {
    await assert.rejects(render(helm, [], '1.28.9'), /requires kubeVersion: >=1\.29\.0-0/);
  });

  test(`${helm}: the gateway listens on both ports, and its Service leads to them`, async () => {
    const rendered = await render(helm, ['--set', 'gateway.enabled=true']);

    assert.match(rendered, /value: '\[::\]:41002,\[::\]:8080'/);
    assert.match(rendered, /port: 8080\n +targetPort: kt-openai-extra/);
  });

  test(`${helm}: monitoring is what its values say`, async () => {
    const on =
      'monitoring.podMonitor.enabled=true,monitoring.rules.enabled=true,monitoring.rules.runbooks=https://a/b';
    const more =
      'monitoring.podMonitor.labels.of=one,monitoring.rules.labels.of=two,monitoring.podMonitor.interval=7s';
    const rendered = await render(helm, ['--set', on, '--set', more]);

    const labels = parseManifests(rendered)
      .filter(({ apiVersion }) => apiVersion === 'monitoring.coreos.com/v1')
      .map(({ kind, metadata }) => [kind, metadata.labels['of']]);
    assert.deepEqual(Object.fromEntries(labels), { PodMonitor: 'one', PrometheusRule: 'two' });
    assert.match(rendered, /interval: 7s/);
    assert.match(rendered, /runbook_url: https:\/\/a\/b\/\w+\.md/);
    assert.doesNotMatch(rendered, /RUNBOOKS\/\w/);
  });

  test(`${helm}: a Secret switches from the simulator to the provider`, async () => {
    const simulated = z.looseObject({ provider: z.string() }).parse(await targetOf(helm));
    const real = z.looseObject({ provider: z.string(), secret_key_ref: z.unknown() });
    const { provider, secret_key_ref } = real.parse(
      await targetOf(helm, '--set', 'provider.secret=provider-keys'),
    );
    assert.equal(simulated.provider, 'simulator');
    assert.deepEqual([provider, secret_key_ref], ['together', { store: 'together' }]);
  });
}
