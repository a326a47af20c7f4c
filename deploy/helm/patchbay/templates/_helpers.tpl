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
{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
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

{{- /* The certificate authority of the database: its variable, where it is, and what it is. */ -}}
{{- define "patchbay.caEnv" -}}
{{- if .Values.database.caConfigMap -}}
- { name: NODE_EXTRA_CA_CERTS, value: /run/database-ca/{{ .Values.database.caKey }} }
{{- end }}
{{- end }}

{{- define "patchbay.caMount" -}}
{{- if .Values.database.caConfigMap -}}
- { name: database-ca, mountPath: /run/database-ca, readOnly: true }
{{- end }}
{{- end }}

{{- define "patchbay.caVolume" -}}
{{- with .Values.database.caConfigMap -}}
- { name: database-ca, configMap: { name: {{ . | quote }} } }
{{- end }}
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
{{- $keys := .Values.secrets.keys }}
{{- if not .Values.image.repository }}{{ fail "image.repository is required: where your build of the Dockerfile is" }}{{ end }}
{{- if and .Values.image.tag .Values.image.digest }}{{ fail "image.tag and image.digest cannot both be set" }}{{ end }}
{{- if not .Values.secrets.existingSecret }}{{ fail "secrets.existingSecret is required: a Secret whose keys are Patchbay's settings" }}{{ end }}
{{- if not (has "CREDENTIAL_KEYS" $keys) }}{{ fail "secrets.keys lacks CREDENTIAL_KEYS" }}{{ end }}
{{- if and (not $postgres) (ne $replicas 1) }}{{ fail (printf "SQLite has exactly one server, and replicas is %d: set replicas to 1, or database.kind to postgres" $replicas) }}{{ end }}
{{- if and $postgres (lt $replicas 1) }}{{ fail "replicas is less than 1" }}{{ end }}
{{- if $postgres }}
{{- if not (has "DATABASE_URL" $keys) }}{{ fail "database.kind is postgres, and secrets.keys lacks DATABASE_URL" }}{{ end }}
{{- if not .Values.migration.existingSecret }}{{ fail "database.kind is postgres, and migration.existingSecret is missing: a Secret with DATABASE_URL for the role that owns the tables" }}{{ end }}
{{- if .Values.database.existingClaim }}{{ fail "database.existingClaim is a volume for sqlite, and database.kind is postgres" }}{{ end }}
{{- else }}
{{- range $name := list "DATABASE_URL" "DATABASE_LISTEN_URL" }}{{ if has $name $keys }}{{ fail (printf "secrets.keys has %s, which needs database.kind: postgres" $name) }}{{ end }}{{ end }}
{{- if .Values.migration.existingSecret }}{{ fail "migration.existingSecret is set, which needs database.kind: postgres" }}{{ end }}
{{- if .Values.database.caConfigMap }}{{ fail "database.caConfigMap is set, which needs database.kind: postgres" }}{{ end }}
{{- end }}
{{- include "patchbay.slackChecks" $keys }}
{{- if and .Values.serviceMonitor.enabled (not (has "METRICS_TOKEN" $keys)) }}{{ fail "serviceMonitor needs METRICS_TOKEN among secrets.keys" }}{{ end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.host) }}{{ fail "ingress.host is missing" }}{{ end }}
{{- include "patchbay.settingsChecks" . }}
{{- end }}

{{- /* As src/config/slack-config.ts, before a pod has to say it. */ -}}
{{- define "patchbay.slackChecks" -}}
{{- $bot := has "SLACK_BOT_TOKEN" . }}
{{- if not (or (has "SLACK_SIGNING_SECRET" .) (has "SLACK_APP_TOKEN" .)) }}{{ fail "secrets.keys lacks SLACK_SIGNING_SECRET (or SLACK_APP_TOKEN for Socket Mode)" }}{{ end }}
{{- $given := list }}
{{- $missing := list }}
{{- range $name := list "SLACK_CLIENT_ID" "SLACK_CLIENT_SECRET" "SLACK_STATE_SECRET" }}
{{- if has $name $ }}{{ $given = append $given $name }}{{ else }}{{ $missing = append $missing $name }}{{ end }}
{{- end }}
{{- if and $bot $given }}{{ fail (printf "secrets.keys has SLACK_BOT_TOKEN (one workspace) and %s (many): name the keys of one of them" (first $given)) }}{{ end }}
{{- if and (not $bot) $missing }}{{ fail (printf "secrets.keys lacks SLACK_BOT_TOKEN (one workspace), or %s (many)" (join ", " $missing)) }}{{ end }}
{{- end }}

{{- define "patchbay.settingsChecks" -}}
{{- range $name, $_ := .Values.settings }}
{{- if has $name (list "HOST" "PORT" "DATABASE_PATH" "OTEL_EXPORTER_OTLP_ENDPOINT" "API_HOST" "API_PORT") }}{{ fail (printf "settings has %s, which the chart decides" $name) }}{{ end }}
{{- if or (hasPrefix "SLACK_" $name | and (ne $name "SLACK_API_URL")) (has (trimSuffix "_FILE" $name) (list "METRICS_TOKEN" "OTEL_EXPORTER_OTLP_HEADERS" "DATABASE_URL" "DATABASE_LISTEN_URL" "CREDENTIAL_KEYS")) }}{{ fail (printf "settings has %s, a secret: make it a key of the Secret, and name it in secrets.keys" $name) }}{{ end }}
{{- end }}
{{- if and .Values.auditSigningKey.existingSecret (hasKey .Values.settings "AUDIT_SIGNING_KEY_PATH") }}{{ fail "settings has AUDIT_SIGNING_KEY_PATH, and auditSigningKey.existingSecret is set: choose one" }}{{ end }}
{{- if and .Values.database.caConfigMap (hasKey .Values.settings "NODE_EXTRA_CA_CERTS") }}{{ fail "settings has NODE_EXTRA_CA_CERTS, and database.caConfigMap is set: choose one" }}{{ end }}
{{- end }}
