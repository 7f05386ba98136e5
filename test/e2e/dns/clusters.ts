import type { CoreDns, Zones } from '../../support/coredns.ts';

/** How every cluster answers before the sync. The load asks the one zone three times as often as the other. */
export const HEALTHY: Zones = { 'orders.test': 'healthy', 'billing.test': 'healthy' };

/** Zones as the load asks them, in turn. */
export const ASKED_ZONES = ['orders.test', 'orders.test', 'orders.test', 'billing.test'] as const;

/** Whose counts show a cluster's harm, and the alert that pages for it. */
export interface Harm {
  readonly signal: string;
  readonly alert: string;
}

/** One cluster of the scenario: what the sync does to its CoreDNS, and what the gate must make of it. */
export interface ClusterPlan {
  readonly name: string;
  /** For people. */
  readonly change: string;
  /** The sync. */
  readonly apply: (dns: CoreDns) => Promise<void>;
  /** Exit codes with which the PostSync hook may end. */
  readonly exitCodes: readonly number[];
  /** Absent where the sync breaks nothing, or where nobody can know. */
  readonly harm?: Harm;
  /** What the code of one of the reasons must begin with; harm must name its signal instead. */
  readonly reason?: string;
  /** Set where the counters begin at zero: what was counted between the last scrape and the end nobody can know. */
  readonly resets?: true;
  /** Set where no verdict can come, however long one waits. */
  readonly isBlind?: true;
  /** Recorded series whose counts are compared with CoreDNS's own. */
  readonly series: readonly string[];
}

const ALL_SERIES = ['dns-errors', 'dns-latency@0.256', 'dns-latency@1.024'];

/** The fleet. */
export const CLUSTERS: readonly ClusterPlan[] = [
  {
    name: 'steady',
    change: 'CoreDNS is restarted',
    apply: (dns) => dns.restart(),
    exitCodes: [0],
    reason: 'evidence/complete',
    resets: true,
    series: ALL_SERIES,
  },
  {
    name: 'slow',
    change: 'every 2nd answer takes 300 ms or 1.5 s',
    apply: (dns) =>
      dns.setZones({
        'orders.test': { erratic: { delay: { every: 2, ms: 300 } } },
        'billing.test': { erratic: { delay: { every: 2, ms: 1_500 } } },
      }),
    exitCodes: [42],
    harm: { signal: 'dns-latency', alert: 'CoreDnsLatencyHigh' },
    series: ALL_SERIES,
  },
  {
    name: 'servfail',
    change: 'every 4th answer is SERVFAIL',
    apply: (dns) => dns.setZones({ ...HEALTHY, 'billing.test': 'servfail' }),
    exitCodes: [42],
    harm: { signal: 'dns-errors', alert: 'CoreDnsServfailRatioHigh' },
    series: ALL_SERIES,
  },
  {
    name: 'blind',
    change: 'CoreDNS loses its exporter',
    apply: (dns) => dns.setZones(HEALTHY, { exporter: false }),
    // Hold, no answer, inconclusive: not knowing is neither go nor halt.
    exitCodes: [43, 44, 46],
    reason: 'data/',
    isBlind: true,
    series: [],
  },
];

/** The signal that the second gate does without, and the cluster that only it can convict. */
export const LEFT_OUT = { signal: 'dns-latency', cluster: 'slow' } as const;

/** A plan by its cluster's name. */
export function planOf(name: string): ClusterPlan {
  const plan = CLUSTERS.find((candidate) => candidate.name === name);
  if (plan === undefined) throw new TypeError(`there is no cluster ${name} in the scenario`);
  return plan;
}
