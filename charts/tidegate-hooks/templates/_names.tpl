{{/*
First part of every name: of the release, which Argo CD calls after the Application.
*/}}
{{- define "tidegate-hooks.base" -}}
{{- regexReplaceAll "[^a-z0-9-]+" (lower .Release.Name) "-" | trimAll "-" -}}
{{- end -}}

{{/*
A name of a Job. A pod's name is that of its Job and 6 characters; both have to fit into 63, so a base that is too long is
cut, and told apart from others by 8 characters of its hash.

- root: the chart's context
- suffix: what comes last
- drop: what the release may end in and the suffix begins with, so that no word stands there twice; optional
*/}}
{{- define "tidegate-hooks.name" -}}
{{- $base := include "tidegate-hooks.base" .root | trimSuffix (.drop | default "") -}}
{{- $room := sub 56 (len .suffix) | int -}}
{{- if gt (len $base) $room -}}
{{- $base = printf "%s-%s" ($base | trunc (sub $room 9 | int) | trimSuffix "-") (sha256sum .root.Release.Name | trunc 8) -}}
{{- end -}}
{{- printf "%s-%s" $base .suffix -}}
{{- end -}}

{{/*
A digest as a label and a part of names: 12 characters without the algorithm, as the gate's commands select it.
*/}}
{{- define "tidegate-hooks.shortDigest" -}}
{{- regexReplaceAll "[^a-z0-9]" (trimPrefix "sha256:" . | lower) "-" | trunc 12 -}}
{{- end -}}

{{/*
The image, by digest where there is one.
*/}}
{{- define "tidegate-hooks.image" -}}
{{- with .Values.tidegate.image -}}
{{- .repository -}}
{{- if .digest -}}@{{ .digest }}{{- else -}}:{{ .tag }}{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The page of the rollout, which the user interface of Argo CD links from the Job.
*/}}
{{- define "tidegate-hooks.link" -}}
{{- $t := .Values.tidegate -}}
{{- printf "%s/rollouts/%s/%s" (trimSuffix "/" $t.url) (urlquery $t.app | replace "+" "%20") (include "tidegate-hooks.digest" . | urlquery) -}}
{{- end -}}
