import type {
  Check,
  CountCheck,
  CountSeries,
  GaugeCheck,
  PresenceCheck,
  StateCheck,
} from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { type Baseline, rateOf } from './baseline.ts';
import type { Before } from './before.ts';
import { neededSoakMs } from './decision.ts';
import { MAX_TAIL, planTests, type TestPlan } from './evidence-test.ts';
import type { RunFacts } from './run-facts.ts';

/** A run laid out for judging: everything that its minutes can't change. */
export interface JudgePlan {
  readonly facts: RunFacts;
  /** End of the first whole minute in which harm is looked for, epoch milliseconds. */
  readonly first: number;
  /** Length of the longest window that go may look back, in minutes. */
  readonly longestWindow: number;
  /** The covered checks, in their order. */
  readonly checks: readonly CheckPlan[];
}

/** What a check is judged by. */
export type CheckPlan = CountPlan | ItemsPlan | GaugePlan;

/** A count check: its series, its tests, and the series that go is about. */
export interface CountPlan extends TestPlan {
  readonly kind: 'counts';
  readonly check: CountCheck;
  readonly series: readonly SeriesPlan[];
  /** Index of the series that go is about: the one with the limit, else the one whose past can show the most; -1 without any. */
  readonly goIndex: number;
}

/** One series of counts, and what is known of it from before the sync. */
export interface SeriesPlan {
  readonly series: CountSeries;
  readonly baseline?: Baseline;
}

/** A state or presence check. */
export interface ItemsPlan {
  readonly kind: 'items';
  readonly check: StateCheck | PresenceCheck;
  /** Median of bad items before the sync, rounded up; undefined when nothing is known. */
  readonly badBefore: number | undefined;
}

/** A gauge. */
export interface GaugePlan {
  readonly kind: 'gauge';
  readonly check: GaugeCheck;
  /** Whether it was beyond its limit just before the sync. */
  readonly wasBeyond: boolean;
}

/** Lays a run out. */
export function openPlan(facts: RunFacts): JudgePlan {
  const { syncedAt, baselineEnd, policy, before } = facts;
  const covered = new Set(facts.covered);
  return {
    facts,
    first: Math.floor(Math.max(syncedAt, baselineEnd) / MINUTE_MS) * MINUTE_MS + MINUTE_MS,
    longestWindow: minutesNeeded(neededSoakMs(policy, true)),
    checks: facts.checks.filter(({ signal }) => covered.has(signal)).map((check) => planOf(check, before)),
  };
}

/** Whole minutes that a soak of a length needs, 1 at least. */
export function minutesNeeded(ms: number): number {
  return Math.max(1, Math.ceil(ms / MINUTE_MS));
}

function planOf(check: Check, before: Before): CheckPlan {
  if ('series' in check) {
    const series = check.series.map((each): SeriesPlan => {
      const baseline = before.counts.get(each.key);
      return { series: each, ...(baseline && { baseline }) };
    });
    const tests = planTests(series, check.on, check.weight);
    return { kind: 'counts', check, series, goIndex: goIndex(series), ...tests };
  }
  const { signal } = check;
  return check.kind === 'gauge'
    ? { kind: 'gauge', check, wasBeyond: before.beyond.has(signal) }
    : { kind: 'items', check, badBefore: before.bad.get(signal) };
}

function goIndex(all: readonly SeriesPlan[]): number {
  const limited = all.findIndex(({ series }) => series.limit !== undefined);
  if (limited >= 0) return limited;
  const eventsBefore = ({ baseline }: SeriesPlan) => baseline?.events ?? 0;
  const [telling = all[0]] = all
    .filter(({ baseline }) => baseline && rateOf(baseline) <= MAX_TAIL)
    .toSorted((a, b) => eventsBefore(b) - eventsBefore(a));
  return telling === undefined ? -1 : all.indexOf(telling);
}
