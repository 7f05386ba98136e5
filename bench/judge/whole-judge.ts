import type { Check, CheckedAlert } from '../../src/domain/check.ts';
import {
  type AlertReading,
  type Count,
  type ItemCount,
  MINUTE_MS,
  type MinuteReading,
  type Reading,
} from '../../src/domain/reading.ts';
import type { Policy } from '../../src/domain/run.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { advance, openState } from '../../src/judge/advance.ts';
import { type Before, summariseBefore } from '../../src/judge/before.ts';
import { decide } from '../../src/judge/decide.ts';
import { LOG_GO } from '../../src/judge/go-proof.ts';
import { type JudgePlan, openPlan, promisesOf } from '../../src/judge/judge-plan.ts';
import type { JudgeState } from '../../src/judge/judge-state.ts';
import type { LearnedClass, Promised } from '../../src/judge/learning/learned-class.ts';
import type { ScorePeak, TrackState } from '../../src/judge/track-evidence.ts';
import {
  type ClassRows,
  controlMinute,
  countReading,
  DAY_MINUTES,
  dayIndex,
  lengthOf,
  minuteBefore,
  rowOf,
  SYNC,
  valueReading,
} from './class-minutes.ts';

const MOST_CONTROLS = 12;

/** A class as the judge knows it when a run of one of its clusters opens. */
export interface KnownClass {
  readonly checks: readonly Check[];
  readonly policy: Policy;
  /** Two days before the sync. */
  readonly past: ClassRows;
  /** Bad items in the hour before the sync, by signal, the same in every minute. */
  readonly pastItems?: ReadonlyMap<string, ItemCount>;
  /** Alerts that it reads. */
  readonly alerts?: readonly CheckedAlert[];
  /** Absent: the judge falls back to the day before alone. */
  readonly learned?: LearnedClass;
}

/** A run before its first minute. */
export interface OpenedRun {
  readonly known: KnownClass;
  readonly treated: number;
  readonly controls: readonly number[];
  readonly before: Before;
}

/** Opens a run as the gate does: the day before is summed up once, for the treated cluster and its controls. */
export function openRun(known: KnownClass, treated: number, controls: readonly number[]): OpenedRun {
  const chosen = controls.slice(0, MOST_CONTROLS);
  const day = Array.from({ length: DAY_MINUTES }, (_, at) => at);
  const counts = new Map<string, readonly MinuteReading<Count>[]>();
  const values = new Map<string, readonly MinuteReading<number>[]>();
  for (const [key, rows] of known.past) {
    const row = rowOf(rows, treated);
    if (row instanceof Float64Array) {
      values.set(
        key,
        day.map((at) => ({ minute: minuteBefore(at), reading: valueReading(row, dayIndex(row, at)) })),
      );
    } else {
      counts.set(
        key,
        day.map((at) => ({ minute: minuteBefore(at), reading: countReading(row, dayIndex(row, at)) })),
      );
    }
  }
  const pooled =
    chosen.length === 0
      ? []
      : day.map((at) =>
          controlMinute(known.learned, known.past, chosen, minuteBefore(at), (row) => dayIndex(row, at)),
        );
  const items = new Map(
    [...(known.pastItems ?? [])].map(([signal, value]) => [
      signal,
      day.map((at) => ({ minute: minuteBefore(at), reading: { is: 'value', value } as const })),
    ]),
  );
  const before = summariseBefore(known.checks, { counts, items, values }, SYNC, {
    ...(known.learned && { learned: known.learned }),
    controls: pooled,
  });
  return { known, treated, controls: chosen, before };
}

/** What the judge said of a soak, minute by minute. */
export interface WholeVerdict {
  /** First minute (from 1) of a halt, and of a go, each as if the other had not ended the run. */
  readonly halt: number | undefined;
  readonly go: number | undefined;
  /** First minute at which go's own evidence of the first check was there. */
  readonly proved: number | undefined;
  /** By minute: the smallest chance so far of the first check's score in quiet hours; 1 without any. */
  readonly chances: Float64Array;
}

/** A soak in progress. */
export interface Soak {
  readonly plan: JudgePlan;
  readonly state: JudgeState;
  /** Takes in the next minute; answers the chance so far of the first check's score in quiet hours. */
  readonly advance: (at: number) => number;
  /** What the judge says now. */
  readonly decide: (at: number) => Verdict;
}

/** What fires at a look, here and newly on the controls. */
export interface AlertsOfLook {
  readonly here: readonly AlertReading[];
  readonly onControls: readonly string[];
}

/** Bad items of a minute: the cluster's own, and whether controls show the same. */
export interface ItemsOfMinute {
  readonly own: Readonly<Record<string, ItemCount>>;
  readonly areShared: boolean;
}

/** What happens in a soak beside its rows. */
export interface SoakWorld {
  readonly alertsAt?: (at: number) => AlertsOfLook;
  readonly itemsAt?: (at: number) => ItemsOfMinute;
  /** Minutes until the change has really arrived; 0 when absent. */
  readonly settled?: number;
}

/** Begins a soak whose minutes are known. */
export function beginSoak(run: OpenedRun, since: ClassRows, world: SoakWorld = {}): Soak {
  const { known, treated, controls } = run;
  const plan = planOf(run);
  const state = openState(plan);
  const { alertsAt = () => NO_ALERTS, itemsAt, settled = 0 } = world;
  // Nobody knows before that it will have settled.
  const momentsAt = (at: number) => (at >= settled ? { settledAt: SYNC + settled * MINUTE_MS } : {});
  return {
    plan,
    state,
    advance: (at) => {
      const minute = minuteSince(at);
      const counts: Record<string, Reading<Count>> = {};
      const values: Record<string, Reading<number>> = {};
      for (const [key, rows] of since) {
        const row = rowOf(rows, treated);
        if (row instanceof Float64Array) values[key] = valueReading(row, at);
        else counts[key] = countReading(row, at);
      }
      const pooled = controls.length > 0 && controlMinute(known.learned, since, controls, minute, () => at);
      const itemsNow = itemsAt?.(at);
      const items = Object.entries(itemsNow?.own ?? {});
      const beyond = itemsNow?.areShared ? 1 : 0;
      const shared = Object.fromEntries(items.map(([key]) => [key, { clusters: controls.length, beyond }]));
      const own = {
        minute,
        counts,
        items: Object.fromEntries(items.map(([key, value]) => [key, { is: 'value', value } as const])),
        values,
        ...(pooled && { controls: { ...pooled, items: shared } }),
      };
      advance(plan, state, own, momentsAt(at));
      return peakOf(state)?.p ?? 1;
    },
    decide: (at) => {
      const { here, onControls } = alertsAt(at);
      const soakMs = Math.max(0, at + 1 - settled) * MINUTE_MS;
      const instant = { ...momentsAt(at), now: minuteSince(at), soakMs };
      const alertsNow = { is: 'value', value: here } as const;
      return decide(plan, state, { ...instant, alertsNow, controlAlerts: onControls }).verdict;
    },
  };
}

const NO_ALERTS: AlertsOfLook = { here: [], onControls: [] };

/** Judges a soak minute by minute, as the gate does. */
export function judgeWhole(run: OpenedRun, since: ClassRows, world: SoakWorld = {}): WholeVerdict {
  const soak = beginSoak(run, since, world);
  const minutes = Math.max(0, ...[...since.values()].map((rows) => lengthOf(rowOf(rows, run.treated))));
  const chances = new Float64Array(minutes).fill(1);
  let halt: number | undefined;
  let go: number | undefined;
  let proved: number | undefined;
  for (let at = 0; at < minutes; at++) {
    chances[at] = soak.advance(at);
    if ((trackOf(soak.state)?.goLogE ?? 0) >= LOG_GO) proved ??= at + 1;
    const verdict = soak.decide(at);
    if (verdict === 'halt') halt ??= at + 1;
    if (verdict === 'go') go ??= at + 1;
  }
  return { halt, go, proved, chances };
}

function peakOf(state: JudgeState): ScorePeak | null | undefined {
  const [first] = state.checks;
  return first?.kind === 'gauge' ? first.shift?.peak : trackOf(state)?.peak;
}

function trackOf({ checks: [first] }: JudgeState): TrackState | undefined {
  return (first?.kind === 'counts' && first.tracks[0]) || undefined;
}

function minuteSince(at: number): number {
  return SYNC + (at + 1) * MINUTE_MS;
}

/** How many times worse go will have ruled out, as it is promised before the soak; undefined when it can't be proved. */
export function promiseOf(run: OpenedRun): Promised | undefined {
  return Object.values(promisesOf(planOf(run)))[0];
}

function planOf({ known, controls, before }: OpenedRun): JudgePlan {
  const { checks, policy, learned, alerts = [] } = known;
  return openPlan({
    policy,
    components: ['workloads'],
    baselineEnd: SYNC,
    syncedAt: SYNC,
    checks,
    alerts,
    covered: checks.map(({ signal }) => signal),
    before,
    alertsBefore: [],
    ...(controls.length > 0 && { controls: controls.map(String) }),
    ...(learned && { learned }),
  });
}

/** First minute (from 1) at which a chance is at most alpha. */
export function firstRare(chances: Float64Array, alpha: number): number | undefined {
  const at = chances.findIndex((chance) => chance <= alpha);
  return at < 0 ? undefined : at + 1;
}
