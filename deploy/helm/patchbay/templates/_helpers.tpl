{{- define "patchbay.name" -}}
{{- if contains "patchbay" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-patchbay" (.Release.Name | trunc 41) }}{{ end -}}
{{- end }}

{{- define "patchbay.selector" -}}
app.kubernetes.io/name: patchbay
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: server
{{- end }}

{{- define "patchbay.labels" -}}
app.kubernetes.io/name: patchbay
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "patchbay.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "patchbay.replicas" -}}
{{- if kindIs "invalid" .Values.replicas }}{{ ternary 1 3 (eq .Values.database.kind "sqlite") }}{{ else }}{{ .Values.replicas }}{{ end -}}
{{- end }}

{{- define "patchbay.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "patchbay.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* What cannot work is not rendered. */ -}}
{{- define "patchbay.checks" -}}
{{- $postgres := eq .Values.database.kind "postgres" }}
{{- $replicas := include "patchbay.replicas" . | int }}
{{- if not .Values.image.repository }}{{ fail "image.repository is required: where your build of the Dockerfile is" }}{{ end }}
{{- if not .Values.secrets.existingSecret }}{{ fail "secrets.existingSecret is required: a Secret whose keys are Patchbay's settings" }}{{ end }}
{{- if not (has "CREDENTIAL_KEYS" .Values.secrets.keys) }}{{ fail "secrets.keys lacks CREDENTIAL_KEYS" }}{{ end }}
{{- if and (not $postgres) (ne $replicas 1) }}{{ fail (printf "SQLite has exactly one server, and replicas is %d: set replicas to 1, or database.kind to postgres" $replicas) }}{{ end }}
{{- if and $postgres (lt $replicas 1) }}{{ fail "replicas is less than 1" }}{{ end }}
{{- if and (not $postgres) (has "DATABASE_URL" .Values.secrets.keys) }}{{ fail "secrets.keys has DATABASE_URL, which needs database.kind: postgres" }}{{ end }}
{{- if and $postgres (not (has "DATABASE_URL" .Values.secrets.keys)) }}{{ fail "database.kind is postgres, and secrets.keys lacks DATABASE_URL" }}{{ end }}
{{- if and $postgres (not .Values.migration.existingSecret) }}{{ fail "database.kind is postgres, and migration.existingSecret is missing: a Secret with DATABASE_URL for the role that owns the tables" }}{{ end }}
{{- if and .Values.serviceMonitor.enabled (not (has "METRICS_TOKEN" .Values.secrets.keys)) }}{{ fail "serviceMonitor needs METRICS_TOKEN among secrets.keys" }}{{ end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}{{ fail "ingress.host is missing" }}{{ end }}
{{- range $name := list "HOST" "PORT" "DATABASE_PATH" "DATABASE_URL" "OTEL_EXPORTER_OTLP_ENDPOINT" "API_HOST" "API_PORT" }}{{ if hasKey $.Values.settings $name }}{{ fail (printf "settings has %s, which the chart decides" $name) }}{{ end }}{{ end }}
{{- end }}
