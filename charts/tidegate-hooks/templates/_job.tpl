{{/*
What all Jobs have in common.

- root: the chart's context
- args: of the command
- serviceAccount: its name
- deadline: seconds for the whole Job; 0 for none
- backoffLimit
- labels, annotations: of the pod
*/}}
{{- define "tidegate-hooks.jobSpec" -}}
{{- $t := .root.Values.tidegate -}}
backoffLimit: {{ int .backoffLimit }}
{{- if .deadline }}
activeDeadlineSeconds: {{ .deadline }}
{{- end }}
podFailurePolicy:
  rules:
    # halt, hold, identity refused, inconclusive, usage: an answer, which another try does not change
    - action: FailJob
      onExitCodes:
        containerName: gate
        operator: In
        values: [42, 43, 45, 46, 64]
    # an eviction is none: the nodes may be what is being replaced
    - action: Ignore
      onPodConditions:
        - type: DisruptionTarget
          status: "True"
    # no answer: try again
    - action: Count
      onExitCodes:
        containerName: gate
        operator: In
        values: [44]
template:
  metadata:
    labels: {{- toYaml .labels | nindent 6 }}
    annotations: {{- toYaml .annotations | nindent 6 }}
  spec:
    restartPolicy: Never
    serviceAccountName: {{ .serviceAccount }}
    automountServiceAccountToken: false
    enableServiceLinks: false
    {{- with $t.image.pullSecrets }}
    imagePullSecrets:
      {{- range . }}
      - name: {{ . }}
      {{- end }}
    {{- end }}
    {{- with $t.priorityClassName }}
    priorityClassName: {{ . }}
    {{- end }}
    {{- with $t.nodeSelector }}
    nodeSelector: {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $t.tolerations }}
    tolerations: {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      runAsNonRoot: true
      runAsUser: 65532
      runAsGroup: 65532
      fsGroup: 65532
      seccompProfile:
        type: RuntimeDefault
    containers:
      - name: gate
        image: {{ include "tidegate-hooks.image" .root | quote }}
        imagePullPolicy: {{ $t.image.pullPolicy }}
        args:
          {{- range .args }}
          - {{ . | quote }}
          {{- end }}
          - --gate-url={{ $t.url }}
          - --token-file=/var/run/tidegate/token
          - --termination-log=/dev/termination-log
        {{- if or $t.ca.configMap $t.proxy.url }}
        env:
          {{- if $t.ca.configMap }}
          - name: NODE_EXTRA_CA_CERTS
            value: /etc/tidegate/ca/{{ $t.ca.key }}
          {{- end }}
          {{- with $t.proxy.url }}
          - name: NODE_USE_ENV_PROXY
            value: "1"
          - name: HTTPS_PROXY
            value: {{ . | quote }}
          - name: HTTP_PROXY
            value: {{ . | quote }}
          - name: NO_PROXY
            value: {{ $t.proxy.noProxy | quote }}
          {{- end }}
        {{- end }}
        resources: {{- toYaml $t.resources | nindent 10 }}
        terminationMessagePath: /dev/termination-log
        terminationMessagePolicy: FallbackToLogsOnError
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
          capabilities:
            drop: [ALL]
        volumeMounts:
          - name: token
            mountPath: /var/run/tidegate
            readOnly: true
          {{- if $t.ca.configMap }}
          - name: ca
            mountPath: /etc/tidegate/ca
            readOnly: true
          {{- end }}
    volumes:
      - name: token
        projected:
          sources:
            - serviceAccountToken:
                path: token
                audience: tidegate
                expirationSeconds: 900
      {{- with $t.ca.configMap }}
      - name: ca
        configMap:
          name: {{ . }}
      {{- end }}
{{- end -}}

{{/*
Labels of every object. The digest is one of the soak Job only: it is by it that a person finds and deletes that Job.
*/}}
{{- define "tidegate-hooks.labels" -}}
{{- $ours := dict "app.kubernetes.io/name" "tidegate-hooks" "app.kubernetes.io/managed-by" .root.Release.Service "app.kubernetes.io/component" .component "tidegate.io/app" .root.Values.tidegate.app -}}
{{- toYaml (merge $ours (deepCopy .root.Values.tidegate.labels)) -}}
{{- end -}}
