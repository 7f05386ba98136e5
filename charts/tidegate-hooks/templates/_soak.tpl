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
  name: {{ include "tidegate-hooks.name" (dict "root" . "suffix" (printf "soak-%s-%s" $short (sha256sum $spec | trunc 6))) }}
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

{{/*
The Application that holds the soak Job and nothing else, for people who write Applications by chart: one wave, no hook, so
that its sync ends in seconds and only its health waits. It prunes the Job of the last digest, without which it would stay
OutOfSync for ever. It never heals itself: a Job that was deleted for another attempt is made anew by a sync that a person
starts.
*/}}
{{- define "tidegate-hooks.soakApplication" -}}
{{- $t := .Values.tidegate -}}
{{- with $t.soak.application -}}
{{- $wrong := list -}}
{{- range $key, $what := dict "name" "the name of the Application" "repoURL" "the repository" "path" "the folder of the chart that includes tidegate-hooks.soak" -}}
{{- if not (get $t.soak.application $key) -}}
{{- $wrong = append $wrong (printf "tidegate.soak.application.%s is missing: %s" $key $what) -}}
{{- end -}}
{{- end -}}
{{- if eq (empty .destination.name) (empty .destination.server) -}}
{{- $wrong = append $wrong "tidegate.soak.application.destination needs a name or a server, and not both" -}}
{{- end -}}
{{- if not .destination.namespace -}}
{{- $wrong = append $wrong "tidegate.soak.application.destination.namespace is missing: where the soak Job runs" -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "tidegate-hooks can't be rendered:\n- %s" (join "\n- " $wrong)) -}}
{{- end -}}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ .name }}
  namespace: {{ .namespace }}
  labels: {{- merge (dict "tidegate.io/app" $t.app "tidegate.io/role" "soak") (deepCopy .labels) | toYaml | nindent 4 }}
spec:
  project: {{ .project }}
  source:
    repoURL: {{ .repoURL }}
    path: {{ .path }}
    targetRevision: {{ .targetRevision }}
    helm:
      valuesObject:
        tidegate:
          url: {{ $t.url }}
          app: {{ $t.app }}
          cluster: {{ $t.cluster }}
          digest: {{ include "tidegate-hooks.digest" $ }}
          image: {{- toYaml $t.image | nindent 12 }}
  destination:
    {{- with .destination.name }}
    name: {{ . }}
    {{- end }}
    {{- with .destination.server }}
    server: {{ . }}
    {{- end }}
    namespace: {{ .destination.namespace }}
  syncPolicy:
    automated:
      prune: true
      selfHeal: false
    retry:
      limit: -1
      refresh: true
      backoff:
        duration: 30s
        factor: 1
        maxDuration: 30s
{{- end -}}
{{- end -}}
