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
import type { ControlBefore } from './before.ts';
import { neededSoakMs } from './decision.ts';
import { MAX_TAIL, planTests, type TestPlan } from './evidence-test.ts';
import type { Promised } from './learning/learned-class.ts';
import type { RunFacts } from './run-facts.ts';
import { planShift, type ShiftPlan } from './shift-plan.ts';
import { planTrack, type TrackPlan, trackNumbers } from './track-plan.ts';

/** A run laid out for judging: everything that its minutes can't change. */
export interface JudgePlan {
  readonly facts: RunFacts;
  /** End of the first whole minute in which harm is looked for, epoch milliseconds. */
  readonly first: number;
  /** Length of the longest window that go may look back, in minutes. */
  readonly longestWindow: number;
  /** How many numbers the tests of all series take in the state. */
  readonly numbers: number;
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
  readonly controlBefore?: ControlBefore;
  /** Set where the class's quiet hours are known well enough. */
  readonly track?: TrackPlan;
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
  /** Set where the class's quiet hours are known, and the check is about change. */
  readonly shift?: ShiftPlan;
}

/** Lays a run out. */
export function openPlan(facts: RunFacts): JudgePlan {
  const { syncedAt, baselineEnd, policy } = facts;
  const covered = new Set(facts.covered);
  let numbers = 0;
  const checks = facts.checks
    .filter(({ signal }) => covered.has(signal))
    .map((check) => {
      const plan = planOf(check, facts, numbers);
      if (plan.kind === 'counts') {
        for (const { track } of plan.series) if (track) numbers += trackNumbers(track);
      }
      return plan;
    });
  return {
    facts,
    first: Math.floor(Math.max(syncedAt, baselineEnd) / MINUTE_MS) * MINUTE_MS + MINUTE_MS,
    longestWindow: minutesNeeded(neededSoakMs(policy, true)),
    numbers,
    checks,
  };
}

/** The promise of every check that has one: how many times worse go will have ruled out. */
export function promisesOf({ checks }: JudgePlan): Readonly<Record<string, Promised>> {
  const given = checks.flatMap((plan): [string, Promised][] => {
    const promise = plan.kind === 'counts' ? plan.series[plan.goIndex]?.track?.promise : undefined;
    return promise ? [[plan.check.signal, promise.times]] : [];
  });
  return Object.fromEntries(given);
}

/** Whole minutes that a soak of a length needs, 1 at least. */
export function minutesNeeded(ms: number): number {
  return Math.max(1, Math.ceil(ms / MINUTE_MS));
}

function planOf(check: Check, facts: RunFacts, at: number): CheckPlan {
  const { before } = facts;
  if ('series' in check) return countPlan(check, facts, at);
  const { signal } = check;
  if (check.kind !== 'gauge') return { kind: 'items', check, badBefore: before.bad.get(signal) };
  const known = check.on === 'limit' ? undefined : facts.learned?.gauges[signal];
  const start = before.shifts?.get(signal);
  const shift = known && start && planShift(known, start, facts.policy);
  return { kind: 'gauge', check, wasBeyond: before.beyond.has(signal), ...(shift && { shift }) };
}

function countPlan(check: CountCheck, facts: RunFacts, first: number): CountPlan {
  const { before, learned, policy, promises } = facts;
  const untracked = check.series.map((series): SeriesPlan => {
    const baseline = before.counts.get(series.key);
    const controlBefore = before.controls?.get(series.key);
    return { series, ...(baseline && { baseline }), ...(controlBefore && { controlBefore }) };
  });
  const goAt = goIndex(untracked);
  const given = promises && (promises[check.signal] ?? 0);
  let at = first;
  const series = untracked.map((plan, index): SeriesPlan => {
    const counts = learned?.counts[plan.series.key];
    const stream = before.streams?.get(plan.series.key);
    if (counts === undefined || stream === undefined) return plan;
    const isPromised = check.required && index === goAt;
    const track = planTrack({
      learned: counts,
      before: stream,
      policy,
      at,
      isPromised,
      ...(given !== undefined && { given }),
    });
    if (track) at += trackNumbers(track);
    return track ? { ...plan, track } : plan;
  });
  const tests = planTests(series, check, ({ track }) => track !== undefined);
  return { kind: 'counts', check, series, goIndex: goAt, ...tests };
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
