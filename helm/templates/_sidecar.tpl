{{- /*
Made by npm run generate from src/kube/injection; edit those.

The sidecar in a chart of your own, without any right in a cluster. Copy this file into its templates/, or depend on this chart
with everything in it turned off, and write into the template of a Deployment or another workload:

  {{- $kt := dict "image" "registry.example/kt-sidecar:0.1.0" "secret" "provider-keys" }}
  spec:
    initContainers:
      {{- include "kt-sidecar.initContainer" $kt | nindent 6 }}
    containers:
      - name: app
        env:
          {{- include "kt-sidecar.appEnv" $kt | nindent 10 }}
    volumes:
      {{- include "kt-sidecar.volumes" $kt | nindent 6 }}

The settings, all optional, are strings: image, pullPolicy, configMap, secret, port, adminPort, extraListen, cpu, memory, memoryLimit, cpuLimit, env.
*/}}

{{- define "kt-sidecar.sidecarSettings" -}}
{{- merge (dict) . (fromJson `{"image":"kt-sidecar:0.1.0","pullPolicy":"IfNotPresent","configMap":"policy-config","secret":"","port":"41002","adminPort":"41003","extraListen":"","cpu":"25m","memory":"96Mi","memoryLimit":"256Mi","cpuLimit":"","native":"true","env":"","version":"0.1.0"}`) | toJson -}}
{{- end }}

{{- define "kt-sidecar.initContainer" -}}
{{- $s := include "kt-sidecar.sidecarSettings" . | fromJson -}}
- name: kt-sidecar
  image: {{ $s.image | quote }}
  imagePullPolicy: {{ $s.pullPolicy }}
  restartPolicy: Always
  ports:
    - name: kt-openai
      containerPort: {{ $s.port }}
    - name: kt-admin
      containerPort: {{ $s.adminPort }}
  startupProbe:
    httpGet:
      path: /startupz
      port: kt-admin
    periodSeconds: 1
    failureThreshold: 60
  readinessProbe:
    httpGet:
      path: /readyz
      port: kt-admin
    periodSeconds: 5
    failureThreshold: 3
  livenessProbe:
    httpGet:
      path: /healthz
      port: kt-admin
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  resources:
    requests:
      cpu: {{ $s.cpu | quote }}
      memory: {{ $s.memory | quote }}
    limits:
      {{- with $s.cpuLimit }}
      cpu: {{ . | quote }}
      {{- end }}
      memory: {{ $s.memoryLimit | quote }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    capabilities:
      drop:
        - ALL
    seccompProfile:
      type: RuntimeDefault
  terminationMessagePolicy: FallbackToLogsOnError
  volumeMounts:
    - name: kt-policy
      mountPath: /etc/kt/policy
      readOnly: true
{{- if $s.secret }}
    - name: kt-secrets
      mountPath: /etc/kt/secrets
      readOnly: true
{{- end }}
{{- $listens := or (ne (toString $s.port) "41002") $s.extraListen }}
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
      value: /etc/kt/secrets
    {{- end }}
    {{- range splitList "\n" $s.env }}
    {{- if . }}
    - name: {{ regexFind "^[^=]+" . }}
      value: {{ regexReplaceAll "^[^=]+=" . "" | quote }}
    {{- end }}
    {{- end }}
{{- end }}
{{- end }}

{{- define "kt-sidecar.volumes" -}}
{{- $s := include "kt-sidecar.sidecarSettings" . | fromJson -}}
- name: kt-policy
  configMap:
    name: {{ $s.configMap | quote }}
{{- if $s.secret }}
- name: kt-secrets
  secret:
    secretName: {{ $s.secret | quote }}
    optional: true
{{- end }}
{{- end }}

{{- define "kt-sidecar.appEnv" -}}
{{- $s := include "kt-sidecar.sidecarSettings" . | fromJson -}}
- name: OPENAI_BASE_URL
  value: http://127.0.0.1:{{ $s.port }}/v1
- name: OPENAI_API_BASE
  value: http://127.0.0.1:{{ $s.port }}/v1
- name: OPENAI_API_KEY
  value: kt-sidecar
{{- end }}
