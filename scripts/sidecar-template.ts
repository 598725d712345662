import { stringify } from 'yaml';
import type { Template } from '../src/kube/injection/cel-template.ts';
import { inject } from '../src/kube/injection/inject.ts';
import { defaultInjectionSettings } from '../src/kube/injection/injection-settings.ts';
import {
  policyVolumeSource,
  secretsMount,
  secretsVolumeSource,
  sidecarContainer,
} from '../src/kube/injection/sidecar-container.ts';
import { secretsDirectory } from '../src/kube/injection/names.ts';

/** What a piece of the rules is in a template of Helm. */
const asHelm: Readonly<Record<string, string>> = {
  'variables.settings.image': '{{ $s.image | quote }}',
  'variables.settings.pullPolicy': '{{ $s.pullPolicy }}',
  'variables.portNumber': '{{ $s.port }}',
  'variables.adminNumber': '{{ $s.adminPort }}',
  'variables.cpu': '{{ $s.cpu | quote }}',
  'variables.memory': '{{ $s.memory | quote }}',
  'variables.memoryLimit': '{{ $s.memoryLimit | quote }}',
  'variables.configMap': '{{ $s.configMap | quote }}',
  'variables.secret': '{{ $s.secret | quote }}',
};

const head = `{{- /*
Made by npm run generate from src/kube/injection; edit those.

The sidecar in a chart of your own, without any right in a cluster. Copy this file into its templates/, or depend on this chart
with everything in it turned off, and write into the template of a Deployment or another workload:

  {{- $kt := dict "image" "registry.example/kt-sidecar:${defaultInjectionSettings.version}" "secret" "provider-keys" }}
  spec:
    initContainers:
      {{- include "kt-sidecar.initContainer" $kt | nindent 6 }}
    containers:
      - name: app
        env:
          {{- include "kt-sidecar.appEnv" $kt | nindent 10 }}
    volumes:
      {{- include "kt-sidecar.volumes" $kt | nindent 6 }}

The settings, all optional, are strings: ${Object.keys(defaultInjectionSettings)
  .filter((name) => !['native', 'version'].includes(name))
  .join(', ')}.
*/}}
`;

/** The named templates that other charts can include. */
export function sidecarTemplate(): string {
  const mount = asText([secretsMount]);
  const container = asText([sidecarContainer('native')])
    .replace(
      /^( *)(limits:\n)/m,
      '$1$2$1  {{- with $s.cpuLimit }}\n$1  cpu: {{ . | quote }}\n$1  {{- end }}\n',
    )
    .trimEnd();
  return [
    head,
    define(
      'settings',
      `{{- merge (dict) . (fromJson ${quoted(JSON.stringify(defaultInjectionSettings))}) | toJson -}}`,
    ),
    define('initContainer', `${settings}${container}\n${onlyWithSecret(indented(mount, 4))}\n${environment}`),
    define(
      'volumes',
      `${settings}${asText([policyVolumeSource]).trimEnd()}\n${onlyWithSecret(asText([secretsVolumeSource]).trimEnd())}`,
    ),
    define('appEnv', `${settings}${appEnvironment()}`),
  ].join('\n');
}

const settings = '{{- $s := include "kt-sidecar.sidecarSettings" . | fromJson -}}\n';

function define(name: string, body: string): string {
  return `{{- define "kt-sidecar.${name === 'settings' ? 'sidecarSettings' : name}" -}}\n${body.trimEnd()}\n{{- end }}\n`;
}

function onlyWithSecret(text: string): string {
  return `{{- if $s.secret }}\n${text}\n{{- end }}`;
}

/** As the rules have it: only where the sidecar differs from what it does by itself. */
const environment = `{{- $listens := or (ne (toString $s.port) "41002") $s.extraListen }}
{{- $administers := ne (toString $s.adminPort) "41003" }}
{{- if or $listens $administers $s.secret $s.env }}
  env:
    {{- if $listens }}
    - name: KT_LISTEN
      value: {{ printf "localhost:%v" $s.port }}{{ with $s.extraListen }},{{ . }}{{ end }}
    {{- end }}
    {{- if $administers }}
    - name: KT_ADMIN_LISTEN
      value: {{ printf "[::]:%v" $s.adminPort | quote }}
    {{- end }}
    {{- if $s.secret }}
    - name: KT_SECRETS_DIR
      value: ${secretsDirectory}
    {{- end }}
    {{- range splitList "\\n" $s.env }}
    {{- if . }}
    - name: {{ regexFind "^[^=]+" . }}
      value: {{ regexReplaceAll "^[^=]+=" . "" | quote }}
    {{- end }}
    {{- end }}
{{- end }}`;

/** What inject() gives an app that sets nothing. */
function appEnvironment(): string {
  const noVariables: readonly { readonly name: string; readonly value: string }[] = [];
  const result = inject({
    pod: { spec: { containers: [{ name: 'app', env: noVariables }] } },
    settings: defaultInjectionSettings,
    by: 'kt',
  });
  const env = result.kind === 'injected' ? (result.pod.spec.containers[0]?.env ?? []) : [];
  return stringify(env, { lineWidth: 0 }).replaceAll(`:${defaultInjectionSettings.port}/`, ':{{ $s.port }}/');
}

function asText(template: Template): string {
  let text = stringify(plain(template), { lineWidth: 0 });
  for (const [cel, helm] of Object.entries(asHelm))
    text = text.replaceAll(`"<${cel}>"`, helm).replaceAll(`<${cel}>`, helm);
  return text;
}

function plain(template: Template): unknown {
  if (typeof template !== 'object') return template;
  if ('cel' in template && typeof template.cel === 'string') return `<${template.cel}>`;
  if (Array.isArray(template)) return template.map(plain);
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, plain(value)]));
}

function indented(text: string, by: number): string {
  return text.trimEnd().replaceAll(/^/gm, ' '.repeat(by));
}

function quoted(json: string): string {
  return `\`${json}\``;
}
