{{- /* What every pod of `helm test` is and has. The image has no shell: a test is a command of kt or a line of JavaScript. */}}
{{- define "kt-sidecar.testMetadata" -}}
labels:
  {{- include "kt-sidecar.labels" . | nindent 2 }}
  app.kubernetes.io/component: test
annotations:
  helm.sh/hook: test
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
{{- define "kt-sidecar.testSpec" -}}
restartPolicy: Never
automountServiceAccountToken: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
{{- end }}
{{- define "kt-sidecar.testContainer" -}}
image: {{ include "kt-sidecar.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
resources:
  requests:
    cpu: 25m
    memory: 96Mi
  limits:
    memory: 256Mi
securityContext:
  {{- include "kt-sidecar.securityContext" . | nindent 2 }}
{{- end }}
{{- /* Asks the gateway at an address for a model's answer. */}}
{{- define "kt-sidecar.testCall" -}}
command:
  - /nodejs/bin/node
  - --input-type=module
  - --eval
  - |
    const reply = await fetch(`{{ . }}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'test', messages: [{ role: 'user', content: 'Are you there?' }] }),
      signal: AbortSignal.timeout(20_000),
    });
    console.log(reply.status, await reply.text());
    if (!reply.ok) process.exit(1);
{{- end }}
