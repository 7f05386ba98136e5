import { defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { renderAlertmanager } from '../../../src/render/alertmanager/render-route.ts';
import { renderRules } from '../../../src/render/prometheus/render-rules.ts';
import { type Alertmanager, startAlertmanager } from '../../support/alertmanager.ts';
import { type Prometheus, type PrometheusOptions, startPrometheus } from '../../support/prometheus.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { CLUSTERS } from './clusters.ts';
import { SCRAPE_INTERVAL, type Timing } from './timing.ts';

/** Prometheus with our rules and Alertmanager with our route, both as rendered. */
export interface Monitoring extends AsyncDisposable {
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  readonly rules: number;
}

/** What monitoring has to know of the others. */
export interface MonitoringOptions {
  readonly timing: Timing;
  readonly scrape: NonNullable<PrometheusOptions['scrape']>;
  readonly gateUrl: string;
}

/** What every cluster of the scenario is in the inventory, for rules and gate alike. */
export const INVENTORY_FIELDS = { wave: 'first', region: 'loopback' } as const;

/** Renders the catalogue for this fleet and starts both servers with it. */
export async function startMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  await using resources = new AsyncDisposableStack();
  const dir = resources.use(new TempDir());
  const bundle = defineBundle(CATALOGUE, {
    ...options.timing.bundle,
    scrapeInterval: SCRAPE_INTERVAL,
    urls: { runbooks: `${options.gateUrl}/runbooks` },
    clusters: CLUSTERS.map(({ name }) => ({ name, class: name, ...INVENTORY_FIELDS })),
  });
  const rules = renderRules(bundle);
  const alertmanager = resources.use(await startAlertmanager({ config: renderAlertmanager(bundle).content }));
  const prometheus = resources.use(
    await startPrometheus({
      rules: rules.map(({ path, content }) => dir.write(path, content)),
      scrape: [...options.scrape, { job: 'tidegate', targets: [{ address: new URL(options.gateUrl).host }] }],
      scrapeInterval: SCRAPE_INTERVAL,
      alertmanager: alertmanager.address,
    }),
  );
  const owned = resources.move();
  return {
    prometheus,
    alertmanager,
    rules: rules.reduce(
      (sum, { content }) => sum + (content.match(/^ +- (record|alert):/gm)?.length ?? 0),
      0,
    ),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
