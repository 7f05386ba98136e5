import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { watchConfig } from '../../src/config/config-watch.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { helmLint, helmTemplate } from '../support/helm.ts';
import { expectValid, kubernetesVersions, type Manifest } from '../support/manifests.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { config, gateValues } from './gate-values.ts';

const ROOT = join(import.meta.dirname, '../..');
const CHART = join(ROOT, 'charts/tidegate');
const GOLDEN = join(ROOT, 'test/golden/charts/tidegate');

const sets = Object.keys(gateValues) as (keyof typeof gateValues)[];

describeWith(['helm', 'kubernetes-schemas'], 'the chart tidegate', () => {
  const rendered = new Map<string, readonly Manifest[]>();
  beforeAll(async () => {
    for (const name of sets) rendered.set(name, await helmTemplate(CHART, { values: gateValues[name] }));
  });
  const of = (set: keyof typeof gateValues) => rendered.get(set) ?? [];
  const one = (set: keyof typeof gateValues, kind: string) => {
    const manifest = of(set).find((candidate) => candidate.kind === kind);
    if (manifest === undefined) throw new Error(`the chart rendered no ${kind} of ${set}`);
    return manifest;
  };

  test('passes lint without any warning, bare and with values', async () => {
    for (const values of [undefined, ...Object.values(gateValues)]) {
      expect(await helmLint(CHART, values && { values })).toMatchObject({ ok: true });
    }
  });

  describe.each(sets)('with the values %s', (set) => {
    test.each(kubernetesVersions)('every object is one of Kubernetes %s', (version) => {
      for (const manifest of of(set)) expectValid(manifest, version);
      expect(new Set(of(set).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).size).toBe(
        of(set).length,
      );
    });

    test('renders the golden file', async () => {
      const text = of(set).map((manifest) => stringify(shortened(manifest), { lineWidth: 0 }));
      await expect(text.join('---\n')).toMatchFileSnapshot(join(GOLDEN, `${set}.yaml`));
    });
  });

  test.each(sets)('the gate takes the configuration of %s', (set) => {
    const map = of(set).find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'tidegate');
    const { data } = map as unknown as { data: Record<string, string> };
    const { spec } = one(set, 'Deployment') as unknown as {
      spec: {
        template: { spec: { containers: readonly [{ env: readonly { name: string; value: string }[] }] } };
      };
    };
    const variables = spec.template.spec.containers[0].env.map(({ name, value }) => [name, value]);
    const environment = readEnvironment(Object.fromEntries(variables));
    expect(environment.listen?.host).toBe(set === 'argocd-secrets' ? '::' : '0.0.0.0');
    const context = { source: 'tidegate.yaml', folder: '/etc/tidegate', environment };
    const taken = parseConfig(data['tidegate.yaml'] ?? '', context);
    expect(taken.gate.url).toBe(config.gate.url);
    if (set === 'argocd-secrets') expect(taken.fleet.secrets?.namespace).toBe('argocd');
    else expect(taken.fleet.clusters[0]?.account).toBe('012345678901');
    if (set === 'everything') expect(taken.bundle.settings).toEqual({ 'etcd.limitBytes': 17_179_869_184 });
  });

  test('rules are the rendered ones, with links that lead to the gate and to Grafana', () => {
    const files = filesOf('rules');
    const rules = of('everything').filter(({ kind }) => kind === 'PrometheusRule');
    const inMap = of('smallest').find(({ metadata }) => metadata.name === 'tidegate-rules');
    const { data } = inMap as unknown as { data: Record<string, string> };
    for (const [file, text] of files) {
      const expected = parse(withLinks(text));
      const rule = rules.find(
        ({ metadata }) => metadata.name === `tidegate-${file.replace('.rules.yaml', '')}`,
      );
      expect(rule?.['spec']).toEqual(expected);
      expect(parse(data[file] ?? '')).toEqual(expected);
    }
    expect(rules).toHaveLength(files.size + 1);
    expect(JSON.stringify(rules)).not.toContain('127.0.0.1');
    // What Helm must leave to Prometheus.
    expect(JSON.stringify(rules)).toContain('{{ $labels.cluster | urlquery }}');
  });

  test('the clusters of the configuration are a rule', () => {
    const inventory = of('everything').find(({ metadata }) => metadata.name === 'tidegate-inventory');
    expect(inventory?.['spec']).toMatchObject({
      groups: [
        {
          name: 'tidegate/inventory',
          rules: [
            {
              record: 'tidegate_cluster_info',
              expr: 'vector(1)',
              labels: { cluster: 'staging-eu-1', wave: 'staging', class: 'standard', region: 'eu-central-1' },
            },
          ],
        },
      ],
    });
  });

  test('boards are the rendered ones, as ConfigMaps with the sidecar’s label or as GrafanaDashboards', () => {
    const boards = of('smallest').filter(({ metadata }) => metadata.labels?.['grafana_dashboard'] === '1');
    const files = filesOf('dashboards');
    expect(boards).toHaveLength(files.size);
    for (const board of boards) {
      const [[key, text] = ['', '']] = Object.entries(
        (board as unknown as { data: Record<string, string> }).data,
      );
      expect(JSON.parse(text)).toEqual(JSON.parse(withLinks(files.get(key.replace('tidegate-', '')) ?? '')));
    }
    const dashboards = of('everything').filter(({ kind }) => kind === 'GrafanaDashboard');
    const maps = of('everything').filter(({ kind }) => kind === 'ConfigMap');
    expect(dashboards).toHaveLength(files.size);
    for (const { spec } of dashboards as unknown as {
      spec: { configMapRef: { name: string; key: string } };
    }[]) {
      const map = maps.find(({ metadata }) => metadata.name === spec.configMapRef.name);
      expect(Object.keys(map?.['data'] ?? {})).toEqual([spec.configMapRef.key]);
    }
  });

  test('every pod runs restricted, with a root that can’t be written', () => {
    for (const set of sets) {
      const { spec } = one(set, 'Deployment') as unknown as {
        spec: { template: { spec: { securityContext: object; containers: { securityContext: object }[] } } };
      };
      expect(spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      for (const { securityContext } of spec.template.spec.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    }
  });

  test('the gate reads Secrets of Argo CD only where the fleet comes from them', () => {
    expect(one('argocd-secrets', 'Role').metadata.namespace).toBe('argocd');
    expect(of('everything').map(({ kind }) => kind)).not.toContain('Role');
  });

  test.each([
    { change: { waves: [{ name: 'staging', policy: 'strict' }] }, restarts: false },
    { change: { apps: [{ ...config.apps[0], mode: 'enforce' }] }, restarts: false },
    { change: { fleet: { clusters: [{ ...config.fleet.clusters[0], class: 'large' }] } }, restarts: false },
    { change: { sources: [{ ...config.sources[0], timeout: '20s' }] }, restarts: true },
    { change: { gate: { ...config.gate, keepEvidence: '60d' } }, restarts: true },
    { change: { bundle: { urls: { grafana: 'https://other.example.com' } } }, restarts: true },
    { change: { fleet: { from: 'argocd-secrets', source: 'main' } }, restarts: true },
  ])(
    'an upgrade with $change restarts the gate: $restarts, as the gate itself says',
    async ({ change, restarts }) => {
      using dir = new TempDir();
      const environment = readEnvironment({ TIDEGATE_LISTEN: '0.0.0.0:8080' });
      const watch = watchConfig(dir.write('tidegate.yaml', stringify(config)), environment);
      dir.write('tidegate.yaml', stringify({ ...config, ...change }));
      expect(watch.look().is).toBe(restarts ? 'refused' : 'accepted');

      const values = { ...gateValues.smallest, config: { ...config, ...change } };
      const pod = (await helmTemplate(CHART, { values, isUpgrade: true })).find(
        ({ kind }) => kind === 'Deployment',
      );
      const isSame =
        JSON.stringify(templateOf(pod)) === JSON.stringify(templateOf(one('smallest', 'Deployment')));
      expect(isSame).toBe(!restarts);
    },
  );

  test('an upgrade renders what an install renders, and the ledger stays when the release goes', async () => {
    expect(await helmTemplate(CHART, { values: gateValues.everything, isUpgrade: true })).toEqual(
      of('everything'),
    );
    expect(one('smallest', 'PersistentVolumeClaim').metadata.annotations).toMatchObject({
      'helm.sh/resource-policy': 'keep',
    });
  });

  test('every object fits into what kubectl and Argo CD remember of the last apply', () => {
    // An annotation holds the object as it was applied; all annotations of an object hold 256 KiB.
    for (const manifest of sets.flatMap(of)) expect(JSON.stringify(manifest).length).toBeLessThan(250_000);
  });

  test('names of a long release fit', async () => {
    const manifests = await helmTemplate(CHART, {
      values: gateValues.everything,
      release: `r${'a'.repeat(52)}`,
    });
    for (const manifest of manifests) {
      expect(manifest.metadata.name.length).toBeLessThanOrEqual(63);
      expectValid(manifest, '1.37');
    }
  });

  const { store: _, ...gate } = gateValues.everything.config.gate;
  test.each<{ what: string; change: object; says: RegExp }>([
    { what: 'no image', change: { image: { repository: '' } }, says: /image\.repository is empty; build/ },
    {
      what: 'no url',
      change: { config: { gate: { url: null } } },
      says: /config\.gate\.url is empty; name the/,
    },
    {
      what: 'two replicas on SQLite',
      change: { replicas: 2 },
      says: /replicas is 2 and .* one process may open/,
    },
    {
      what: 'two stores',
      change: {
        config: { gate: { store: { sqlite: '/var/lib/tidegate/a', postgres: { url: 'postgres://db/a' } } } },
      },
      says: /names both sqlite and postgres; keep one/,
    },
    {
      what: 'a ledger beside the volume',
      change: { config: { gate: { store: { sqlite: '/tmp/ledger' } } } },
      says: /is \/tmp\/ledger, which is not on the volume/,
    },
    {
      what: 'a database whose Secret is not mounted',
      change: { config: { gate: { store: { postgres: { urlFile: '/var/run/tidegate/database/url' } } } } },
      says: /urlFile is \/var\/run\/tidegate\/database\/url, where no Secret is mounted/,
    },
    {
      what: 'a bearer whose Secret is not mounted',
      change: { config: { sources: [{ ...config.sources[0], auth: { bearerFile: '/etc/token' } }] } },
      says: /config\.sources\[0\]\.auth\.bearerFile is \/etc\/token, where no Secret is mounted/,
    },
    {
      what: 'a key whose Secret is not mounted, however deep it is named',
      change: { config: { identity: { people: { argocdProxy: { secretFile: 'proxy' } } } } },
      says: /config\.identity\.people\.argocdProxy\.secretFile is proxy, where no Secret is mounted/,
    },
    {
      what: 'an own address',
      change: { config: { gate: { listen: ':80' } } },
      says: /the chart's business; delete it/,
    },
    {
      what: 'nobody with a token',
      change: { config: { identity: { tokens: [] } } },
      says: /nobody could show who/,
    },
    {
      what: 'metrics without a token',
      change: { serviceMonitor: { enabled: true } },
      says: /serviceMonitor\.tokenSecret\.name is empty/,
    },
    {
      what: 'no Grafana',
      change: { config: { bundle: { urls: { grafana: '' } } } },
      says: /config\.bundle\.urls\.grafana is empty/,
    },
    {
      what: 'own numbers in rules that were not rendered',
      change: { config: { bundle: { limits: { CoreDnsErrors: 0.5 } } } },
      says: /config\.bundle sets limits, and the rules in the chart have the catalogue's own/,
    },
    {
      what: 'an Alertmanager without a token',
      change: { alertmanager: { as: 'AlertmanagerConfig' } },
      says: /alertmanager\.tokenSecret\.name is empty/,
    },
    {
      what: 'a route without a gateway',
      change: { httpRoute: { enabled: true } },
      says: /parentRefs is empty/,
    },
    {
      what: 'a value nobody knows',
      change: { replica: 2 },
      says: /additional properties 'replica' not allowed/,
    },
    { what: 'a word where a number belongs', change: { replicas: 'two' }, says: /got string, want integer/ },
  ])('refuses $what, with a sentence', async ({ change, says }) => {
    const values = merged({ ...gateValues.smallest, config: { ...config, gate } }, change);
    await expect(helmTemplate(CHART, { values })).rejects.toThrow(says);
  });

  test('tells all contradictions at once', async () => {
    await expect(helmTemplate(CHART, { set: { replicas: '2' } })).rejects.toThrow(
      /image\.repository is empty.*config\.gate\.url is empty.*replicas is 2.*nobody could show/s,
    );
  });
});

/** Generated texts are checked apart: in a golden file they would be the catalogue a second time. */
function shortened(manifest: Manifest): object {
  if (manifest.kind === 'PrometheusRule') return { ...manifest, spec: 'a rule file' };
  if (manifest.kind !== 'ConfigMap') return manifest;
  const data = Object.entries((manifest as unknown as { data: Record<string, string> }).data);
  return {
    ...manifest,
    data: Object.fromEntries(data.map(([key, text]) => [key, key === 'tidegate.yaml' ? text : 'a file'])),
  };
}

/** What makes Kubernetes replace pods when it changes. */
function templateOf(deployment: Manifest | undefined): object {
  const { spec } = deployment as unknown as {
    spec: { template: object };
  };
  return spec.template;
}

function filesOf(folder: 'rules' | 'dashboards'): ReadonlyMap<string, string> {
  const path = join(CHART, folder);
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

function withLinks(text: string): string {
  return text
    .replaceAll('http://127.0.0.1:8080', config.gate.url)
    .replaceAll('http://127.0.0.1:3000', config.bundle.urls.grafana);
}

/** As Helm merges values: maps are joined, everything else is replaced. */
function merged(base: unknown, change: unknown): unknown {
  const isMap = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isMap(base) || !isMap(change)) return change;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(change)])];
  return Object.fromEntries(
    keys.map((key) => [key, key in change ? merged(base[key], change[key]) : base[key]]),
  );
}
