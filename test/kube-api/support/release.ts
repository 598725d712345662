import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKubectl } from '../../cluster/support/kubectl.ts';
import type { Cleanup } from '../../support/cleanup.ts';
import { chart, runHelm } from './helm.ts';

/** A release of the chart in namespaces of its own, which hold to the restricted standard. */
export interface Release {
  readonly name: string;
  /** Where the chart is. */
  readonly namespace: string;
  /** Where the apps are. */
  readonly apps: string;
  install(...args: readonly string[]): Promise<string>;
  upgrade(...args: readonly string[]): Promise<string>;
  rollback(revision: number): Promise<string>;
  uninstall(...args: readonly string[]): Promise<string>;
  /** What carries the labels of the release, in any namespace, and is not on its way out. */
  objects(): Promise<readonly string[]>;
}

const standard = 'pod-security.kubernetes.io/enforce=restricted';

async function createNamespaces(names: readonly string[]): Promise<void> {
  for (const name of names) await runKubectl(['create', 'namespace', name]);
  await runKubectl(['label', 'namespace', ...names, standard]);
}

async function listedKinds(): Promise<string> {
  const kinds = (await runKubectl(['api-resources', '--verbs=list', '--output=name'])).trim().split('\n');
  return kinds.filter((kind) => !/^events|^componentstatuses/.test(kind)).join(',');
}

export async function createRelease(t: Cleanup, helm: string): Promise<Release> {
  const id = randomUUID().slice(0, 8);
  const name = `kt-${id}`;
  const namespace = `kt-chart-${id}`;
  const apps = `kt-apps-${id}`;
  await createNamespaces([namespace, apps]);
  const kinds = await listedKinds();
  const where = ['--namespace', namespace];
  const policies = ['--set', `policy.namespaces={${apps}}`];
  t.after(async () => {
    await runHelm(helm, ['uninstall', name, ...where, '--ignore-not-found', '--no-hooks']);
    await runKubectl(['delete', 'namespace', namespace, apps, '--wait=false', '--ignore-not-found']);
  });
  return {
    name,
    namespace,
    apps,
    install: (...args) => runHelm(helm, ['install', name, chart, ...where, ...args, ...policies]),
    upgrade: (...args) => runHelm(helm, ['upgrade', name, chart, ...where, ...args, ...policies]),
    rollback: (revision) => runHelm(helm, ['rollback', name, String(revision), ...where]),
    uninstall: (...args) => runHelm(helm, ['uninstall', name, ...where, ...args]),
    objects: async () => {
      const label = `app.kubernetes.io/instance=${name}`;
      const got = await runKubectl(['get', kinds, '--all-namespaces', '-l', label, '-o', 'name']);
      return got.split('\n').filter((line) => line !== '');
    },
  };
}

/** Waits until what is asked holds; says what was seen last when it does not in time. */
export async function eventually<T>(ask: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const seen = await ask();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`still: ${JSON.stringify(seen)}`);
    await sleep(200);
  }
}
