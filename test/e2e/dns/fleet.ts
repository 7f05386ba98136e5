import { type CoreDns, startCoreDns } from '../../support/coredns.ts';
import { MetricsPage } from '../../support/metrics-page.ts';
import { startNodeExporter } from '../../support/node-exporter.ts';
import type { PrometheusOptions } from '../../support/prometheus.ts';
import { ASKED_ZONES, type ClusterPlan, HEALTHY } from './clusters.ts';
import { DnsLoad } from './dns-load.ts';
import { kubeStatePage } from './kube-state-page.ts';
import { OwnCounts } from './own-counts.ts';

/** Queries a second to every cluster. */
export const LOAD_PER_SECOND = 60;

/** One cluster that runs. */
export interface FleetCluster {
  readonly plan: ClusterPlan;
  readonly dns: CoreDns;
  readonly own: OwnCounts;
}

/** All clusters, what is scraped of them, and the load on them. */
export interface Fleet extends AsyncDisposable {
  readonly clusters: readonly FleetCluster[];
  readonly scrape: NonNullable<PrometheusOptions['scrape']>;
  readonly load: DnsLoad;
}

/** Starts a CoreDNS for each cluster, one node exporter, a page in place of each kube-state-metrics, and the load. */
export async function startFleet(plans: readonly ClusterPlan[]): Promise<Fleet> {
  await using resources = new AsyncDisposableStack();
  const nodes = resources.use(await startNodeExporter(['filesystem', 'meminfo', 'loadavg']));
  const clusters: FleetCluster[] = [];
  const pages: { readonly address: string; readonly labels: { readonly cluster: string } }[] = [];
  for (const plan of plans) {
    const dns = resources.use(await startCoreDns(HEALTHY));
    const page = resources.use(await MetricsPage.start(kubeStatePage()));
    clusters.push({ plan, dns, own: resources.use(OwnCounts.watch(dns.metricsAddress)) });
    pages.push({ address: page.address, labels: { cluster: plan.name } });
  }
  const servers = new Map(clusters.map(({ plan, dns }) => [plan.name, dns.server]));
  const load = resources.use(
    await DnsLoad.start({ servers, zones: ASKED_ZONES, perSecond: LOAD_PER_SECOND }),
  );
  const owned = resources.move();
  return {
    clusters,
    scrape: [
      { job: 'coredns', targets: clusters.map(({ plan, dns }) => target(plan, dns.metricsAddress)) },
      { job: 'node-exporter', targets: clusters.map(({ plan }) => target(plan, nodes.address)) },
      { job: 'kube-state-metrics', targets: pages },
    ],
    load,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function target({ name }: ClusterPlan, address: string) {
  return { address, labels: { cluster: name } };
}
