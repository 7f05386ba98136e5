import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { bundleOf } from '../../src/cli/bundle.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { seriesKey } from '../../src/domain/check.ts';
import { RECORDED, type RecordedKind } from '../../src/domain/recorded-series.ts';
import { renderChecks } from '../../src/render/checks/render-checks.ts';
import { recordedSeries } from '../../src/render/prometheus/recorded.ts';

/** Signals that every cluster delivers. */
export const SIGNALS = 20;

/** The app that is rolled out to all clusters at once. */
export const APP = 'platform-bom';

/** An alert that halts a change of the DNS. */
export const HALTING_ALERT = 'CoreDnsReplicasLow';

/** Where a fleet's gate keeps its ledger, listens and reads. */
export interface FleetPlace {
  readonly clusters: number;
  readonly folder: string;
  readonly listen: string;
  readonly sourceUrl: string;
}

/** The name of a cluster. */
export function clusterName(at: number): string {
  return `c${String(at).padStart(5, '0')}`;
}

const CHECKED = renderChecks(
  bundleOf(
    configOf({ clusters: 1, folder: '/', listen: '127.0.0.1:0', sourceUrl: 'http://127.0.0.1:9' }, []),
  ),
).map(({ signal }) => signal);
const WATCHED = new Set(
  CHECKED.slice(0, SIGNALS - 6).concat([
    'dns-errors',
    'dns-latency',
    'dns-replicas',
    'dns-panics',
    'addon-deployments',
    'vpc-cni-addresses',
  ]),
);

/** The configuration of a gate over so many clusters of one class in one wave. */
export function fleetConfig(place: FleetPlace): ReturnType<typeof parseConfig> {
  return configOf(
    place,
    CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.has(id)),
  );
}

function configOf({ clusters, folder, listen, sourceUrl }: FleetPlace, leaveOut: readonly string[]) {
  const text = JSON.stringify({
    gate: { listen, store: { sqlite: `${folder}/ledger.sqlite` } },
    sources: [{ name: 'store', kind: 'prometheus', url: sourceUrl, settleDelay: '1s' }],
    fleet: {
      clusters: Array.from({ length: clusters }, (_, at) => ({
        name: clusterName(at),
        wave: 'all',
        class: 'standard',
        region: 'eu-central-1',
        source: 'store',
      })),
    },
    waves: [{ name: 'all', policy: 'day' }],
    policies: { day: { from: 'strict', minSoak: '6h', maxSoak: '12h' } },
    apps: [{ name: APP, components: ['dns'] }],
    bundle: { leaveOut },
  });
  return parseConfig(text, { source: 'bench', folder, environment: { logLevel: 'error' } });
}

/** A recorded series as the store has it for every cluster. */
export interface StoreSeries {
  readonly metric: string;
  readonly kind: RecordedKind;
  readonly signal: string;
  readonly edge?: number;
  readonly key: string;
}

/** What the rules would have recorded for one cluster. */
export function storeSeries(): readonly StoreSeries[] {
  const place = { clusters: 1, folder: '/', listen: '127.0.0.1:0', sourceUrl: 'http://127.0.0.1:9' };
  return recordedSeries(bundleOf(fleetConfig(place))).map(({ kind, signal, edge }) => ({
    metric: RECORDED[kind],
    kind,
    signal,
    key: seriesKey(signal, edge),
    ...(edge !== undefined && { edge }),
  }));
}
