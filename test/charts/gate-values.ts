const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const image = { repository: 'registry.example.com/tidegate', digest };

/** A configuration that the gate takes as it stands. */
export const config = {
  gate: { url: 'https://tidegate.example.com' },
  sources: [{ name: 'main', kind: 'prometheus', url: 'http://prometheus.monitoring:9090' }],
  fleet: {
    clusters: [
      {
        name: 'staging-eu-1',
        wave: 'staging',
        class: 'standard',
        region: 'eu-central-1',
        account: '012345678901',
        source: 'main',
      },
    ],
  },
  waves: [{ name: 'staging', policy: 'standard' }],
  apps: [{ name: 'platform-bom', mode: 'observe', components: ['dns', 'nodes'] }],
  identity: {
    tokens: [
      { name: 'staging-hook', kind: 'hook', sha256: 'ab'.repeat(32), apps: ['platform-bom'] },
      { name: 'prometheus', kind: 'reader', sha256: 'cd'.repeat(32) },
    ],
  },
  bundle: { urls: { grafana: 'https://grafana.example.com' } },
};

/** Values of the chart by what they are an example of; each is a golden file. */
export const gateValues = {
  smallest: { image, config },
  everything: {
    replicas: 3,
    image: { ...image, pullSecrets: ['registry'] },
    secrets: { postgres: 'tidegate-postgres', prometheus: 'prometheus-token' },
    config: {
      ...config,
      gate: { ...config.gate, store: { postgres: { urlFile: '/var/run/tidegate/postgres/url' } } },
      sources: config.sources.map((source) => ({
        ...source,
        auth: { bearerFile: '/var/run/tidegate/prometheus/token' },
      })),
      bundle: { ...config.bundle, settings: { 'etcd.limitBytes': 17_179_869_184 } },
    },
    ca: { configMap: 'company-ca' },
    env: [{ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://collector.monitoring:4318' }],
    ingress: {
      enabled: true,
      className: 'alb',
      annotations: { 'alb.ingress.kubernetes.io/scheme': 'internal' },
      tlsSecret: 'tidegate-tls',
    },
    serviceAccount: {
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::012345678901:role/tidegate' },
    },
    networkPolicy: {
      from: [{ ipBlock: { cidr: '10.0.0.0/8' } }],
      egress: [
        {
          to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
          ports: [{ port: 9090, protocol: 'TCP' }],
        },
      ],
    },
    podLabels: { team: 'platform' },
    podAnnotations: { 'example.com/owner': 'platform' },
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [
            {
              matchExpressions: [
                { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
              ],
            },
          ],
        },
      },
    },
    priorityClassName: 'system-cluster-critical',
    serviceMonitor: {
      enabled: true,
      labels: { release: 'prometheus' },
      cluster: 'hub',
      tokenSecret: { name: 'tidegate-reader' },
    },
    rules: { as: 'PrometheusRule', labels: { release: 'prometheus' }, rendered: true },
    boards: { as: 'GrafanaDashboard' },
    alertmanager: {
      as: 'AlertmanagerConfig',
      labels: { alertmanagerConfig: 'main' },
      tokenSecret: { name: 'tidegate-webhook' },
    },
  },
  'argocd-secrets': {
    image: { repository: image.repository, tag: 'v1' },
    config: { ...config, fleet: { from: 'argocd-secrets', source: 'main' } },
    persistence: { existingClaim: 'ledger' },
    listen: { host: '[::]', port: 9443 },
    logLevel: 'debug',
    httpRoute: { enabled: true, parentRefs: [{ name: 'internal', namespace: 'gateways' }] },
    networkPolicy: { enabled: false },
    rules: { as: 'none' },
    boards: { as: 'none' },
  },
};
