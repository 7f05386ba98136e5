{{/*
Seconds of a duration, which is a whole number and one of s, m, h, d.
*/}}
{{- define "tidegate-hooks.seconds" -}}
{{- $units := dict "s" 1 "m" 60 "h" 3600 "d" 86400 -}}
{{- mul (regexFind "^[0-9]+" .) (get $units (regexFind "[smhd]$" .)) -}}
{{- end -}}

{{/*
For how long a hook waits, in seconds. PreSync and what only reports wait 90 s: a hook that waits for longer pins the sync
to its commit, one that fails with 43 is asked again with the newest. A PostSync that waits for the verdict waits until the
gate itself has come to one, and 5 minutes.
*/}}
{{- define "tidegate-hooks.maxWait" -}}
{{- $policy := .root.Values.tidegate.policy -}}
{{- if .waits -}}
{{- $whole := 300 -}}
{{- range list "maxSettle" "maxSoak" "maxBlind" -}}
{{- $whole = add $whole (include "tidegate-hooks.seconds" (get $policy .)) -}}
{{- end -}}
{{- $whole -}}
{{- else -}}
90
{{- end -}}
{{- end -}}

{{/*
Deadline of a whole Job, in seconds: every try has its wait and a minute to start, Kubernetes waits 10, 20, 40 s and so on
between them, and the first one may have to pull the image.
*/}}
{{- define "tidegate-hooks.deadline" -}}
{{- $tries := add 1 .root.Values.tidegate.backoffLimit -}}
{{- $pauses := 0 -}}
{{- $pause := 10 -}}
{{- range until (int .root.Values.tidegate.backoffLimit) -}}
{{- $pauses = add $pauses (min $pause 360) -}}
{{- $pause = mul $pause 2 -}}
{{- end -}}
{{- add (mul $tries (add .wait 60)) $pauses 120 -}}
{{- end -}}
