import { inject } from '../../../src/kube/injection/inject.ts';
import { injectionSettingsSchema } from '../../../src/kube/injection/injection-settings.ts';
import type { Settings } from './settings.ts';

/** A pod's template that was given the sidecar, as `kt inject` and admission give it. */
export function withSidecar(settings: Settings, template: Template): Template {
  const injection = inject({
    pod: template,
    settings: injectionSettingsSchema.parse({ image: settings.image }),
    by: 'kt',
  });
  if (injection.kind === 'skipped') throw new Error(`${injection.reason}: ${injection.detail}`);
  return injection.pod;
}

export interface Template {
  readonly metadata: { readonly labels: Labels; readonly annotations?: Labels };
  readonly spec: { readonly containers: readonly object[] } & Readonly<Record<string, unknown>>;
}
type Labels = Readonly<Record<string, string>>;

export const labels = { 'app.kubernetes.io/name': 'app' };

const security = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** The pod of an app that has never heard of the gateway: containers of the test's app, or of any script of Node. */
export function appTemplate(
  more: Readonly<Record<string, unknown>> & { readonly containers: readonly object[] },
  annotations: Labels = {},
): Template {
  return {
    metadata: { labels, annotations },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 60,
      securityContext: { runAsNonRoot: true, runAsUser: 10_001, seccompProfile: { type: 'RuntimeDefault' } },
      volumes: [{ name: 'test-app', configMap: { name: 'test-app' } }],
      ...more,
    },
  };
}

/** The test's app. With prompts it calls the model once for each, and ends; without, it serves until it is told to stop. */
export function appContainer(
  settings: Settings,
  prompts: readonly string[] = [],
  more: Readonly<Record<string, unknown>> = {},
): object {
  return {
    name: 'app',
    image: settings.appImage,
    command: [settings.appNode, '/test/app.mjs', ...prompts],
    securityContext: security,
    volumeMounts: [{ name: 'test-app', mountPath: '/test' }],
    ...(prompts.length === 0
      ? { readinessProbe: { httpGet: { path: '/ready', port: 8080 }, periodSeconds: 1 } }
      : {}),
    ...more,
  };
}

/** A container that runs this script in the image's Node. */
export function scriptContainer(
  settings: Settings,
  script: string,
  more: Readonly<Record<string, unknown>> = {},
): object {
  return {
    name: 'app',
    image: settings.appImage,
    command: [settings.appNode, '--input-type=module', '--eval', script],
    securityContext: security,
    ...more,
  };
}

export const metadata = (name: string): object => ({ name, labels });
export const selector = { matchLabels: labels };
