{{- define "kt-sidecar.controllerName" -}}
{{ include "kt-sidecar.fullname" . }}-controller
{{- end }}

{{- /* Where policies are watched, as JSON: a list, which is empty where nothing is nudged. */}}
{{- define "kt-sidecar.nudgeNamespaces" -}}
{{- $nudge := .Values.reload.nudge -}}
{{- $namespaces := $nudge.namespaces | default .Values.policy.namespaces -}}
{{- ternary $namespaces list $nudge.enabled | toJson -}}
{{- end }}

{{- define "kt-sidecar.hasNudge" -}}
{{- if include "kt-sidecar.nudgeNamespaces" . | fromJsonArray }}true{{ end -}}
{{- end }}

{{- define "kt-sidecar.hasWebhookInjection" -}}
{{- if eq (include "kt-sidecar.injectionMode" .) "webhook" }}true{{ end -}}
{{- end }}

{{- /* Whether there is a webhook to serve, and so a certificate. */}}
{{- define "kt-sidecar.hasWebhooks" -}}
{{- if or (include "kt-sidecar.hasWebhookInjection" .) .Values.validation.enabled }}true{{ end -}}
{{- end }}

{{- define "kt-sidecar.hasController" -}}
{{- if or (include "kt-sidecar.hasWebhooks" .) (include "kt-sidecar.hasNudge" .) }}true{{ end -}}
{{- end }}

{{- define "kt-sidecar.hasOwnCertificate" -}}
{{- if and (include "kt-sidecar.hasWebhooks" .) (eq .Values.certificates.source "self") }}true{{ end -}}
{{- end }}

{{- /* Labels of an object of the controller. */}}
{{- define "kt-sidecar.controllerLabels" -}}
{{ include "kt-sidecar.labels" . }}
app.kubernetes.io/component: controller
{{- end }}

{{- /* The settings of `kt controller run`. */}}
{{- define "kt-sidecar.controllerSettings" -}}
{{- $name := include "kt-sidecar.controllerName" . -}}
{{- $webhooks := dict -}}
{{- if include "kt-sidecar.hasWebhookInjection" . -}}
{{- $_ := set $webhooks "mutating" (printf "%s.injection" (include "kt-sidecar.clusterName" .)) -}}
{{- end -}}
{{- if .Values.validation.enabled -}}
{{- $_ := set $webhooks "validating" (printf "%s.validation" (include "kt-sidecar.clusterName" .)) -}}
{{- end -}}
namespace: {{ .Release.Namespace }}
service: {{ $name }}
listen:
  webhook: {{ .Values.controller.port }}
  admin: {{ .Values.controller.adminPort }}
certificates:
  source: {{ ternary "self" "files" (eq .Values.certificates.source "self") }}
  directory: /etc/kt/tls
  secret: {{ $name }}-tls
  webhooks: {{ $webhooks | toJson }}
injection:
  enabled: {{ eq (include "kt-sidecar.hasWebhookInjection" .) "true" }}
  required: {{ .Values.injection.required }}
  settings: {{ include "kt-sidecar.injectionSettings" . }}
validation:
  enabled: {{ .Values.validation.enabled }}
  mode: {{ .Values.validation.mode }}
nudge:
  enabled: {{ eq (include "kt-sidecar.hasNudge" .) "true" }}
  namespaces: {{ include "kt-sidecar.nudgeNamespaces" . }}
  perSecond: {{ .Values.reload.nudge.perSecond }}
  jitterSeconds: {{ .Values.reload.nudge.jitterSeconds }}
secrets:
  {{- $secrets := list }}
  {{- if .Values.provider.secret }}
  {{- range .Values.policy.namespaces }}
  {{- $secrets = append $secrets (dict "namespace" . "name" $.Values.provider.secret) }}
  {{- end }}
  {{- end }}
  {{- $secrets | toJson | nindent 2 }}
replicas: {{ .Values.controller.replicas }}
{{- end }}

{{- /* Where and how pods run. Takes a dict of root, component and its values. */}}
{{- define "kt-sidecar.placing" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - {{ merge (dict) . (dict "labelSelector" (dict "matchLabels" (include "kt-sidecar.selector" $ | fromYaml))) | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- end }}
