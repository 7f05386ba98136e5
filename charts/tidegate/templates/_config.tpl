{{- define "tidegate.dataFolder" }}/var/lib/tidegate{{ end }}
{{- define "tidegate.secretsFolder" }}/var/run/tidegate{{ end }}

{{- /* "yes" where the ledger is in PostgreSQL. */ -}}
{{- define "tidegate.postgres" -}}
{{- if ((.Values.config.gate).store).postgres }}yes{{ end }}
{{- end }}

{{- /* "yes" where the gate reads Argo CD's cluster Secrets. */ -}}
{{- define "tidegate.readsSecrets" -}}
{{- if eq ((.Values.config.fleet).from | default "") "argocd-secrets" }}yes{{ end }}
{{- end }}

{{- /* The configuration with the ledger's place in it, as a JSON text. */ -}}
{{- define "tidegate.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- if not ($config.gate).store -}}
{{- $ledger := dict "sqlite" (printf "%s/ledger.sqlite" (include "tidegate.dataFolder" .)) -}}
{{- $_ := set $config "gate" (merge (dict "store" $ledger) ($config.gate | default dict)) -}}
{{- end -}}
{{- toJson $config -}}
{{- end }}

{{- define "tidegate.url" -}}
{{ (.Values.config.gate).url | default "" | trimSuffix "/" }}
{{- end }}

{{- /* The name of the gate's host, without a port. */ -}}
{{- define "tidegate.host" -}}
{{ urlParse (include "tidegate.url" .) | dig "hostname" "" }}
{{- end }}

{{- define "tidegate.runbooks" -}}
{{ ((.Values.config.bundle).urls).runbooks | default (printf "%s/runbooks" (include "tidegate.url" .)) }}
{{- end }}

{{- /* A rendered text, whose links lead to loopback where nobody said where they should lead. */ -}}
{{- define "tidegate.withLinks" -}}
{{- $grafana := ((.root.Values.config.bundle).urls).grafana | default "" | trimSuffix "/" -}}
{{- .text
  | replace "http://127.0.0.1:8080/runbooks" (include "tidegate.runbooks" .root)
  | replace "http://127.0.0.1:8080/v1" (printf "%s/v1" (include "tidegate.url" .root))
  | replace "http://127.0.0.1:3000" $grafana
  | trimSuffix "\n" -}}
{{- end }}
