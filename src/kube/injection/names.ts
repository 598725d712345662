/** What labels, annotations, containers and volumes are called. */
export const prefix = 'kt-sidecar.dev/';

/** On a namespace or a pod: whether pods are given the sidecar. */
export const injectLabel = `${prefix}inject`;
export const yesWords: readonly string[] = ['enabled', 'true'];
export const noWords: readonly string[] = ['disabled', 'false'];

/** On a pod that was given its sidecar, so that it can be selected. */
export const injectedLabel = `${prefix}injected`;

/** What a pod may say about its sidecar. */
export const podAnnotations = [
  'config',
  'secret',
  'port',
  'cpu',
  'memory',
  'memory-limit',
  'native',
  'no-proxy',
] as const;
export type PodAnnotation = (typeof podAnnotations)[number];

/** What we write on a pod ourselves. */
export const writtenAnnotations = ['injected-by', 'version', 'spec-hash', 'nudge'] as const;

export const sidecarName = 'kt-sidecar';
export const adminPortName = 'kt-admin';
export const dataPortName = 'kt-openai';
export const policyVolume = 'kt-policy';
export const secretsVolume = 'kt-secrets';
export const policyDirectory = '/etc/kt/policy';
export const secretsDirectory = '/etc/kt/secrets';

/** Why a pod is left as it is. */
export const skipReasons = [
  'already_injected',
  'opted_out',
  'host_network',
  'unsupported_os',
  'annotation_invalid',
  'port_in_use',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Which container `kubectl logs` and `kubectl exec` mean when none is named. */
export const defaultContainerAnnotation = 'kubectl.kubernetes.io/default-container';
