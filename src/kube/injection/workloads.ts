const templates: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** A pod, or a pod's template, in a manifest. */
export interface Workload {
  /** `Deployment shop/cart`. */
  readonly name: string;
  /** Where the pod is in the manifest, as a JSON Pointer. */
  readonly pointer: string;
  readonly pod: object;
}

/** Every pod that a manifest makes; none where it makes none, or is of a kind that is not known. */
export function workloadsOf(manifest: unknown, pointer = ''): readonly Workload[] {
  const kind = member(manifest, 'kind');
  if (kind === 'List') {
    const items = member(manifest, 'items');
    return Array.isArray(items)
      ? items.flatMap((item, at) => workloadsOf(item, `${pointer}/items/${at}`))
      : [];
  }
  const steps = typeof kind === 'string' && Object.hasOwn(templates, kind) ? templates[kind] : undefined;
  if (steps === undefined) return [];
  const pod = steps.reduce(member, manifest);
  if (typeof pod !== 'object' || pod === null) return [];
  return [{ name: `${String(kind)} ${nameOf(manifest)}`, pointer: [pointer, ...steps].join('/'), pod }];
}

function nameOf(manifest: unknown): string {
  const metadata = member(manifest, 'metadata');
  const [namespace, name, start] = ['namespace', 'name', 'generateName'].map((key) => {
    const value = member(metadata, key);
    return typeof value === 'string' ? value : undefined;
  });
  const full = name ?? start ?? '(no name)';
  return namespace === undefined ? full : `${namespace}/${full}`;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
