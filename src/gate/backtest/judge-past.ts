import type { Component } from '../../domain/component.ts';
import { type AlertReading, MINUTE_MS } from '../../domain/reading.ts';
import type { Policy } from '../../domain/run.ts';
import type { Reason, Verdict } from '../../domain/verdict.ts';
import { alertIdentity } from '../../judge/alert-identity.ts';
import { summariseBefore } from '../../judge/before.ts';
import { coveredSignals } from '../../judge/coverage.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { minutesOf } from '../../sources/minutes.ts';
import { baselineWindow, coveredChecks } from '../opening.ts';
import type { Judging } from '../run-readings.ts';
import type { PastAsked, PastControls } from './past-controls.ts';
import { firingAt, minuteAt, readingsOf, type Tape } from './tape.ts';

/** A sync of the past, or one that is pretended; times are epoch milliseconds. */
export interface PastSync {
  readonly cluster: string;
  readonly app?: string;
  /** From here harm is looked for. */
  readonly at: number;
  /** When the sync was over, and when its change had arrived; `at` where nobody knows. */
  readonly syncEndedAt?: number;
  readonly settledAt?: number;
  readonly components: readonly Component[];
  readonly policy: Policy;
}

/** What a policy would have said of a sync. */
export interface PastVerdict {
  /** `hold` when the readings end before the soak does. */
  readonly verdict: Verdict;
  /** From the sync to the look that decided, in milliseconds. */
  readonly afterMs: number;
  readonly reasons: readonly Pick<Reason, 'code' | 'text'>[];
  /** Names of the clusters that it was compared with; without any it was judged before against after. */
  readonly controls: readonly string[];
}

/** What a sync is judged with. */
export interface PastJudging extends Judging {
  readonly tapes: ReadonlyMap<string, Tape>;
  readonly controlsOf: (asked: PastAsked) => PastControls | undefined;
  /** What the cluster's class did in its quiet hours, where it was learned. */
  readonly learnedOf: (cluster: string) => LearnedClass | undefined;
  /** Time after the end of a minute until a look sees it, in milliseconds. */
  readonly settleDelayMs: number;
}

/** End of the longest soak of a sync, epoch milliseconds. */
export function soakEnd({ at, settledAt = at, policy }: PastSync): number {
  return settledAt + policy.maxSoakMs;
}

/** Judges a sync of the past minute by minute, as looks would have, up to the first verdict or the end of its soak. */
export function judgePast(sync: PastSync, tape: Tape, judging: PastJudging): PastVerdict {
  const { at, policy, settledAt = at, syncEndedAt = at } = sync;
  const before = baselineWindow(Math.floor(at / MINUTE_MS) * MINUTE_MS);
  const known = { from: Math.max(before.from, tape.window.from), to: before.to };
  const readings = readingsOf(tape, known);
  const covered = coveredSignals(judging.checks, readings, known);
  const checks = coveredChecks(judging.checks, covered);
  const controls = judging.controlsOf({ cluster: sync.cluster, at, until: soakEnd(sync), covered: checks });
  const pooled = controls && minutesOf(known).map(controls.minute);
  const alertsBefore = alertsAt(tape, before.to).map(alertIdentity);
  const learned = judging.learnedOf(sync.cluster);
  const judge = judging.judge({
    policy,
    components: sync.components,
    baselineEnd: at,
    syncedAt: at,
    checks: judging.checks,
    alerts: judging.alerts,
    covered,
    before: summariseBefore(checks, readings, at, {
      ...(pooled && { controls: pooled }),
      ...(learned && { learned }),
    }),
    alertsBefore,
    ...(controls && { controls: controls.clusters }),
    ...(learned && { learned }),
  });
  const controlTapes = (controls?.clusters ?? []).flatMap((name) => judging.tapes.get(name) ?? []);
  const last = Math.min(tape.window.to, Math.ceil(soakEnd(sync) / MINUTE_MS) * MINUTE_MS);
  let told: PastVerdict = { verdict: 'hold', afterMs: 0, reasons: [], controls: controls?.clusters ?? [] };
  for (let minute = before.to + MINUTE_MS; minute <= last; minute += MINUTE_MS) {
    const now = minute + judging.settleDelayMs;
    const moments = { syncEndedAt: Math.min(now, syncEndedAt), ...(settledAt <= now && { settledAt }) };
    judge.advance(
      { ...minuteAt(tape, minute), ...(controls && { controls: controls.minute(minute) }) },
      moments,
    );
    const ruling = judge.decide({
      ...moments,
      now,
      soakMs: Math.max(0, now - settledAt),
      alertsNow: { is: 'value', value: alertsAt(tape, minute) },
      controlAlerts: newlyFiring(controlTapes, before.to, minute),
    });
    told = { ...told, verdict: ruling.verdict, afterMs: now - at };
    if (ruling.verdict !== 'hold' || minute === last) {
      const reasons = ruling.reasons.map((cause) => cause.tell());
      return { ...told, reasons: reasons.map(({ code, text }) => ({ code, text })) };
    }
  }
  return told;
}

function alertsAt(tape: Tape, minute: number): readonly AlertReading[] {
  return firingAt(tape, minute).map((name) => ({ name, cluster: tape.cluster, state: 'firing', labels: {} }));
}

function newlyFiring(tapes: readonly Tape[], before: number, minute: number): readonly string[] {
  const names = tapes.flatMap((tape) => {
    const known = firingAt(tape, before);
    return firingAt(tape, minute).filter((name) => !known.includes(name));
  });
  return [...new Set(names)].sort();
}
