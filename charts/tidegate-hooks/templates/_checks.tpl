{{/*
What is missing from the values or contradicts itself, all of it at once: nothing is rendered then.

- root: the chart's context
- for: hooks or soak
*/}}
{{- define "tidegate-hooks.checks" -}}
{{- $root := .root -}}
{{- if not (kindIs "map" $root.Values.tidegate) -}}
{{- fail "tidegate-hooks: there are no values under the key tidegate; name the dependency in Chart.yaml with `alias: tidegate`, so that its defaults are there" -}}
{{- end -}}
{{- $t := $root.Values.tidegate -}}
{{- if not (hasKey $t "policy") -}}
{{- fail "tidegate-hooks: the defaults are missing under the key tidegate; name the dependency in Chart.yaml with `alias: tidegate`" -}}
{{- end -}}
{{- $wrong := list -}}
{{- range $key, $what := dict "url" "the address of the gate" "app" "the app as the gate's configuration names it" "cluster" "the cluster as the gate's inventory names it" -}}
{{- if not (get $t $key) -}}
{{- $wrong = append $wrong (printf "tidegate.%s is missing: %s" $key $what) -}}
{{- end -}}
{{- end -}}
{{- if contains "$ARGOCD_APP_NAME" $t.app -}}
{{- $wrong = append $wrong "tidegate.app is the Argo CD Application, which has another name on every cluster; write the app as the gate's configuration names it, and give the Application as tidegate.argoApp" -}}
{{- end -}}
{{- if and $t.url (not (regexMatch "^https?://[^/\\s]+/?$" $t.url)) -}}
{{- $wrong = append $wrong (printf "tidegate.url is %q; expected an address without a path, such as https://tidegate.example.com" $t.url) -}}
{{- end -}}
{{- if not $t.image.repository -}}
{{- $wrong = append $wrong "tidegate.image.repository is missing: the image that holds the command tidegate" -}}
{{- end -}}
{{- if not (or $t.image.digest $t.image.tag) -}}
{{- $wrong = append $wrong "tidegate.image.digest and tidegate.image.tag are both missing; give the digest, which nobody can move to another image" -}}
{{- end -}}
{{- range $name := list "minSoak" "maxSoak" "maxSync" "maxSettle" "maxBlind" -}}
{{- if not (regexMatch "^[0-9]+[smhd]$" (get $t.policy $name | toString)) -}}
{{- fail (printf "tidegate-hooks: tidegate.policy.%s is %q; expected a whole number and one of s, m, h, d, such as 30m" $name (get $t.policy $name | toString)) -}}
{{- end -}}
{{- end -}}
{{- $seconds := dict -}}
{{- range $name := list "minSoak" "maxSoak" "maxSync" "maxSettle" "maxBlind" -}}
{{- $_ := set $seconds $name (include "tidegate-hooks.seconds" (get $t.policy $name) | int) -}}
{{- end -}}
{{- if gt $seconds.minSoak $seconds.maxSoak -}}
{{- $wrong = append $wrong (printf "tidegate.policy.minSoak (%s) is longer than maxSoak (%s); copy both from the gate's policy" $t.policy.minSoak $t.policy.maxSoak) -}}
{{- end -}}
{{- if and $t.proxy.noProxy (not $t.proxy.url) -}}
{{- $wrong = append $wrong "tidegate.proxy.noProxy is there without tidegate.proxy.url; name the proxy, or leave both out" -}}
{{- end -}}
{{- if and $t.ca.configMap (hasPrefix "http:" $t.url) -}}
{{- $wrong = append $wrong "tidegate.ca names an authority, but tidegate.url is not https; nothing would be verified" -}}
{{- end -}}
{{- if eq .for "hooks" -}}
{{- if not $t.revision -}}
{{- $wrong = append $wrong "tidegate.revision is missing: give it as the Helm parameter tidegate.revision with the value $ARGOCD_APP_REVISION and forceString: true" -}}
{{- end -}}
{{- if not $t.preSync.enabled -}}
{{- if $t.postSync.enabled -}}
{{- $wrong = append $wrong "tidegate.preSync.enabled is false while postSync is enabled: every sync would be reported as ungated; enable preSync, or leave the hooks out" -}}
{{- end -}}
{{- else if not $t.postSync.enabled -}}
{{- $wrong = append $wrong "tidegate.postSync.enabled is false: nobody would tell the gate that the sync is done, and no soak would begin; enable it" -}}
{{- end -}}
{{- if eq $t.postSync.mode "wait" -}}
{{- if gt $seconds.maxSoak 3600 -}}
{{- $wrong = append $wrong (printf "tidegate.postSync.mode is wait and policy.maxSoak is %s: a hook locks the Application while it runs, so it may wait for soaks of at most 1h; use register and a soak Job" $t.policy.maxSoak) -}}
{{- end -}}
{{- end -}}
{{- $preSync := include "tidegate-hooks.deadline" (dict "root" $root "wait" 90) | int -}}
{{- if ge $preSync $seconds.maxSync -}}
{{- $wrong = append $wrong (printf "tidegate.policy.maxSync is %s, but the PreSync Job alone may take %ds (backoffLimit %d); allow the sync more time, or fewer tries" $t.policy.maxSync $preSync (int $t.backoffLimit)) -}}
{{- end -}}
{{- $computed := include "tidegate-hooks.computedDigest" $root -}}
{{- if and $t.digest (ne $t.digest $computed) -}}
{{- $wrong = append $wrong (printf "tidegate.digest is %s, but these values and files have %s: an old digest would let a new change pass; run tidegate digest, or leave it empty" $t.digest $computed) -}}
{{- end -}}
{{- end -}}
{{- if eq .for "soak" -}}
{{- if not $t.digest -}}
{{- $wrong = append $wrong "tidegate.digest is missing: the soak Job is rendered by a chart of its own, which can't see what the app is rendered from; run tidegate digest on the app's chart and give the result here" -}}
{{- end -}}
{{- if eq $t.soak.serviceAccount.name $t.serviceAccount.name -}}
{{- if and $t.soak.serviceAccount.create $t.serviceAccount.create -}}
{{- $wrong = append $wrong (printf "tidegate.soak.serviceAccount.name and tidegate.serviceAccount.name are both %s: the hooks' one is deleted after every sync, and the soak would lose its token; use two names" $t.serviceAccount.name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if $wrong -}}
{{- fail (printf "tidegate-hooks can't be rendered:\n- %s" (join "\n- " $wrong)) -}}
{{- end -}}
{{- end -}}
