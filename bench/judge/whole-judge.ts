import type { Check, CheckedAlert, CountCheck } from '../../src/domain/check.ts';
import {
  type AlertReading,
  type Count,
  MINUTE_MS,
  type MinuteReading,
  type Reading,
} from '../../src/domain/reading.ts';
import type { Policy } from '../../src/domain/run.ts';
import type { Verdict } from '../../src/domain/verdict.ts';
import { advance, openState } from '../../src/judge/advance.ts';
import { type Before, summariseBefore } from '../../src/judge/before.ts';
import type { ControlCount, ControlMinute } from '../../src/judge/controls.ts';
import { decide } from '../../src/judge/decide.ts';
import { LOG_GO } from '../../src/judge/go-proof.ts';
import { type JudgePlan, openPlan, promisesOf } from '../../src/judge/judge-plan.ts';
import type { JudgeState } from '../../src/judge/judge-state.ts';
import type { LearnedClass, Promised } from '../../src/judge/learning/learned-class.ts';
import { causesOf } from '../../src/judge/streams-before.ts';
import type { TrackState } from '../../src/judge/track-evidence.ts';
import type { Row } from './streams/count-fleet.ts';

/** The sync of every simulated soak, epoch milliseconds. */
export const SYNC: number = Date.UTC(2026, 0, 1);

const DAY_MINUTES = 24 * 60;
const MOST_CONTROLS = 12;

/** Rows of every cluster of a class, by series key. */
export type ClassRows = ReadonlyMap<string, readonly Row[]>;

/** One error ratio that may halt; `required` makes go ask for its evidence too. */
export function ratioCheck(signal: string, weight: number, required: boolean): CountCheck {
  return {
    signal,
    kind: 'ratio',
    component: 'workloads',
    title: 'Errors',
    halts: true,
    required,
    critical: true,
    on: 'change',
    weight,
    exposureUnit: 'requests',
    series: [{ key: signal, what: 'that failed', floor: 0 }],
  };
}

/** A policy with a soak of that many minutes at least and at most. */
export function policyOf(minSoakMinutes: number, maxSoakMinutes: number, alpha = 0.01): Policy {
  return {
    name: 'bench',
    minSoakMs: minSoakMinutes * MINUTE_MS,
    maxSoakMs: maxSoakMinutes * MINUTE_MS,
    maxSyncMs: 0,
    maxSettleMs: 0,
    maxBlindMs: 0,
    alpha,
    onInconclusive: 'stop',
  };
}

/** A class as the judge knows it when a run of one of its clusters opens. */
export interface KnownClass {
  readonly checks: readonly Check[];
  readonly policy: Policy;
  /** Two days before the sync. */
  readonly past: ClassRows;
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
  const first = (row: Row) => row.events.length - DAY_MINUTES;
  const counts = new Map(
    [...known.past].map(([key, rows]) => {
      const row = rowOf(rows, treated);
      const minutes = Array.from({ length: DAY_MINUTES }, (_, at): MinuteReading<Count> => {
        return { minute: minuteBefore(at), reading: reading(row, first(row) + at) };
      });
      return [key, minutes] as const;
    }),
  );
  const pooled =
    chosen.length === 0
      ? []
      : Array.from({ length: DAY_MINUTES }, (_, at) =>
          controlMinute(known, known.past, chosen, minuteBefore(at), (row) => first(row) + at),
        );
  const before = summariseBefore(known.checks, { counts, items: new Map(), values: new Map() }, SYNC, {
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
  readonly decide: (at: number, alerts?: AlertsOfLook) => Verdict;
}

/** What fires at a look, here and newly on the controls. */
export interface AlertsOfLook {
  readonly here: readonly AlertReading[];
  readonly onControls: readonly string[];
}

/** Begins a soak whose minutes are known. */
export function beginSoak(run: OpenedRun, since: ClassRows): Soak {
  const { known, treated, controls } = run;
  const plan = planOf(run);
  const state = openState(plan);
  const moments = { settledAt: SYNC };
  return {
    plan,
    state,
    advance: (at) => {
      const minute = minuteSince(at);
      const counts = Object.fromEntries(
        [...since].map(([key, rows]) => [key, reading(rowOf(rows, treated), at)]),
      );
      const pooled = controls.length > 0 && controlMinute(known, since, controls, minute, () => at);
      const own = { minute, counts, items: {}, values: {}, ...(pooled && { controls: pooled }) };
      advance(plan, state, own, moments);
      return trackOf(state)?.peak?.p ?? 1;
    },
    decide: (at, { here, onControls } = NO_ALERTS) => {
      const instant = { ...moments, now: minuteSince(at), soakMs: (at + 1) * MINUTE_MS };
      const alertsNow = { is: 'value', value: here } as const;
      return decide(plan, state, { ...instant, alertsNow, controlAlerts: onControls }).verdict;
    },
  };
}

const NO_ALERTS: AlertsOfLook = { here: [], onControls: [] };

/** Judges a soak minute by minute, as the gate does. */
export function judgeWhole(
  run: OpenedRun,
  since: ClassRows,
  alertsAt: (at: number) => AlertsOfLook = () => NO_ALERTS,
): WholeVerdict {
  const soak = beginSoak(run, since);
  const minutes = [...since.values()][0]?.[run.treated]?.events.length ?? 0;
  const chances = new Float64Array(minutes).fill(1);
  let halt: number | undefined;
  let go: number | undefined;
  let proved: number | undefined;
  for (let at = 0; at < minutes; at++) {
    chances[at] = soak.advance(at);
    if ((trackOf(soak.state)?.goLogE ?? 0) >= LOG_GO) proved ??= at + 1;
    const verdict = soak.decide(at, alertsAt(at));
    if (verdict === 'halt') halt ??= at + 1;
    if (verdict === 'go') go ??= at + 1;
  }
  return { halt, go, proved, chances };
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

/** What the controls did in one minute, pooled as the gate pools it. */
function controlMinute(
  { learned }: KnownClass,
  rows: ClassRows,
  controls: readonly number[],
  minute: number,
  indexIn: (row: Row) => number,
): ControlMinute {
  const counts: Record<string, ControlCount> = {};
  for (const [key, clusters] of rows) {
    const known = learned?.counts[key];
    const sums = { clusters: 0, events: 0, causes: 0, exposure: 0 };
    for (const control of controls) {
      const row = rowOf(clusters, control);
      const at = indexIn(row);
      const events = row.events[at] ?? 0;
      const exposure = row.exposure[at] ?? 0;
      if (exposure === 0) continue;
      sums.clusters += 1;
      sums.events += events;
      sums.causes += known ? causesOf(known, events) : events;
      sums.exposure += exposure;
    }
    counts[key] = sums;
  }
  return { minute, counts, items: {}, values: {} };
}

function minuteBefore(at: number): number {
  return SYNC - (DAY_MINUTES - 1 - at) * MINUTE_MS;
}

function rowOf(rows: readonly Row[], cluster: number): Row {
  const row = rows[cluster];
  if (row === undefined) throw new RangeError(`no cluster ${cluster} among ${rows.length}`);
  return row;
}

function reading({ events, exposure }: Row, at: number): Reading<Count> {
  const count = { events: events[at] ?? Number.NaN, exposure: exposure[at] ?? 0 };
  if (Number.isNaN(count.events)) return { is: 'no-data' };
  return count.exposure > 0 ? { is: 'value', value: count } : { is: 'no-traffic' };
}
