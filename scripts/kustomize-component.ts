import { stringify } from 'yaml';
import { inject } from '../src/kube/injection/inject.ts';
import { defaultInjectionSettings } from '../src/kube/injection/injection-settings.ts';

const head = `# Made by npm run generate from src/kube/injection; edit those.
`;

const componentHead = `${head}#
# Gives the sidecar to the workloads of a kustomization that have the label kt-sidecar.dev/inject: enabled on themselves (not on
# their template):
#
#   components:
#     - github.com/OWNER/kt-sidecar/deploy/kustomize
#   images:
#     - name: kt-sidecar
#       newName: registry.example/kt-sidecar
#       newTag: 0.1.0
#
# It takes Kustomize 5.7 or later. Unlike "kt inject" and the chart's policy it cannot look before it adds: an OPENAI_BASE_URL
# that a container sets is replaced, annotations choose nothing, and no pod is skipped. It sets no OPENAI_API_KEY, which may come
# from a Secret: an app without one sets any text, for instance kt-sidecar.
`;

const template = ['spec', 'template'];
const places: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: template,
  StatefulSet: template,
  DaemonSet: template,
  ReplicaSet: template,
  Job: template,
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const label = 'kt-sidecar.dev/inject=enabled';
const variables = ['OPENAI_BASE_URL', 'OPENAI_API_BASE'];

/** The files of the component, by their names. */
export function kustomizeComponent(): Readonly<Record<string, string>> {
  const files = Object.keys(places).map((kind) => [`${kind.toLowerCase()}.yaml`, patchFor(kind)] as const);
  return { 'kustomization.yaml': componentHead + written(component()), ...Object.fromEntries(files) };
}

function component(): object {
  const kinds = Object.entries(places);
  return {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    patches: kinds.map(([kind]) => ({
      path: `${kind.toLowerCase()}.yaml`,
      target: { kind, labelSelector: label },
    })),
    replacements: [
      {
        sourceValue: `http://127.0.0.1:${defaultInjectionSettings.port}/v1`,
        targets: kinds.map(([kind, steps]) => ({
          select: { kind, labelSelector: label },
          fieldPaths: variables.map(
            (name) => `${[...steps, 'spec', 'containers'].join('.')}.*.env.[name=${name}].value`,
          ),
          options: { create: true },
        })),
      },
    ],
  };
}

/** What inject() adds to a pod, without what it adds to the containers of the app. */
function patchFor(kind: string): string {
  const injection = inject({
    pod: { spec: { containers: [{ name: 'app' }] } },
    settings: { ...defaultInjectionSettings, image: 'kt-sidecar' },
    by: 'kt',
  });
  if (injection.kind === 'skipped') throw new Error(`no pod to be patched with: ${injection.reason}`);
  const added = Object.fromEntries(
    Object.entries(injection.pod.spec).filter(([name]) => name !== 'containers'),
  );
  const pod = { metadata: { labels: { 'kt-sidecar.dev/injected': 'true' } }, spec: added };
  const isPod = kind === 'Pod';
  const inner = (places[kind] ?? []).reduceRight<object>((value, step) => ({ [step]: value }), pod);
  const metadata = { name: 'any', ...(isPod ? pod.metadata : {}) };
  return head + written({ apiVersion: 'v1', kind, ...inner, metadata });
}

function written(value: object): string {
  return stringify(value, { lineWidth: 0, singleQuote: true, aliasDuplicateObjects: false });
}
