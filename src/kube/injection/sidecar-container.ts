import { expression, type Template } from './cel-template.ts';
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

/** Our container, with what a pod or the installation decides about it as CEL. */
export function sidecarContainer(form: 'native' | 'classic'): Template {
  return {
    name: sidecarName,
    image: expression('variables.settings.image'),
    imagePullPolicy: expression('variables.settings.pullPolicy'),
    ...(form === 'native' ? { restartPolicy: 'Always' } : {}),
    // Loopback: only this pod reaches the data port.
    ports: [
      { name: dataPortName, containerPort: expression('variables.portNumber') },
      { name: adminPortName, containerPort: expression('variables.adminNumber') },
    ],
    // Passes when the policy is compiled and the port is bound; never waits for a provider.
    startupProbe: probe('/startupz', { periodSeconds: 1, failureThreshold: 60 }),
    readinessProbe: probe('/readyz', { periodSeconds: 5, failureThreshold: 3 }),
    livenessProbe: probe('/healthz', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 }),
    resources: {
      // An autoscaler of the app counts these too.
      requests: { cpu: expression('variables.cpu'), memory: expression('variables.memory') },
      limits: { memory: expression('variables.memoryLimit') },
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
    // The directory, never a `subPath`: the kubelet does not update those.
    volumeMounts: [{ name: policyVolume, mountPath: policyDirectory, readOnly: true }],
  };
}

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
