{{- /* Fails with every contradiction in the values at once: one sentence each, with what to do. */ -}}
{{- define "tidegate.check" -}}
{{- $v := .Values -}}
{{- $gate := $v.config.gate | default dict -}}
{{- $store := $gate.store | default dict -}}
{{- $bundle := $v.config.bundle | default dict -}}
{{- $identity := $v.config.identity | default dict -}}
{{- $wrong := list -}}
{{- if not $v.image.repository -}}
{{- $wrong = append $wrong "image.repository is empty; build the image with the project's Dockerfile and name where you pushed it" -}}
{{- end -}}
{{- if not $gate.url -}}
{{- $wrong = append $wrong "config.gate.url is empty; name the address under which hooks and people reach the gate, such as https://tidegate.example.com" -}}
{{- end -}}
{{- if $gate.listen -}}
{{- $wrong = append $wrong "config.gate.listen is the chart's business; delete it and set listen.host and listen.port" -}}
{{- end -}}
{{- if and $store.sqlite $store.postgres -}}
{{- $wrong = append $wrong "config.gate.store names both sqlite and postgres; keep one" -}}
{{- end -}}
{{- if and (gt (int $v.replicas) 1) (not $store.postgres) -}}
{{- $wrong = append $wrong (printf "replicas is %d and the ledger is an SQLite file, which one process may open; set replicas to 1 or config.gate.store.postgres" (int $v.replicas)) -}}
{{- end -}}
{{- if and $store.sqlite (not (hasPrefix (printf "%s/" (include "tidegate.dataFolder" .)) $store.sqlite)) -}}
{{- $wrong = append $wrong (printf "config.gate.store.sqlite is %s, which is not on the volume and would be gone with the pod; put it below %s/, or delete it" $store.sqlite (include "tidegate.dataFolder" .)) -}}
{{- end -}}
{{- $files := pick $v.config "gate" "sources" "fleet" "identity" -}}
{{- $wrong = concat $wrong (include "tidegate.check.files" (dict "root" . "at" "config" "value" $files) | fromJsonArray) -}}
{{- if not (or $identity.tokens $identity.hooks $identity.issuers $identity.people $gate.token) -}}
{{- $wrong = append $wrong "nobody could show who they are: the gate listens on more than loopback and needs config.identity.hooks, tokens, issuers or people, or config.gate.token; `tidegate token` makes a token" -}}
{{- end -}}
{{- if and $v.serviceMonitor.enabled (not $v.serviceMonitor.tokenSecret.name) (ne ($gate.readers | default "identified") "public") -}}
{{- $wrong = append $wrong "serviceMonitor.tokenSecret.name is empty, and the gate shows its metrics to readers with a token only; name the Secret with a token of kind reader, or set config.gate.readers to public" -}}
{{- end -}}
{{- if and (ne $v.rules.as "none") (not ($bundle.urls).grafana) -}}
{{- $wrong = append $wrong "config.bundle.urls.grafana is empty, and alerts link to their board; name the address of Grafana, or set rules.as to none" -}}
{{- end -}}
{{- $own := omit $bundle "urls" "alertmanager" -}}
{{- if and $own (ne $v.rules.as "none") (not $v.rules.rendered) -}}
{{- $wrong = append $wrong (printf "config.bundle sets %s, and the rules in the chart have the catalogue's own numbers; render them with `tidegate render --config` and set rules.rendered, or set rules.as to none and load yours" (keys $own | sortAlpha | join ", ")) -}}
{{- end -}}
{{- if and (eq $v.alertmanager.as "AlertmanagerConfig") (not $v.alertmanager.tokenSecret.name) -}}
{{- $wrong = append $wrong "alertmanager.tokenSecret.name is empty, and the gate refuses a webhook without a token; name the Secret with a token of kind webhook" -}}
{{- end -}}
{{- if and $v.httpRoute.enabled (not $v.httpRoute.parentRefs) -}}
{{- $wrong = append $wrong "httpRoute.parentRefs is empty; name the gateway that the route hangs on" -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "\n\nThe values of the chart can't be used:\n  - %s\n" (join "\n  - " $wrong)) -}}
{{- end -}}
{{- end }}

{{- /* A list, as JSON, with a sentence for each file named below a value that is nowhere mounted; `at` is the value's path. */ -}}
{{- define "tidegate.check.files" -}}
{{- $wrong := list -}}
{{- $secrets := printf "%s/" (include "tidegate.secretsFolder" .root) -}}
{{- if kindIs "map" .value -}}
{{- range $key, $inner := .value -}}
{{- $at := printf "%s.%s" $.at $key -}}
{{- if and (hasSuffix "File" $key) (kindIs "string" $inner) -}}
{{- $name := trimPrefix $secrets $inner | splitList "/" | first -}}
{{- $isSecret := and (hasPrefix $secrets $inner) (hasKey $.root.Values.secrets $name) -}}
{{- $isCa := and $.root.Values.ca.configMap (hasPrefix "/etc/tidegate-ca/" $inner) -}}
{{- if not (or $isSecret $isCa) -}}
{{- $wrong = append $wrong (printf "%s is %s, where no Secret is mounted; name a file below %sNAME/ and say in secrets.NAME which Secret that is" $at $inner $secrets) -}}
{{- end -}}
{{- else -}}
{{- $wrong = concat $wrong (include "tidegate.check.files" (dict "root" $.root "at" $at "value" $inner) | fromJsonArray) -}}
{{- end -}}
{{- end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $inner := .value -}}
{{- $wrong = concat $wrong (include "tidegate.check.files" (dict "root" $.root "at" (printf "%s[%d]" $.at $index) "value" $inner) | fromJsonArray) -}}
{{- end -}}
{{- end -}}
{{- toJson $wrong -}}
{{- end }}
