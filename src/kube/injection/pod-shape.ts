import { z } from 'zod';
import { KubeError } from '../kube-error.ts';

const strings = z.record(z.string(), z.string());

const containerSchema = z.looseObject({
  name: z.string(),
  restartPolicy: z.string().optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
  envFrom: z.array(z.looseObject({})).optional(),
  ports: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        containerPort: z.int().optional(),
        hostPort: z.int().optional(),
        protocol: z.string().optional(),
      }),
    )
    .optional(),
});

const podSchema = z.looseObject({
  metadata: z.looseObject({ labels: strings.optional(), annotations: strings.optional() }).optional(),
  spec: z.looseObject({
    containers: z.array(containerSchema).min(1),
    initContainers: z.array(containerSchema).optional(),
    volumes: z.array(z.looseObject({ name: z.string() })).optional(),
    nodeSelector: strings.optional(),
    os: z.looseObject({ name: z.string() }).optional(),
    hostNetwork: z.boolean().optional(),
    terminationGracePeriodSeconds: z.int().optional(),
  }),
});

/** What is read of a pod, or of a pod's template. */
export type PodShape = z.output<typeof podSchema>;
export type ContainerShape = z.output<typeof containerSchema>;

/** The pod, if it is one. Fields that are null are as if they were not there: the API server drops them too. */
export function parsePod(given: object): PodShape {
  const text = JSON.stringify(given, (_key, value: unknown) => (value === null ? undefined : value));
  const result = podSchema.safeParse(JSON.parse(text));
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0] ?? { path: [], message: 'not known' };
  throw new KubeError(`not a pod: ${path.map(String).join('.')}: ${message}`);
}
