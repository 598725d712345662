import { expression, type Template } from './cel.ts';
import {
  adminPortName,
  dataPortName,
  policyDirectory,
  policyVolume,
  secretsDirectory,
  secretsVolume,
  sidecarName,
} from './names.ts';

const probe = (path: string, more: Readonly<Record<string, number>>): Template => ({
  httpGet: { path, port: adminPortName },
  ...more,
});

/** Our container, with what a pod or the installation decides about it as CEL. `restartPolicy` is added in a native sidecar. */
export const sidecarContainer = {
  name: sidecarName,
  image: expression('variables.settings.image'),
  imagePullPolicy: expression('variables.settings.pullPolicy'),
  // Loopback: only this pod reaches the data port.
  env: expression('variables.sidecarEnv'),
  ports: [
    { name: dataPortName, containerPort: expression('int(variables.port)') },
    { name: adminPortName, containerPort: expression('int(variables.settings.adminPort)') },
  ],
  // Passes when the policy is compiled and the port is bound; never waits for a provider.
  startupProbe: probe('/startupz', { periodSeconds: 1, failureThreshold: 60 }),
  readinessProbe: probe('/readyz', { periodSeconds: 5, failureThreshold: 3 }),
  livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
  resources: {
    // An autoscaler of the app counts these too.
    requests: { cpu: expression('variables.cpu'), memory: expression('variables.memory') },
    limits: expression('variables.limits'),
  },
  securityContext: {
    runAsNonRoot: true,
    runAsUser: 65_532,
    runAsGroup: 65_532,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  // An invalid policy at start is shown, issue by issue, by `kubectl describe pod`.
  terminationMessagePolicy: 'FallbackToLogsOnError',
  volumeMounts: expression('variables.mounts'),
} as const satisfies Template;

/** The directory, never a `subPath`: the kubelet does not update those. */
export const policyMount: Template = { name: policyVolume, mountPath: policyDirectory, readOnly: true };
export const secretsMount: Template = { name: secretsVolume, mountPath: secretsDirectory, readOnly: true };

export const policyVolumeSource: Template = {
  name: policyVolume,
  configMap: { name: expression('variables.configMap') },
};

/** Optional: without it the pod starts, and the gateway says which key it lacks. */
export const secretsVolumeSource: Template = {
  name: secretsVolume,
  secret: { secretName: expression('variables.secret'), optional: true },
};
