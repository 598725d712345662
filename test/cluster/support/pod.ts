import { z } from 'zod';

const Terminated = z.object({
  exitCode: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  finishedAt: z.string().optional(),
});

const State = z.object({
  running: z.object({ startedAt: z.string() }).optional(),
  terminated: Terminated.optional(),
});

const ContainerStatus = z.object({
  name: z.string(),
  ready: z.boolean(),
  started: z.boolean().optional(),
  restartCount: z.number(),
  state: State,
  lastState: State.optional(),
});
export type ContainerStatus = z.infer<typeof ContainerStatus>;

/** The parts of a pod that the tests look at. */
export const Pod = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({ nodeName: z.string().optional() }),
  status: z.object({
    phase: z.string().optional(),
    podIP: z.string().optional(),
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
    initContainerStatuses: z.array(ContainerStatus).optional(),
    containerStatuses: z.array(ContainerStatus).optional(),
  }),
});
export type Pod = z.infer<typeof Pod>;

export function isReady({ status, metadata }: Pod): boolean {
  const isGoing = metadata.deletionTimestamp !== undefined;
  return (
    !isGoing && (status.conditions ?? []).some((each) => each.type === 'Ready' && each.status === 'True')
  );
}

export function sidecarOf({ status }: Pod): ContainerStatus | undefined {
  return status.initContainerStatuses?.find(({ name }) => name === 'kt-sidecar');
}

export function appOf({ status }: Pod): ContainerStatus | undefined {
  return status.containerStatuses?.find(({ name }) => name === 'app');
}
