import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { describeFleet, NO_FLEET } from '../../src/config/cluster-secrets.ts';
import type { Config } from '../../src/config/config.ts';
import type { ClusterConfig } from '../../src/config/fleet.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { fillAll, fillTemplate, type Parameters } from '../support/fill-template.ts';
import { helmTemplate, parseManifests } from '../support/helm.ts';
import { renderConsumer } from '../support/hook-charts.ts';
import { expectValid, kubernetesVersions, type Manifest } from '../support/manifests.ts';
import { describeWith } from '../support/tool.ts';

const ROOT = join(import.meta.dirname, '../..');
const EXAMPLES = join(ROOT, 'examples/argo-cd');
const GATE_CHART = join(ROOT, 'charts/tidegate');
const read = (path: string) => readFileSync(join(EXAMPLES, path), 'utf8');

interface HelmSource {
  readonly path: string;
  readonly helm: {
    readonly valuesObject: object;
    readonly parameters?: readonly {
      readonly name: string;
      readonly value: string;
      readonly forceString: true;
    }[];
  };
}

interface SyncPolicy {
  readonly automated: { readonly prune: boolean; readonly selfHeal: boolean };
  readonly retry: {
    readonly limit: number;
    readonly refresh: boolean;
    readonly backoff: { maxDuration: string };
  };
  readonly syncOptions: readonly string[];
}

interface Application {
  readonly metadata: Manifest['metadata'];
  readonly spec: { readonly source: HelmSource; readonly syncPolicy: SyncPolicy };
}

const manifestFiles = globSync(['*.yaml', 'hub/*.yaml', 'per-cluster/*.yaml'], { cwd: EXAMPLES });

describeWith(['helm', 'kubernetes-schemas'], 'the examples for Argo CD', () => {
  test.each(manifestFiles)('%s holds what Kubernetes and Argo CD take', (file) => {
    for (const version of kubernetesVersions) {
      for (const manifest of parseManifests(read(file))) expectValid(manifest, version);
    }
  });

  describe('one Argo CD for all clusters', () => {
    const gate = parse(read('hub/gate.yaml')) as Application;
    const set = parse(read('hub/applicationset.yaml')) as ApplicationSet;
    const secrets = parseManifests(read('hub/cluster-secrets.yaml')) as unknown as readonly ClusterSecret[];
    const [{ matrix }] = set.spec.generators;
    const elements = matrix.generators[1].list.elements;
    const applications = secrets.flatMap((secret) =>
      elements.map((element) => fillAll(set.spec.template, { ...parametersOf(secret), ...element })),
    );

    let installed: readonly Manifest[];
    let config: Config;
    beforeAll(async () => {
      installed = await helmTemplate(GATE_CHART, { values: gate.spec.source.helm.valuesObject });
      config = configOf(installed);
    });

    test('the gate is rendered from its chart, and takes its configuration', () => {
      for (const manifest of installed) expectValid(manifest, '1.37');
      expect(config.apps[0]?.name).toBe('platform-bom');
      expectLetsIn(config, installed);
    });

    test('the Secrets that it mounts are those of the example, with the files that it reads', () => {
      const files = parseManifests(read('hub/gate-secrets.yaml')).flatMap((secret) =>
        Object.keys((secret as unknown as ClusterSecret).stringData).map(
          (key) => `/var/run/tidegate/${secret.metadata.name.replace('tidegate-', '')}/${key}`,
        ),
      );
      const asked = JSON.stringify(gate.spec.source.helm.valuesObject).matchAll(/File":"(.*?)"/g);
      const mounted = JSON.stringify(installed).matchAll(/"secretName":"(.*?)"/g);

      expect([...asked].map(([, file]) => file).sort()).toEqual(files.sort());
      expect([...mounted].map(([, name]) => name).sort()).toEqual(['tidegate-oidc', 'tidegate-postgres']);
    });

    test('every cluster gets a bill of materials and a soak Job, in the step of its wave', () => {
      expect(applications.map(({ metadata }) => metadata.name)).toEqual([
        'bom-staging-eu-1',
        'bom-staging-eu-1-soak',
        'bom-prod-eu-1',
        'bom-prod-eu-1-soak',
      ]);
      const steps = set.spec.strategy.rollingSync.steps.map(({ matchExpressions: [{ key, values }] }) => {
        expect(key).toBe('tidegate.io/wave');
        return values;
      });
      expect(steps.flat()).toEqual(config.waves.map(({ name }) => name));
      const clusters = clustersOf(config, secrets);
      for (const { metadata } of applications) {
        const cluster = clusters.find(({ name }) => name === metadata.labels?.['tidegate.io/cluster']);
        expect(metadata.labels?.['tidegate.io/wave']).toBe(cluster?.wave);
        expect(metadata.labels?.['tidegate.io/app']).toBe(config.apps[0]?.name);
      }
    });

    test('the gate finds each cluster in its Secret', () => {
      expect(clustersOf(config, secrets)).toMatchObject([
        {
          name: 'prod-eu-1',
          wave: 'prod-1',
          class: 'standard',
          region: 'eu-central-1',
          account: '444455556666',
        },
        { name: 'staging-eu-1', wave: 'staging', class: 'standard', source: 'fleet' },
      ]);
      for (const { issuer } of clustersOf(config, secrets)) {
        expect(issuer?.issuer).toMatch(/^https:\/\/oidc\.eks\./);
      }
    });

    test.each(applications)(
      'what $metadata.name brings may be brought, by whom the gate lets in',
      async (application) => {
        const manifests = await render(application);
        const project = parse(read('hub/project.yaml')) as {
          spec: { namespaceResourceWhitelist: readonly { group: string; kind: string }[] };
        };
        for (const manifest of manifests) {
          expectValid(manifest, '1.28');
          const group = manifest.apiVersion.includes('/') ? manifest.apiVersion.split('/')[0] : '';
          expect(project.spec.namespaceResourceWhitelist).toContainEqual({ group, kind: manifest.kind });
        }
        const callers = manifests
          .filter(({ kind }) => kind === 'ServiceAccount')
          .map(({ metadata }) => metadata);
        expect(callers).toHaveLength(1);
        for (const { name, namespace } of callers) {
          expect(config.identity.hooks?.subjects).toContain(`system:serviceaccount:${namespace}:${name}`);
        }
      },
    );

    test('a new commit changes no object that is no hook', async () => {
      for (const application of applications) {
        const plain = async (revision: string) =>
          (await render(application, revision)).filter(
            ({ metadata }) => metadata.annotations?.['argocd.argoproj.io/hook'] === undefined,
          );
        expect(await plain('1111111')).toEqual(await plain('2222222'));
      }
    });
  });

  describe('one Argo CD on each cluster', () => {
    const application = parse(read('per-cluster/application.yaml')) as Application;

    test('its hooks name the cluster that its labels name', async () => {
      const jobs = (await render(application)).filter(({ kind }) => kind === 'Job');
      expect(jobs).toHaveLength(3);
      for (const job of jobs) {
        expectValid(job, '1.37');
        expect(JSON.stringify(job['spec'])).toContain('--cluster=prod-eu-1');
      }
      expect(application.metadata.labels?.['tidegate.io/cluster']).toBe('prod-eu-1');
    });

    test('the gate lists the clusters, each with its issuer, and lets in their hooks', async () => {
      const gate = parse(read('per-cluster/gate.yaml')) as Application;
      const manifests = await helmTemplate(GATE_CHART, { values: gate.spec.source.helm.valuesObject });
      for (const manifest of manifests) expectValid(manifest, '1.33');
      const config = configOf(manifests);
      const accounts = (await render(application)).filter(({ kind }) => kind === 'ServiceAccount');

      expect(config.fleet.clusters.map(({ name }) => name)).toContain('prod-eu-1');
      for (const { issuer } of config.fleet.clusters)
        expect(issuer?.issuer).toMatch(/^https:\/\/oidc\.eks\./);
      expect(config.identity.hooks?.subjects).toEqual(
        accounts.map(({ metadata }) => `system:serviceaccount:${metadata.namespace}:${metadata.name}`),
      );
      expectLetsIn(config, manifests);
    });
  });

  describe('in the workshop’s layout', () => {
    const { addons } = parse(read('workshop/gitops-bridge-values.yaml')) as {
      addons: { tidegate: { values: object }; platform_bom: { templatePatch: string } };
    };
    const member = parse(read('workshop/fleet-secret-values.yaml')) as {
      externalSecret: { labels: Parameters; annotations: Parameters };
    };
    const parameters: Parameters = {
      metadata: {
        labels: member.externalSecret.labels,
        annotations: {
          ...member.externalSecret.annotations,
          aws_cluster_name: 'fleet-spoke-staging',
          aws_region: 'eu-central-1',
          aws_account_id: '111122223333',
        },
      },
    };

    test('the gate is one more entry, with its configuration in the environment’s file', async () => {
      const environment = parse(read('workshop/environments-control-plane-tidegate.yaml')) as object;
      const values = { ...environment, ...fillAll(addons.tidegate.values, parameters) };
      const manifests = await helmTemplate(GATE_CHART, { values });
      for (const manifest of manifests) expectValid(manifest, '1.33');
      expectLetsIn(configOf(manifests), manifests);
      const { labels, annotations } = parameters['metadata'] as {
        labels: Record<string, string>;
        annotations: Record<string, string>;
      };
      const [cluster] = clustersOf(configOf(manifests), [
        { metadata: { name: 'spoke', labels, annotations } },
      ]);
      expect(cluster).toMatchObject({ name: 'fleet-spoke-staging', wave: 'staging', source: 'fleet-hub' });
    });

    test('a bill of materials with hooks is another one', async () => {
      const patch = parse(fillTemplate(addons.platform_bom.templatePatch, parameters)) as {
        metadata: Manifest['metadata'];
        spec: { sources: readonly [HelmSource] };
      };
      const [source] = patch.spec.sources;
      const jobs = (await renderSource(source)).filter(({ kind }) => kind === 'Job');
      expect(jobs).toHaveLength(3);
      for (const job of jobs) expect(JSON.stringify(job['spec'])).toContain('--cluster=fleet-spoke-staging');
      expect(patch.metadata.labels?.['tidegate.io/cluster']).toBe('fleet-spoke-staging');
    });
  });

  test('whatever is gated asks again for ever with the newest commit, never heals itself, and always runs its hooks', () => {
    const set = parse(read('hub/applicationset.yaml')) as ApplicationSet;
    const one = parse(read('per-cluster/application.yaml')) as Application;
    const bridge = parse(read('workshop/gitops-bridge-values.yaml')) as {
      addons: { platform_bom: { syncPolicy: SyncPolicy } };
    };
    const policies = [
      set.spec.template.spec.syncPolicy,
      one.spec.syncPolicy,
      bridge.addons.platform_bom.syncPolicy,
    ];
    for (const { automated, retry, syncOptions } of policies) {
      expect(automated).toEqual({ prune: true, selfHeal: false });
      expect(retry).toMatchObject({ limit: -1, refresh: true, backoff: { maxDuration: '2m' } });
      expect(syncOptions.join()).not.toMatch(/ApplyOutOfSyncOnly|Replace|Force/);
    }
  });
});

interface ApplicationSet {
  readonly spec: {
    readonly generators: readonly [
      {
        readonly matrix: {
          readonly generators: readonly [unknown, { list: { elements: readonly Parameters[] } }];
        };
      },
    ];
    readonly strategy: {
      readonly rollingSync: {
        readonly steps: readonly {
          matchExpressions: readonly [{ key: string; values: readonly string[] }];
        }[];
      };
    };
    readonly template: Application;
  };
}

interface ClusterSecret {
  readonly metadata: Manifest['metadata'];
  readonly stringData: { readonly name: string; readonly server: string };
}

/** The clusters that the gate sees in Secrets; none of them may be described wrongly. */
function clustersOf(
  { fleet, waves, sources }: Config,
  secrets: readonly Pick<ClusterSecret, 'metadata'>[],
): readonly ClusterConfig[] {
  if (fleet.secrets === undefined) throw new Error('the configuration does not read Secrets');
  const read = secrets.map(({ metadata: { name, labels = {}, annotations = {} } }) => {
    return { uid: name, namespace: 'argocd', name, labels, annotations };
  });
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);
  const known = { waves: names(waves), sources: names(sources), issuers: [] };
  const { clusters, problems } = describeFleet(read, fleet.secrets, known, NO_FLEET);
  expect(problems).toEqual([]);
  return clusters;
}

/** What the cluster generator makes of a Secret. */
function parametersOf({ metadata, stringData: { name, server } }: ClusterSecret): Parameters {
  const { labels = {}, annotations = {} } = metadata;
  return { name, nameNormalized: name, server, metadata: { labels, annotations } };
}

function render({ spec }: Application, revision?: string): Promise<readonly Manifest[]> {
  return renderSource(spec.source, revision);
}

/** As Argo CD renders a source: the values, then the parameters with its own words replaced. */
function renderSource({ path, helm }: HelmSource, revision = '4f1c2ab'): Promise<readonly Manifest[]> {
  const words: Record<string, string> = { $ARGOCD_APP_REVISION: revision, $ARGOCD_APP_NAME: 'bom-prod-1' };
  const parameters = (helm.parameters ?? []).map(({ name, value }) => [name, words[value] ?? value]);
  const setString: Record<string, string> = Object.fromEntries(parameters);
  return renderConsumer(join(ROOT, path), { values: helm.valuesObject, setString });
}

/** The configuration in the gate's ConfigMap, as the gate reads it. */
function configOf(manifests: readonly Manifest[]): Config {
  const map = manifests.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === 'tidegate');
  const text = (map as unknown as { data: Record<string, string> }).data['tidegate.yaml'] ?? '';
  const environment = { logLevel: 'info', listen: { host: '0.0.0.0', port: 8080 } } as const;
  return parseConfig(text, { source: 'tidegate.yaml', folder: '/etc/tidegate', environment });
}

/** Argo CD's notifications and a person can call the gate, by a load balancer that finds its pods. */
function expectLetsIn({ identity }: Config, manifests: readonly Manifest[]): void {
  expect(identity.tokens.some(({ kind }) => kind === 'webhook')).toBe(true);
  const people = Object.values(identity.people?.groups ?? {}).flat();
  const tokens = identity.tokens.filter(({ kind }) => kind === 'person');
  expect(people.includes('acknowledge') || tokens.length > 0).toBe(true);
  expect(manifests.find(({ kind }) => kind === 'Ingress')?.metadata.annotations).toMatchObject({
    'alb.ingress.kubernetes.io/target-type': 'ip',
    'alb.ingress.kubernetes.io/listen-ports': '[{"HTTPS": 443}]',
    'alb.ingress.kubernetes.io/healthcheck-path': '/readyz',
  });
}
