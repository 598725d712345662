import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import {
  type InjectionSettings,
  injectionSettingsSchema,
} from '../../../src/kube/injection/injection-settings.ts';
import { runKubectl, startApiProxy } from '../../cluster/support/kubectl.ts';
import { renderedTemplate } from './rendered-chart.ts';

const policySchema = z.object({
  kind: z.literal('MutatingAdmissionPolicy'),
  spec: z.object({ variables: z.array(z.object({ name: z.string(), expression: z.string() })) }),
});
const givenSchema = z.looseObject({ by: z.literal('policy'), specHash: z.string() });

/** What the API server makes of a pod, or why it refuses it. */
export type Created =
  | { readonly kind: 'pod'; readonly text: string }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string };

/** An API server with the chart's policy, whose failures refuse the pod, and two namespaces: one that asks for sidecars. */
export class InjectingCluster {
  readonly settings: InjectionSettings;
  readonly specHash: string;
  readonly asking: string;
  readonly plain: string;
  readonly #api: string;

  private constructor(api: string, id: string, policy: string) {
    this.#api = api;
    this.asking = `kt-test-${id}-asking`;
    this.plain = `kt-test-${id}-plain`;
    const { by: _by, specHash, ...settings } = givenOf(policy);
    this.specHash = specHash;
    this.settings = injectionSettingsSchema.parse(settings);
  }

  static async open(t: TestContext, values: readonly string[] = []): Promise<InjectingCluster> {
    const id = randomUUID().slice(0, 8);
    const policy = await renderedTemplate('injection-policy.yaml', `kt-test-${id}`, [
      'injection.mode=policy',
      'injection.required=true',
      ...values,
    ]);
    const cluster = new InjectingCluster(await startApiProxy(t), id, policy);
    t.after(() => runKubectl(['delete', '--wait=false', '-f', '-'], policy));
    await runKubectl(['apply', '-f', '-'], policy);
    await cluster.#makeNamespace(t, cluster.asking, { 'kt-sidecar.dev/inject': 'enabled' });
    await cluster.#makeNamespace(t, cluster.plain, {});
    await cluster.#untilActing();
    return cluster;
  }

  /** With a server-side dry run: nothing stays. */
  async create(namespace: string, pod: object): Promise<Created> {
    const response = await fetch(`${this.#api}/api/v1/namespaces/${namespace}/pods?dryRun=All`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(pod),
    });
    const text = await response.text();
    if (response.ok) return { kind: 'pod', text: settled(text, namespace) };
    const { message } = z.object({ message: z.string() }).parse(JSON.parse(text));
    return { kind: 'refused', status: response.status, message };
  }

  async #makeNamespace(
    t: TestContext,
    name: string,
    labels: Readonly<Record<string, string>>,
  ): Promise<void> {
    t.after(() => runKubectl(['delete', 'namespace', name, '--wait=false']));
    const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
    await runKubectl(['create', '-f', '-'], JSON.stringify(manifest));
  }

  /** A policy acts a while after it is made, and a namespace has its account a while after it is made. */
  async #untilActing(): Promise<void> {
    const pod = {
      metadata: { name: 'probe', labels: { 'kt-sidecar.dev/inject': 'true' } },
      spec: { containers: [{ name: 'app', image: 'app:1' }] },
    };
    let last: Created | undefined;
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(100)) {
      const both = await Promise.all([this.create(this.asking, pod), this.create(this.plain, pod)]);
      if (both.every((one) => one.kind === 'pod' && one.text.includes('"kt-sidecar"'))) return;
      last = both[1];
    }
    assert.fail(`the policy does not act: ${JSON.stringify(last)}`);
  }
}

function givenOf(rendered: string): z.output<typeof givenSchema> {
  const policy = parseAllDocuments(rendered)
    .map((one) => policySchema.safeParse(one.toJS()))
    .find((one) => one.success);
  const settings = policy?.data.spec.variables.find(({ name }) => name === 'settings');
  return givenSchema.parse(JSON.parse(settings?.expression ?? ''));
}

/** Without what differs from one creation to the next, and who gave the sidecar. */
function settled(text: string, namespace: string): string {
  const told = text
    .replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access')
    .replaceAll(`"namespace":"${namespace}"`, '"namespace":"NAMESPACE"')
    .replaceAll(/"kt-sidecar\.dev\/injected-by":"(?:policy|kt)"/g, '"kt-sidecar.dev/injected-by":"SOMEBODY"');
  const pod = z.looseObject({ metadata: z.looseObject({}) }).parse(JSON.parse(told));
  const { uid: _uid, creationTimestamp: _time, managedFields: _fields, ...metadata } = pod.metadata;
  if (metadata['generateName'] !== undefined) delete metadata['name'];
  return JSON.stringify({ ...pod, metadata });
}
