import type { CountCheck } from '../../src/domain/check.ts';
import { type Count, MINUTE_MS, type MinuteReading, type Reading } from '../../src/domain/reading.ts';
import type { Policy } from '../../src/domain/run.ts';
import { advance, openState } from '../../src/judge/advance.ts';
import { type Before, summariseBefore } from '../../src/judge/before.ts';
import { decide } from '../../src/judge/decide.ts';
import { openPlan } from '../../src/judge/judge-plan.ts';
import type { JudgeMinute } from '../../src/judge/run-facts.ts';
import type { Row } from './streams/count-fleet.ts';

/** The sync of every simulated soak, epoch milliseconds. */
export const SYNC: number = Date.UTC(2026, 0, 1);

const DAY_MINUTES = 24 * 60;

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

/** A soak of that many minutes at least and at most, at 1 %. */
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

/** The day before the sync of one cluster, summed up as the gate does when a run opens. */
export function beforeOf(checks: readonly CountCheck[], rows: ReadonlyMap<string, Row>): Before {
  const counts = new Map(
    [...rows].map(([key, { events, exposure }]) => {
      const first = events.length - DAY_MINUTES;
      const minutes = Array.from({ length: DAY_MINUTES }, (_, at): MinuteReading<Count> => {
        const reading = countReading(events[first + at], exposure[first + at]);
        return { minute: SYNC - (DAY_MINUTES - 1 - at) * MINUTE_MS, reading };
      });
      return [key, minutes] as const;
    }),
  );
  return summariseBefore(checks, { counts, items: new Map(), values: new Map() }, SYNC);
}

/** What the whole judge is told of a soak. */
export interface WholeSoak {
  readonly checks: readonly CountCheck[];
  readonly policy: Policy;
  readonly before: Before;
  /** Minutes since the sync, by series key. */
  readonly since: ReadonlyMap<string, Row>;
  readonly minutes: number;
}

/** What it answered: the first minute of a halt, and of a go, each as if the other had not ended the run. */
export interface WholeVerdict {
  readonly halt: number | undefined;
  readonly go: number | undefined;
}

/** Judges a soak minute by minute, as the gate does. */
export function judgeWhole({ checks, policy, before, since, minutes }: WholeSoak): WholeVerdict {
  const plan = openPlan({
    policy,
    components: ['workloads'],
    baselineEnd: SYNC,
    syncedAt: SYNC,
    checks,
    alerts: [],
    covered: checks.map(({ signal }) => signal),
    before,
    alertsBefore: [],
  });
  const state = openState(plan);
  const moments = { settledAt: SYNC };
  let go: number | undefined;
  for (let at = 0; at < minutes; at++) {
    const minute = SYNC + (at + 1) * MINUTE_MS;
    const counts: Record<string, Reading<Count>> = {};
    for (const [key, row] of since) counts[key] = countReading(row.events[at], row.exposure[at]);
    advance(plan, state, { minute, counts, items: {}, values: {} } satisfies JudgeMinute, moments);
    const soakMs = (at + 1) * MINUTE_MS;
    const instant = { ...moments, now: minute, soakMs, alertsNow: { is: 'value', value: [] } as const };
    const { verdict } = decide(plan, state, instant);
    if (verdict === 'halt') return { halt: at + 1, go };
    if (verdict === 'go') go ??= at + 1;
  }
  return { halt: undefined, go };
}

function countReading(events: number | undefined, exposure: number | undefined): Reading<Count> {
  if (events === undefined || exposure === undefined || Number.isNaN(events)) return { is: 'no-data' };
  return exposure > 0 ? { is: 'value', value: { events, exposure } } : { is: 'no-traffic' };
}
