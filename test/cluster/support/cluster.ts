import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { runKubectl, startApiProxy } from './kubectl.ts';
import type { Pod } from './pod.ts';
import { isReady } from './pod.ts';
import { PodWatch, type Sighting } from './pod-watch.ts';
import { readSettings, runLabel, type Settings } from './settings.ts';

const adminPort = 41003;
const appPort = 8080;

/** A namespace of our own, which enforces the restricted Pod Security standard. It is deleted with the test. */
export class Cluster {
  readonly settings: Settings = readSettings();
  readonly namespace = `kt-test-${randomUUID().slice(0, 8)}`;
  readonly pods: PodWatch;
  readonly #url: string;

  private constructor(api: string, t: TestContext) {
    this.#url = `${api}/api/v1/namespaces/${this.namespace}`;
    this.pods = new PodWatch(`${this.#url}/pods?watch=1`, t);
  }

  static async open(t: TestContext): Promise<Cluster> {
    const cluster = new Cluster(await startApiProxy(t), t);
    await cluster.#create(t);
    return cluster;
  }

  async #create(t: TestContext): Promise<void> {
    const labels = {
      [runLabel]: this.settings.run,
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'latest',
    };
    const metadata = { name: this.namespace, labels };
    t.after(() => runKubectl(['delete', 'namespace', this.namespace, '--ignore-not-found', '--wait=false']));
    await runKubectl(
      ['create', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }),
    );
    const app = { 'app.mjs': readFileSync(this.settings.app, 'utf8') };
    await this.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'test-app' }, data: app });
  }

  kubectl(args: readonly string[], input = ''): Promise<string> {
    return runKubectl(['--namespace', this.namespace, ...args], input);
  }

  /** For what `apply` would not hold: its annotation is limited to 256 KiB. */
  async create(manifest: object): Promise<void> {
    await this.kubectl(['create', '-f', '-'], JSON.stringify(manifest));
  }

  async apply(...manifests: readonly string[]): Promise<void> {
    await this.kubectl(['apply', '-f', '-'], manifests.join('\n---\n'));
  }

  /** Every pod of the app, once so many are ready. */
  async readyPods(count = 1): Promise<readonly string[]> {
    const ready = (): readonly string[] => {
      const last = new Map(this.pods.seen().map(({ pod }) => [pod.metadata.name, pod]));
      return [...last.values()].filter(isReady).map(({ metadata }) => metadata.name);
    };
    await this.pods.first(`${count} ready pods`, () => ready().length >= count, 180_000);
    return ready();
  }

  async readyPod(): Promise<string> {
    const [name] = await this.readyPods();
    assert.ok(name);
    return name;
  }

  /** The first state of this pod that this holds for. */
  async first(
    name: string,
    what: string,
    holds: (pod: Pod, sighting: Sighting) => boolean,
    withinMs?: number,
  ): Promise<Sighting> {
    const ofPod = (sighting: Sighting): boolean =>
      sighting.pod.metadata.name === name && holds(sighting.pod, sighting);
    return this.pods.first(what, ofPod, withinMs);
  }

  /** Asks the gateway's admin port, through the API server, at the pod's own address. */
  async admin(pod: string, page: string): Promise<string> {
    const response = await fetch(`${this.#url}/pods/${pod}:${adminPort}/proxy/${page}`);
    assert.equal(response.status, 200, page);
    return response.text();
  }

  /** Asks the test's app in the pod. */
  async app(pod: string, path: string, body?: object): Promise<unknown> {
    const url = `${this.#url}/pods/${pod}:${appPort}/proxy/${path}`;
    const response = await fetch(
      url,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    const text = await response.text();
    assert.equal(response.status, 200, `${path}: ${text}`);
    return JSON.parse(text);
  }

  /** What a container writes until it ends, also where its pod is deleted meanwhile. */
  async follow(pod: string, container: string): Promise<string> {
    const response = await fetch(`${this.#url}/pods/${pod}/log?container=${container}&follow=true`);
    return response.text();
  }

  async log(pod: string, container: string, query = ''): Promise<string> {
    const response = await fetch(`${this.#url}/pods/${pod}/log?container=${container}${query}`);
    return response.text();
  }

  /** A part of a test. Where it fails, everything the cluster knows about the namespace is printed. */
  async step(t: TestContext, name: string, body: (t: TestContext) => Promise<void>): Promise<void> {
    await t.test(name, async (step) => {
      try {
        await body(step);
      } catch (error) {
        process.stderr.write(await this.#everything());
        throw error;
      }
    });
  }

  async #everything(): Promise<string> {
    const questions = [
      ['describe', 'pods'],
      ['get', 'events', '--sort-by=.lastTimestamp'],
      ...[...new Set(this.pods.seen().map(({ pod }) => pod.metadata.name))].map((name) => [
        'logs',
        name,
        '--all-containers',
        '--prefix',
        '--tail=40',
      ]),
    ];
    const answers = questions.map(async (args) => {
      const text = await this.kubectl(args).catch((error: unknown) => String(error));
      return `\n== kubectl ${args.join(' ')}\n${text}`;
    });
    return (await Promise.all(answers)).join('');
  }
}

/** Asks again until there is an answer. For what the API server does not announce. */
export async function askUntil<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  withinMs = 60_000,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms for ${what}`);
    await wait(everyMs);
  }
}
