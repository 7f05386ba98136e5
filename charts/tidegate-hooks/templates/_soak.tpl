{{/*
The soak Job, which is no hook: its health is what a RollingSync of Argo CD 3.3 and later heeds. It waits, without a
deadline, until the run of its digest is opened and decided, and opens none itself. It needs an Application of its own:
beside hooks or waves it would lock the sync for the whole soak. What its spec holds is part of its name: a Job can't be
changed, so another digest, or another image, is another Job.
*/}}
{{- define "tidegate-hooks.soak" -}}
{{- include "tidegate-hooks.checks" (dict "root" . "for" "soak") -}}
{{- $t := .Values.tidegate -}}
{{- $digest := include "tidegate-hooks.digest" . -}}
{{- $short := include "tidegate-hooks.shortDigest" $digest -}}
{{- $labels := include "tidegate-hooks.labels" (dict "root" . "component" "soak") | fromYaml | merge (dict "tidegate.io/digest" $short) -}}
{{- $annotations := merge (dict "link.argocd.argoproj.io/external-link" (include "tidegate-hooks.link" .)) (deepCopy $t.annotations) -}}
{{- $spec := include "tidegate-hooks.jobSpec" (dict
      "root" .
      "args" (list "hook" "soak" (printf "--app=%s" $t.app) (printf "--cluster=%s" $t.cluster) (printf "--digest=%s" $digest))
      "serviceAccount" $t.soak.serviceAccount.name
      "deadline" 0
      "backoffLimit" 100
      "labels" $labels
      "annotations" $annotations) -}}
{{- if $t.soak.serviceAccount.create }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ $t.soak.serviceAccount.name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "tidegate-hooks.labels" (dict "root" . "component" "soak") | nindent 4 }}
  {{- with $t.soak.serviceAccount.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "tidegate-hooks.name" (dict "root" . "drop" "-soak" "suffix" (printf "soak-%s-%s" $short (sha256sum $spec | trunc 6))) }}
  namespace: {{ .Release.Namespace }}
  labels: {{- toYaml $labels | nindent 4 }}
  annotations:
    {{- if $t.soak.keepOld }}
    # Jobs of earlier digests stay, and don't make the Application OutOfSync.
    argocd.argoproj.io/compare-options: IgnoreExtraneous
    argocd.argoproj.io/sync-options: Prune=false
    {{- end }}
    {{- toYaml $annotations | nindent 4 }}
spec:
  {{- $spec | nindent 2 }}
{{- end -}}
