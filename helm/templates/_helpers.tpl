{{- define "kt-sidecar.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "kt-sidecar.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "kt-sidecar.name" .) .Release.Name -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name (include "kt-sidecar.name" .) | trunc 50 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- /* Of objects of the whole cluster: two releases may have the same name in two namespaces. */}}
{{- define "kt-sidecar.clusterName" -}}
{{ printf "%s.%s" .Release.Namespace (include "kt-sidecar.fullname" .) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "kt-sidecar.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ include "kt-sidecar.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: kt-sidecar
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* Takes a dict of root and component. */}}
{{- define "kt-sidecar.selector" -}}
app.kubernetes.io/name: {{ include "kt-sidecar.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "kt-sidecar.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{- /* Whether the cluster runs MutatingAdmissionPolicies. Rendered without a cluster, Helm knows the groups of its own time. */}}
{{- define "kt-sidecar.hasPolicies" -}}
{{- if and (.Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy") (semverCompare ">=1.36.0-0" .Capabilities.KubeVersion.Version) }}true{{ end -}}
{{- end }}

{{- /* The same of ValidatingAdmissionPolicies. */}}
{{- define "kt-sidecar.hasValidatingPolicies" -}}
{{- if and (.Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy") (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) }}true{{ end -}}
{{- end }}

{{- /* policy, webhook or none. */}}
{{- define "kt-sidecar.injectionMode" -}}
{{- if ne .Values.injection.mode "auto" -}}
{{ .Values.injection.mode }}
{{- else if include "kt-sidecar.hasPolicies" . -}}
policy
{{- else -}}
webhook
{{- end -}}
{{- end }}

{{- /* What an installation decides about sidecars: strings, as JSON. The same as in src/kube/injection/injection-settings.ts. */}}
{{- define "kt-sidecar.injectionSettings" -}}
{{- $in := .Values.injection -}}
{{- $env := list -}}
{{- range $in.env -}}
{{- $env = append $env (printf "%s=%s" .name .value) -}}
{{- end -}}
{{- dict
  "image" (include "kt-sidecar.image" .)
  "pullPolicy" .Values.image.pullPolicy
  "configMap" $in.configMap
  "secret" .Values.provider.secret
  "port" (toString $in.port)
  "adminPort" (toString $in.adminPort)
  "extraListen" $in.extraListen
  "cpu" $in.resources.requests.cpu
  "memory" $in.resources.requests.memory
  "memoryLimit" $in.resources.limits.memory
  "cpuLimit" $in.resources.limits.cpu
  "native" (toString $in.native)
  "env" (join "\n" $env)
  "version" .Chart.AppVersion
| toJson -}}
{{- end }}

{{- /* Tells whether two sidecars were made by the same settings. */}}
{{- define "kt-sidecar.specHash" -}}
{{- $settings := include "kt-sidecar.injectionSettings" . | fromJson -}}
{{- $lines := list -}}
{{- range $name := keys $settings | sortAlpha -}}
{{- $lines = append $lines (printf "%s=%s" $name (get $settings $name)) -}}
{{- end -}}
{{ join "\n" $lines | sha256sum | trunc 16 }}
{{- end }}

{{- /* What the restricted Pod Security standard asks of a container, and more. */}}
{{- define "kt-sidecar.securityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- /* Takes requests and limits; what is empty is left out. */}}
{{- define "kt-sidecar.resources" -}}
requests:
  cpu: {{ .requests.cpu }}
  memory: {{ .requests.memory }}
{{- if or .limits.cpu .limits.memory }}
limits:
  {{- with .limits.cpu }}
  cpu: {{ . }}
  {{- end }}
  {{- with .limits.memory }}
  memory: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Namespaces that are never touched. */}}
{{- define "kt-sidecar.excluded" -}}
- key: kubernetes.io/metadata.name
  operator: NotIn
  values: {{ append .Values.injection.excludedNamespaces .Release.Namespace | uniq | toJson }}
{{- end }}

{{- /* The content of policy-config.yaml. */}}
{{- define "kt-sidecar.policy" -}}
{{- if .Values.policy.content -}}
{{ .Values.policy.content }}
{{- else -}}
pack:
  name: kt-sidecar
  version: 1.0.0
  enabled: true
policies:
  chain:
    - prompt-injection
    - pii-detector
    - safety-filter
    - audit-logger
policy:
  prompt-injection:
    threshold: 0.8
    action: block
  pii-detector:
    action: redact
  safety-filter:
    mode: strict
    action: block
  audit-logger: {}
providers:
  strategy: single
  targets:
    {{- if .Values.provider.secret }}
    - id: {{ .Values.provider.kind }}
      provider: {{ .Values.provider.kind }}
      model: {{ .Values.provider.model }}
      secret_key_ref:
        # The key {{ .Values.provider.key }} of the Secret {{ .Values.provider.secret }} in this namespace.
        store: {{ .Values.provider.key }}
    {{- else }}
    # No model answers: this is the built-in simulator. --set provider.secret=NAME switches to {{ .Values.provider.kind }}.
    - id: simulated
      provider: simulator
      model: simulated
    {{- end }}
{{- end }}
{{- end }}
