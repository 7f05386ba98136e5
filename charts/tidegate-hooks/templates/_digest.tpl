{{/*
The digest of the change: what is given, else what is computed. Where both are there they have to agree.
*/}}
{{- define "tidegate-hooks.digest" -}}
{{- .Values.tidegate.digest | default (include "tidegate-hooks.computedDigest" .) -}}
{{- end -}}

{{/*
The digest of what the chart is rendered from, the same on every cluster: its name, versions and dependencies, its files as
`.Files` sees them, and its values without `tidegate` and `tidegate.perCluster`. Templates can't be seen from a template:
a change of them needs another `version` in Chart.yaml. `tidegate digest` computes the same; the form is written down there.
*/}}
{{- define "tidegate-hooks.computedDigest" -}}
{{- printf "sha256:%s" (include "tidegate-hooks.digestText" . | sha256sum) -}}
{{- end -}}

{{- define "tidegate-hooks.digestText" -}}
{{- $chart := .Chart -}}
{{- $lines := list -}}
{{- range $path, $_ := .Files.Glob "**" -}}
{{- $lines = append $lines (printf "file %s %s" (sha256sum $path) ($.Files.Get $path | sha256sum)) -}}
{{- end -}}
{{- range $chart.Dependencies -}}
{{- if and (ne .Name "tidegate") (ne .Name "tidegate-hooks") -}}
{{- $lines = append $lines (printf "dependency %s %s" (sha256sum .Name) (sha256sum .Version)) -}}
{{- end -}}
{{- end -}}
{{- $values := omit (deepCopy .Values) "tidegate" -}}
{{- if not $values.global -}}
{{- $values = omit $values "global" -}}
{{- end -}}
{{- range .Values.tidegate.perCluster -}}
{{- include "tidegate-hooks.without" (dict "in" $values "path" (splitList "." .)) -}}
{{- end -}}
{{- $head := printf "chart %s %s %s" (sha256sum $chart.Name) (sha256sum $chart.Version) (sha256sum $chart.AppVersion) -}}
{{- concat (list "tidegate-digest/1" $head) (sortAlpha $lines) (list (printf "values %s" (include "tidegate-hooks.canonical" (dict "of" $values "at" "")))) | join "\n" -}}
{{- end -}}

{{/*
Takes a path out of a map, in place; a path that is not there changes nothing.
*/}}
{{- define "tidegate-hooks.without" -}}
{{- $key := first .path -}}
{{- if and (kindIs "map" .in) (hasKey .in $key) -}}
{{- if eq (len .path) 1 -}}
{{- $_ := unset .in $key -}}
{{- else -}}
{{- include "tidegate-hooks.without" (dict "in" (get .in $key) "path" (rest .path)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
A value as text that no other value has. Text stands as its hash, so that nothing in it can look like structure and no two
JSON writers can disagree about it; numbers as ECMAScript writes a double, and only those that a double holds exactly.

- of: the value
- at: its path, for messages
*/}}
{{- define "tidegate-hooks.canonical" -}}
{{- $of := .of -}}
{{- $at := .at -}}
{{- if kindIs "map" $of -}}
{{- $entries := list -}}
{{- range $key, $value := $of -}}
{{- if not (kindIs "invalid" $value) -}}
{{- $path := printf "%s.%s" $at $key | trimPrefix "." -}}
{{- $entries = append $entries (printf "%s=%s," (sha256sum $key) (include "tidegate-hooks.canonical" (dict "of" $value "at" $path))) -}}
{{- end -}}
{{- end -}}
{{- printf "{%s}" (sortAlpha $entries | join "") -}}
{{- else if kindIs "slice" $of -}}
{{- $items := list -}}
{{- range $index, $value := $of -}}
{{- $items = append $items (printf "%s," (include "tidegate-hooks.canonical" (dict "of" $value "at" (printf "%s[%d]" $at $index)))) -}}
{{- end -}}
{{- printf "[%s]" ($items | join "") -}}
{{- else if kindIs "invalid" $of -}}
z
{{- else if kindIs "bool" $of -}}
{{- printf "b:%t" $of -}}
{{- else if and (kindIs "string" $of) (not (typeIs "json.Number" $of)) -}}
{{- printf "s:%s" (sha256sum $of) -}}
{{- else -}}
{{- $number := float64 (toString $of) -}}
{{- if or (gt $number 9007199254740991.0) (lt $number -9007199254740991.0) -}}
{{- fail (printf "the digest can't be computed: the value %s is a number of more than 15 digits, which tools read differently; put it in quotes" $at) -}}
{{- end -}}
{{- if eq $number 0.0 -}}n:0{{- else -}}{{- printf "n:%s" (toJson $number) -}}{{- end -}}
{{- end -}}
{{- end -}}
