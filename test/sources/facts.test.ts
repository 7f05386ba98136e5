import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { FACTS, type FactId } from '../../src/domain/fact.ts';
import { renderFacts } from '../../src/render/checks/render-facts.ts';
import { createFleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createPrometheusSource } from '../../src/sources/prometheus/prometheus-source.ts';
import type { FactsByCluster, SignalSource } from '../../src/sources/signal-source.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { freePort } from '../support/free-port.ts';
import { backfill, startPrometheus } from '../support/prometheus.ts';
import { suiteResources } from '../support/resources.ts';
import { describeWith } from '../support/tool.ts';
import { sourceOf } from './fixtures/doubled-source.ts';
import { json, startStoreDouble } from './fixtures/store-double.ts';

const ALL = Object.keys(FACTS) as FactId[];
const questions = renderFacts(defineBundle(CATALOGUE));
const DAY_MS = 86_400_000;
const now = Date.now();
const RECENT = now - 20_000;

/** Lines of an exposition as a back-fill, with the labels that a scrape adds. */
function scrape(page: string, cluster: string, job: string, timeMs = RECENT): string[] {
  const added = `cluster="${cluster}",job="${job}",instance="10.0.0.1:1"`;
  return page.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-z_:0-9]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) return [];
    return [`${name}{${[added, ...(labels === '' ? [] : [labels])].join(',')}} ${value} ${timeMs / 1000}`];
  });
}

const sample = (name: string) => readFileSync(new URL(`../samples/${name}.prom`, import.meta.url), 'utf8');
const budget = (cluster: string, slo: string, value: number, timeMs = RECENT) =>
  `slo:error_budget_remaining:ratio30d{cluster="${cluster}",slo="${slo}"} ${value} ${timeMs / 1000}`;
const finding = (policy: string, name: string, severity = 'high', status = 'fail') =>
  `policy_report_result{namespace="shop",rule="r",policy="${policy}",report="rep",kind="Pod",name="${name}",status="${status}",severity="${severity}",category="c",source="kyverno"} 1`;

/** prod-1 is in trouble, prod-2 is well, bare has an API server and nothing else. */
const WORLD = [
  ...['prod-1', 'prod-2'].flatMap((cluster) => scrape('up 1', cluster, 'kube-state-metrics')),
  ...['prod-1', 'prod-2', 'bare'].flatMap((cluster) => scrape('up 1', cluster, 'apiserver')),
  // What real servers told, and beside it what only a busier cluster has.
  ...scrape(sample('kube-state-metrics'), 'prod-1', 'kube-state-metrics'),
  ...scrape(
    sample('apiserver')
      .split('\n')
      .filter((line) => /deprecated_apis|kubernetes_build_info/.test(line))
      .join('\n'),
    'prod-1',
    'apiserver',
  ),
  ...scrape(
    [
      'apiserver_requested_deprecated_apis{group="flowcontrol.apiserver.k8s.io",removed_release="1.32",resource="flowschemas",subresource="",version="v1beta3"} 1',
    ].join('\n'),
    'prod-1',
    'apiserver',
  ),
  ...scrape(
    [
      'kube_poddisruptionbudget_status_pod_disruptions_allowed{namespace="shop",poddisruptionbudget="cart"} 1',
      'kube_poddisruptionbudget_status_expected_pods{namespace="shop",poddisruptionbudget="cart"} 3',
      'kube_poddisruptionbudget_status_pod_disruptions_allowed{namespace="shop",poddisruptionbudget="empty"} 0',
      'kube_poddisruptionbudget_status_expected_pods{namespace="shop",poddisruptionbudget="empty"} 0',
      'kube_node_info{node="a",kubelet_version="v1.34.2-eks-1",os_image="Bottlerocket OS 1.50.0"} 1',
      'kube_node_info{node="b",kubelet_version="v1.34.2-eks-1",os_image="Bottlerocket OS 1.50.0"} 1',
      'kube_deployment_spec_replicas{namespace="kube-system",deployment="coredns"} 2',
      'kube_deployment_status_replicas_updated{namespace="kube-system",deployment="coredns"} 1',
      'kube_deployment_status_replicas_available{namespace="kube-system",deployment="coredns"} 2',
      'kube_deployment_metadata_generation{namespace="kube-system",deployment="coredns"} 7',
      'kube_deployment_status_observed_generation{namespace="kube-system",deployment="coredns"} 7',
      // Its controller has not seen generation 4 yet, and tells of 3.
      'kube_daemonset_status_desired_number_scheduled{namespace="kube-system",daemonset="aws-node"} 2',
      'kube_daemonset_status_updated_number_scheduled{namespace="kube-system",daemonset="aws-node"} 2',
      'kube_daemonset_status_number_available{namespace="kube-system",daemonset="aws-node"} 2',
      'kube_daemonset_metadata_generation{namespace="kube-system",daemonset="aws-node"} 4',
      'kube_daemonset_status_observed_generation{namespace="kube-system",daemonset="aws-node"} 3',
      'kube_deployment_spec_replicas{namespace="shop",deployment="cart"} 2',
    ].join('\n'),
    'prod-2',
    'kube-state-metrics',
  ),
  ...scrape('up 1', 'prod-2', 'karpenter'),
  ...scrape(
    ['default-1', 'default-2']
      .map(
        (name) =>
          `operator_nodeclaim_status_condition_count{namespace="",name="${name}",type="Drifted",status="True",reason="Drifted"} 1`,
      )
      .join('\n'),
    'prod-2',
    'karpenter',
  ),
  budget('prod-1', 'eks-dns-availability', -0.1),
  budget('prod-1', 'eks-dns-availability', 0.4, now - 3 * DAY_MS),
  budget('prod-2', 'eks-dns-availability', 0.9),
  budget('prod-2', 'eks-dns-availability', 0.9, now - 3_600_000),
  ...scrape([finding('privileged', 'old')].join('\n'), 'prod-1', 'policy-reporter', now - DAY_MS - 60_000),
  ...scrape(
    [
      finding('privileged', 'old'),
      finding('privileged', 'new'),
      finding('host-path', 'new', 'critical'),
      finding('labels', 'new', 'low'),
      finding('labels', 'fine', 'high', 'pass'),
    ].join('\n'),
    'prod-1',
    'policy-reporter',
  ),
  // Reports since an hour only: nobody knows what is new.
  ...scrape(finding('privileged', 'new'), 'prod-2', 'policy-reporter'),
];

describeWith(['prometheus', 'promtool'], 'facts in a real Prometheus', () => {
  const resources = suiteResources();
  let source: SignalSource;
  let seen: FactsByCluster;
  let asked = 0;
  beforeAll(async () => {
    // Samples of one series have to be in the order of time.
    const lines = [...WORLD].sort((a, b) => Number(a.split(' ').at(-1)) - Number(b.split(' ').at(-1)));
    const blocks = resources.use(await backfill({ text: `${lines.join('\n')}\n# EOF\n` }));
    const store = resources.use(await startPrometheus({ blocks: blocks.path }));
    source = createPrometheusSource({
      name: 'store',
      url: store.url,
      checks: [],
      series: [],
      alertNames: [],
      facts: questions,
      timeoutMs: 10_000,
      liveFallback: false,
      onQuestion: ({ subject }) => {
        if (subject === 'facts') asked += 1;
      },
    });
    seen = await source.facts(['prod-1', 'prod-2', 'bare'], ALL, now);
  });

  const value = (...rows: [Record<string, string>, number][]) => ({
    is: 'value',
    value: rows.map(([labels, value]) => ({ labels, value })),
  });
  const slo = { slo: 'eks-dns-availability' };
  const expected: Record<string, Partial<Record<FactId, unknown>>> = {
    'prod-1': {
      'budget-left': value([slo, -0.1]),
      'budget-a-day-ago': value([slo, 0.4]),
      'evictions-blocked': value([{ namespace: 'kube-system', poddisruptionbudget: 'coredns' }, 2]),
      // The real one has no release that removes it, and is nobody's trouble.
      'deprecated-apis': value([
        {
          group: 'flowcontrol.apiserver.k8s.io',
          removed_release: '1.32',
          resource: 'flowschemas',
          version: 'v1beta3',
        },
        1,
      ]),
      'node-versions': value([
        { kubelet_version: 'v1.31.4-eks-aeac579', os_image: 'Bottlerocket OS 1.29.0 (aws-k8s-1.31)' },
        1,
      ]),
      'control-plane-versions': value([{ git_version: 'v1.36.1' }, 1]),
      'drifted-nodes': { is: 'no-data' },
    },
    'prod-2': {
      'budget-a-day-ago': value(),
      'evictions-blocked': value(),
      'deprecated-apis': value(),
      'policy-findings': { is: 'no-data' },
      deployments: value([{ namespace: 'kube-system', deployment: 'coredns' }, 2]),
      'deployments-arrived': value([{ namespace: 'kube-system', deployment: 'coredns' }, 1]),
      daemonsets: value([{ namespace: 'kube-system', daemonset: 'aws-node' }, 2]),
      'daemonsets-arrived': value(),
      'node-versions': value([{ kubelet_version: 'v1.34.2-eks-1', os_image: 'Bottlerocket OS 1.50.0' }, 2]),
      'drifted-nodes': value([{}, 2]),
    },
    bare: Object.fromEntries(
      ALL.map((fact) => [fact, fact === 'deprecated-apis' ? value() : { is: 'no-data' }]),
    ),
  };
  const cases = Object.entries(expected).flatMap(([cluster, facts]) =>
    Object.entries(facts).map(([fact, reading]) => [cluster, fact as FactId, reading] as const),
  );

  test.each(cases)('%s: %s', (cluster, fact, reading) => {
    expect(seen.get(cluster)?.get(fact)).toEqual(reading);
  });

  test('findings are counted against those of a day ago, by policy', () => {
    const reading = seen.get('prod-1')?.get('policy-findings');
    const rows = reading?.is === 'value' ? reading.value : [];
    expect(new Map(rows.map(({ labels, value }) => [labels['policy'], value]))).toEqual(
      new Map([
        ['privileged', 1],
        ['host-path', 1],
      ]),
    );
  });

  test('all of them are one question, for one cluster or five hundred', async () => {
    asked = 0;
    await source.facts(
      Array.from({ length: 500 }, (_, i) => `prod-eu-central-1-${i}`),
      ALL,
      now,
    );
    expect(asked).toBe(1);
  });

  test('only what is asked is answered', async () => {
    const facts = await source.facts(['prod-1'], ['budget-left'], now);
    expect([...(facts.get('prod-1') ?? [])].map(([id]) => id)).toEqual(['budget-left']);
  });
});

describe('a store that can’t be believed', () => {
  const ask = async (source: SignalSource) => (await source.facts(['a'], ['deployments'], now)).get('a');

  test('does not answer: every fact is unknown', async () => {
    const source = createPrometheusSource({
      name: 'store',
      url: `http://127.0.0.1:${await freePort()}`,
      checks: [],
      series: [],
      alertNames: [],
      facts: questions,
      timeoutMs: 1_000,
      liveFallback: false,
    });
    expect((await ask(source))?.get('deployments')).toMatchObject({ is: 'unknown' });
  });

  test.each([
    ['warns', [], { warnings: ['a shard is missing'] }, 'unknown'],
    [
      'tells of no number',
      [
        { metric: { cluster: 'a', tidegate_fact: 'deployments', tidegate_part: 'seen' }, values: [[1, '1']] },
        {
          metric: { cluster: 'a', tidegate_fact: 'deployments', tidegate_part: 'rows', deployment: 'x' },
          values: [[1, 'NaN']],
        },
      ],
      {},
      'unknown',
    ],
  ])('%s', async (_what, result, extra, is) => {
    await using store = await startStoreDouble((response, question) => {
      const seconds = Date.now() / 1000;
      const isClock = question.form.get('query') === 'time()';
      const data = isClock
        ? { resultType: 'scalar', result: [seconds, String(seconds)] }
        : { resultType: 'matrix', result };
      json({ status: 'success', data, ...(isClock ? {} : extra) })(response, question);
    });
    expect((await ask(sourceOf(store, { facts: questions })))?.get('deployments')).toMatchObject({ is });
  });
});

describe('a simulated fleet', () => {
  const fleet = createFleet({
    clusters: [{ name: 'a' }, { name: 'b' }],
    checks: [],
    alerts: [],
    random: seededRandom(1),
    faults: [
      {
        kind: 'fact',
        fact: 'drifted-nodes',
        rows: [{ labels: {}, value: 3 }],
        cluster: 'a',
        from: 0,
        to: 10,
      },
      { kind: 'fact', fact: 'policy-findings', rows: 'absent', cluster: 'a', from: 0, to: 10 },
      {
        kind: 'replacement',
        cluster: 'a',
        toVersion: { kubelet_version: 'v1.35.0-eks-1', os_image: 'Bottlerocket OS 1.51.0' },
        from: 0,
        to: 40,
      },
      { kind: 'source-away', cause: 'as simulated', from: 100, to: 200 },
    ],
  });
  const source = createSimulatedSource({ name: 'simulated', fleet, checks: [] });
  const read = async (cluster: string, fact: FactId, at: number) =>
    (await source.facts([cluster], [fact], at)).get(cluster)?.get(fact);

  test('delivers every fact, and says nothing of strangers', async () => {
    const facts = await source.facts(['b', 'nowhere'], ALL, 5);
    expect([...(facts.get('b')?.values() ?? [])].map(({ is }) => is)).toEqual(ALL.map(() => 'value'));
    expect([...(facts.get('nowhere')?.values() ?? [])].map(({ is }) => is)).toEqual(ALL.map(() => 'no-data'));
  });

  test('tells what its faults say, while they last', async () => {
    expect(await read('a', 'drifted-nodes', 5)).toEqual({ is: 'value', value: [{ labels: {}, value: 3 }] });
    expect(await read('a', 'drifted-nodes', 50)).toEqual({ is: 'value', value: [] });
    expect(await read('a', 'policy-findings', 5)).toEqual({ is: 'no-data' });
    expect(await read('a', 'drifted-nodes', 150)).toMatchObject({ is: 'unknown', cause: 'as simulated' });
  });

  test('replaces nodes one after the other', async () => {
    const nodes = async (at: number) => {
      const reading = await read('a', 'node-versions', at);
      return reading?.is === 'value' ? reading.value.map(({ value }) => value) : reading;
    };
    expect(await nodes(0)).toEqual([40]);
    expect(await nodes(10)).toEqual([30, 10]);
    expect(await nodes(60)).toEqual([40]);
  });
});
