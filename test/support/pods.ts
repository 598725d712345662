/** Pods as an API server gives them. */

type Fields = Readonly<Record<string, unknown>>;

export interface PodShape {
  readonly name?: string;
  readonly namespace?: string;
  readonly phase?: string;
  readonly form?: 'native' | 'classic' | 'init' | 'none';
  /** Over the fields of our container. */
  readonly sidecar?: Fields;
  readonly spec?: Fields;
  readonly metadata?: Fields;
}

export const restricted = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

export const sidecarContainer = {
  name: 'kt-sidecar',
  args: ['gateway', 'run', '--policy-config', '/etc/kt/policy-config.yaml'],
  ports: [{ name: 'kt-admin', containerPort: 41_003 }],
  env: [{ name: 'TOGETHER_API_KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'together' } } }],
  startupProbe: { httpGet: { path: '/startupz', port: 'kt-admin' } },
  resources: { requests: { cpu: '25m', memory: '96Mi' } },
  securityContext: restricted,
  volumeMounts: [{ name: 'config', mountPath: '/etc/kt' }],
};

/** A pod of an app with our container beside it, with nothing to find fault with. */
export function podObject(shape: PodShape = {}): Fields {
  const { name = 'app-1', namespace = 'shop', phase = 'Running', form = 'native' } = shape;
  const sidecar = { ...sidecarContainer, ...shape.sidecar };
  const app = { name: 'app', ports: [{ containerPort: 8080 }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, ...shape.metadata },
    spec: {
      containers: form === 'classic' ? [app, sidecar] : [app],
      initContainers:
        form === 'native' ? [{ ...sidecar, restartPolicy: 'Always' }] : form === 'init' ? [sidecar] : [],
      terminationGracePeriodSeconds: 700,
      volumes: [{ name: 'config', configMap: { name: 'policy' } }],
      ...shape.spec,
    },
    status: { phase },
  };
}

export function podList(...items: readonly Fields[]): { readonly body: Fields } {
  return { body: { apiVersion: 'v1', kind: 'PodList', metadata: {}, items } };
}
