{{/*
The hooks of an app: `include` it from one template of the app's chart.
*/}}
{{- define "tidegate-hooks.hooks" -}}
{{- include "tidegate-hooks.checks" (dict "root" . "for" "hooks") -}}
{{- $t := .Values.tidegate -}}
{{- if $t.serviceAccount.create }}
{{ include "tidegate-hooks.serviceAccount" . }}
{{- end }}
{{- if $t.preSync.enabled }}
{{ include "tidegate-hooks.hook" (dict "root" . "phase" "PreSync" "command" "pre-sync" "suffix" "gate-pre" "waits" false) }}
{{- end }}
{{- if $t.postSync.enabled }}
{{ include "tidegate-hooks.hook" (dict "root" . "phase" "PostSync" "command" "post-sync" "suffix" "gate-post" "waits" (eq $t.postSync.mode "wait")) }}
{{- end }}
{{- if $t.syncFail.enabled }}
{{ include "tidegate-hooks.hook" (dict "root" . "phase" "SyncFail" "command" "sync-fail" "suffix" "gate-fail" "waits" false) }}
{{- end }}
{{- end -}}

{{/*
The hooks' ServiceAccount, a hook of an earlier wave than the first Job. Its delete policy is not that of the Jobs: it must
outlive a failure, because Argo CD deletes what HookFailed names before it starts the SyncFail Job; and one that is deleted
before its creation would be missing for a moment, in which another sync's pod could not start. A ServiceAccount that is
left over is applied again, which changes nothing.
*/}}
{{- define "tidegate-hooks.serviceAccount" -}}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .Values.tidegate.serviceAccount.name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "tidegate-hooks.labels" (dict "root" . "component" "hook") | nindent 4 }}
  annotations:
    argocd.argoproj.io/hook: PreSync
    argocd.argoproj.io/hook-delete-policy: HookSucceeded
    argocd.argoproj.io/sync-wave: "-20"
    {{- with .Values.tidegate.serviceAccount.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
automountServiceAccountToken: false
{{- end -}}

{{/*
One hook Job.

- root: the chart's context
- phase: PreSync, PostSync or SyncFail
- command: of `tidegate hook`
- suffix: of the name
- waits: whether it waits for the verdict
*/}}
{{- define "tidegate-hooks.hook" -}}
{{- $t := .root.Values.tidegate -}}
{{- $wait := include "tidegate-hooks.maxWait" . | int -}}
{{- $links := dict "link.argocd.argoproj.io/external-link" (include "tidegate-hooks.link" .root) -}}
{{- $labels := include "tidegate-hooks.labels" (dict "root" .root "component" "hook") | fromYaml -}}
{{- $annotations := merge $links (deepCopy $t.annotations) -}}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "tidegate-hooks.name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- toYaml $labels | nindent 4 }}
  annotations:
    argocd.argoproj.io/hook: {{ .phase }}
    # All three: with the default alone Argo CD takes the Job of the last sync for this one's.
    argocd.argoproj.io/hook-delete-policy: BeforeHookCreation,HookSucceeded,HookFailed
    argocd.argoproj.io/sync-wave: "-10"
    {{- toYaml $annotations | nindent 4 }}
spec:
  {{- include "tidegate-hooks.jobSpec" (dict
        "root" .root
        "args" (concat (list "hook" .command) (include "tidegate-hooks.hookArgs" (merge (dict "wait" $wait) .) | fromJsonArray))
        "serviceAccount" $t.serviceAccount.name
        "deadline" (include "tidegate-hooks.deadline" (dict "root" .root "wait" $wait))
        "backoffLimit" $t.backoffLimit
        "labels" $labels
        "annotations" $annotations) | nindent 2 }}
{{- end -}}

{{/*
What a hook is told, as JSON.
*/}}
{{- define "tidegate-hooks.hookArgs" -}}
{{- $t := .root.Values.tidegate -}}
{{- $args := list
      (printf "--app=%s" $t.app)
      (printf "--cluster=%s" $t.cluster)
      (printf "--revision=%s" $t.revision)
      (printf "--digest=%s" (include "tidegate-hooks.digest" .root))
      (printf "--max-wait=%ds" .wait) -}}
{{- if ne $t.intent "change" -}}
{{- $args = append $args (printf "--intent=%s" $t.intent) -}}
{{- end -}}
{{- with $t.argoApp -}}
{{- $args = append $args (printf "--argo-app=%s" .) -}}
{{- end -}}
{{- with $t.change.components -}}
{{- $args = append $args (printf "--components=%s" (join "," .)) -}}
{{- end -}}
{{- $change := list -}}
{{- with $t.change.kubernetes -}}
{{- $change = append $change (printf "kubernetes=%s" .) -}}
{{- end -}}
{{- with $t.change.nodes -}}
{{- $change = append $change (printf "nodes=%s" .) -}}
{{- end -}}
{{- range $name, $version := $t.change.addons -}}
{{- $change = append $change (printf "addon/%s=%s" $name $version) -}}
{{- end -}}
{{- with $change -}}
{{- $args = append $args (printf "--change=%s" (join "," .)) -}}
{{- end -}}
{{- if eq .phase "PostSync" -}}
{{- $args = append $args (printf "--mode=%s" $t.postSync.mode) -}}
{{- end -}}
{{- toJson $args -}}
{{- end -}}
