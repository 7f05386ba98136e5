import { expect, test } from 'vitest';
import { parseManifests } from './helm.ts';
import { expectValid, kubernetesVersions, type Manifest, problemsOf } from './manifests.ts';
import { describeWith } from './tool.ts';

function one(text: string): Manifest {
  const [manifest] = parseManifests(text);
  if (manifest === undefined) throw new Error('the text holds no object');
  return manifest;
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: example.org/web, ports: [{containerPort: 80}]}
`;
const rule = `
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: rules, labels: {a: b}}
spec: {groups: [{name: g, interval: 30s, rules: [{alert: A, expr: up == 0, for: 5m, labels: {x: z}}]}]}
`;
const applicationSet = `
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: bom}
spec:
  generators: [{list: {elements: [{any: {json: 1}}]}}]
  strategy: {type: RollingSync, rollingSync: {steps: [{matchExpressions: [{key: wave, operator: In, values: ['0']}]}]}}
  template:
    metadata: {name: '{{.name}}'}
    spec:
      project: platform
      destination: {server: https://example.org, namespace: default}
      source: {repoURL: https://example.org/a.git, path: bom, helm: {valuesObject: {any: {thing: [1]}}}}
      syncPolicy: {retry: {limit: -1, refresh: true}}
`;
const dashboard = `
apiVersion: grafana.integreatly.org/v1beta1
kind: GrafanaDashboard
metadata: {name: fleet}
spec: {instanceSelector: {matchLabels: {dashboards: grafana}}, configMapRef: {name: fleet, key: fleet.json}}
`;

describeWith(['kubernetes-schemas'], 'what an API server would say', () => {
  test.each(kubernetesVersions)('Kubernetes %s takes what is right', (version) => {
    for (const text of [deployment, rule, applicationSet, dashboard]) expectValid(one(text), version);
  });

  test.each([
    { text: deployment, put: 'spec:\n  replica: 2', for: 'spec:', says: /"additionalProperty":"replica"/ },
    { text: deployment, put: 'containerPort: "80"', for: 'containerPort: 80', says: /must be integer/ },
    { text: deployment, put: 'image: y', for: 'image: example.org/web', says: /image must be string/ },
    { text: deployment, put: 'name: Web', for: 'name: web', says: /Web is no DNS name/ },
    { text: deployment, put: 'app: "a b"', for: 'app: web', says: /a b is no label value/ },
    { text: deployment, put: 'image: ', for: 'image: example.org/web', says: /image is null/ },
    { text: deployment, put: 'apps/v2', for: 'apps/v1', says: /has no apps\/v2 Deployment/ },
    { text: rule, put: 'for: five', for: 'for: 5m', says: /\/spec\/groups\/0\/rules\/0\/for/ },
    { text: rule, put: 'four: 5m', for: 'for: 5m', says: /rules\/0\/four is an unknown field/ },
    { text: applicationSet, put: 'limits: -1', for: 'limit: -1', says: /retry\/limits is an unknown field/ },
    { text: applicationSet, put: 'limit: many', for: 'limit: -1', says: /retry\/limit/ },
    { text: dashboard, put: 'configMap:', for: 'configMapRef:', says: /additional properties/ },
  ])('it refuses $put', ({ text, put, for: replaced, says }) => {
    const problems = problemsOf(one(text.replace(replaced, put)), '1.37');
    expect(problems.join('\n')).toMatch(says);
  });

  test('a key that stands twice is refused', () => {
    expect(() => parseManifests(deployment.replace('kind:', 'kind: Job\nkind:'))).toThrow(/unique/);
  });
});
