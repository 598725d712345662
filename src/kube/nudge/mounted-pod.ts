import { z } from 'zod';
import { adminPortName, prefix, sidecarName } from '../injection/names.ts';
import type { Reduced } from '../watch/watched-objects.ts';

/** On a pod: the hash of what its sidecar mounts, as of the last nudge. */
export const nudgeAnnotation = `${prefix}nudge`;

/** What is kept of a pod. */
export interface MountedPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly createdAt: number;
  /** On a node, and neither ended nor being ended: the kubelet has mounts to look after. */
  readonly isHeld: boolean;
  /** What its sidecar mounts, as `ConfigMap NAME` and `Secret NAME`, sorted. */
  readonly sources: readonly string[];
  readonly nudge: string | undefined;
}

const named = z.object({ name: z.string() });
const mountSchema = z.object({
  name: z.string(),
  mountPath: z.string(),
  subPath: z.string().default(''),
  subPathExpr: z.string().default(''),
});
type Mount = z.infer<typeof mountSchema>;
const containerSchema = z.object({
  name: z.string(),
  ports: z.array(z.object({ name: z.string().optional() })).default([]),
  volumeMounts: z.array(mountSchema).default([]),
});
const volumeSchema = z.object({
  name: z.string(),
  configMap: named.optional(),
  secret: z.object({ secretName: z.string() }).optional(),
  projected: z
    .object({
      sources: z.array(z.object({ configMap: named.optional(), secret: named.optional() })).nullish(),
    })
    .optional(),
});
const podSchema = z.object({
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
    deletionTimestamp: z.string().optional(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    nodeName: z.string().default(''),
    initContainers: z.array(containerSchema).default([]),
    containers: z.array(containerSchema),
    volumes: z.array(volumeSchema).default([]),
  }),
  status: z.object({ phase: z.string().default('') }).default({ phase: '' }),
});
type Pod = z.infer<typeof podSchema>;

export function reducePod(object: unknown): Reduced<MountedPod> | undefined {
  const pod = podSchema.safeParse(object).data;
  if (pod === undefined) return undefined;
  const { namespace, name, uid, creationTimestamp, deletionTimestamp, annotations } = pod.metadata;
  const hasEnded = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  const value = {
    namespace,
    name,
    uid,
    createdAt: Date.parse(creationTimestamp),
    isHeld: pod.spec.nodeName !== '' && deletionTimestamp === undefined && !hasEnded,
    sources: sourcesOf(pod),
    nudge: annotations[nudgeAnnotation],
  };
  return { key: `${namespace}/${name}`, value };
}

function sourcesOf({ spec }: Pod): readonly string[] {
  const sidecar = [...spec.initContainers, ...spec.containers].find(
    ({ name, ports }) => name === sidecarName || ports.some((port) => port.name === adminPortName),
  );
  const mounts = (sidecar?.volumeMounts ?? []).filter(isOfInterest);
  const mounted = new Set(mounts.map(({ name }) => name));
  const names = spec.volumes.filter(({ name }) => mounted.has(name)).flatMap(namesIn);
  return [...new Set(names)].toSorted();
}

/** With a subPath the kubelet never delivers an edit, whoever touches the pod; and the account's own CA is no policy. */
function isOfInterest({ mountPath, subPath, subPathExpr }: Mount): boolean {
  return subPath === '' && subPathExpr === '' && mountPath !== accountDirectory;
}

const accountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

function namesIn({ configMap, secret, projected }: Pod['spec']['volumes'][number]): readonly string[] {
  const parts = [
    { configMap, secret: secret === undefined ? undefined : { name: secret.secretName } },
    ...(projected?.sources ?? []),
  ];
  return parts.flatMap((part) => [
    ...(part.configMap === undefined ? [] : [`ConfigMap ${part.configMap.name}`]),
    ...(part.secret === undefined ? [] : [`Secret ${part.secret.name}`]),
  ]);
}
