import type { Duration } from '../../../src/domain/duration.ts';

/** How long the scenario's parts take; what a real fleet waits an hour for, a test can't. */
export interface Timing {
  readonly name: 'short' | 'full';
  /** Recorded minutes of every cluster before the sync. */
  readonly baselineMinutes: number;
  /** Parameters of the bundle, for the rules and for the gate alike: `for` and windows by alert. */
  readonly bundle: {
    readonly for?: Readonly<Record<string, Duration>>;
    readonly over?: Readonly<Record<string, Duration>>;
  };
  /** What differs from the preset `standard`. */
  readonly policy: {
    readonly minSoak?: Duration;
    readonly maxSoak?: Duration;
    readonly maxSettle?: Duration;
  };
  /** Of the gate's source. */
  readonly settleDelay: Duration;
  /** `--max-wait` of the PostSync hooks. */
  readonly maxWait: Duration;
  /** The same where no verdict will come: a little longer than the steady cluster needs. */
  readonly blindWait: Duration;
  /** From the sync until the alerts must fire. */
  readonly alertWithin: Duration;
  /** From the sync until a halt. */
  readonly haltWithin: Duration;
}

/** Every exporter is scraped as often as this, in both timings. */
export const SCRAPE_INTERVAL: Duration = '5s';

/**
 * About seven minutes: the judge's minute is a minute, the alerts' waits are cut short. They stay longer than the judge
 * needs in its worst minute (a rule's sample counts at the end of its minute), so that it is the counts that halt.
 */
export const SHORT: Timing = {
  name: 'short',
  baselineMinutes: 3,
  bundle: {
    for: { CoreDnsLatencyHigh: '3m', CoreDnsServfailRatioHigh: '3m' },
    over: { CoreDnsLatencyHigh: '2m', CoreDnsServfailRatioHigh: '2m' },
  },
  policy: { minSoak: '1m', maxSoak: '4m', maxSettle: '3m' },
  settleDelay: '10s',
  maxWait: '5m',
  blindWait: '175s',
  alertWithin: '6m',
  haltWithin: '4m',
};

/** The catalogue's own waits and windows and the policy that nobody changed: about 40 minutes. */
export const FULL: Timing = {
  name: 'full',
  baselineMinutes: 15,
  bundle: {},
  policy: {},
  settleDelay: '45s',
  maxWait: '2h',
  blindWait: '20m',
  alertWithin: '20m',
  haltWithin: '5m',
};
