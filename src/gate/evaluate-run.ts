import type { Check, CheckedAlert } from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import type { JudgeInput, Judgement } from '../judge/judge-input.ts';
import { afterGo } from './after-go.ts';
import type { LookRecord } from './look-record.ts';
import { coveredChecks } from './observing.ts';
import type { LedgerRun, StoredMinute } from './ports.ts';
import { encodeMinute } from './readings-json.ts';
import { recoveryJudgement } from './recovery.ts';
import type { RunReadings } from './run-readings.ts';
import { STAGE_REASONS } from './run-reasons.ts';
import { harmFrom, isRevoked, isWatched, soakMs } from './run-times.ts';
import { settled, settleProgress, settlingReason } from './settled.ts';
import type { Sight } from './sight.ts';
import { advance, dueEvent, type RunEvent } from './transitions.ts';

/** What one look at one run is made of. */
export interface RunLook {
  /** Admitted, settling, soaking, or go and watched on. */
  readonly run: LedgerRun;
  readonly held: RunReadings;
  readonly sight: Sight;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  readonly judge: (input: JudgeInput) => Judgement;
  readonly now: number;
}

/** The run after a look, and what is to be stored with it. */
export interface LookResult {
  readonly run: LedgerRun;
  readonly minutes: readonly StoredMinute[];
  /** Absent when nothing was judged. */
  readonly look?: LookRecord;
}

/** Whether a look found anything to judge. A function of what is seen and stored, and of nothing that a restart forgets. */
export function isToJudge({ readTo, alerts }: Sight, lastMinute: number): boolean {
  return (readTo ?? 0) > lastMinute || (alerts.is === 'value' && alerts.value.length > 0);
}

/** One look with nothing to judge: only time passes, and what can't be seen is noted. */
export function passTime(run: LedgerRun, sight: Sight, now: number): LookResult {
  if (run.state === 'go') return { run, minutes: [] };
  return { run: timed(sighted(run, sight, now), now), minutes: [] };
}

/**
 * One look at one run: takes in the new final minutes, judges them as they are stored, so that a replay judges the same,
 * and lets time pass. While the cluster can't be seen only harm counts: no outage of a source goes.
 */
export function evaluateRun(input: RunLook): LookResult {
  const { run, held, sight, now } = input;
  const minutes = newMinutes(held, sight);
  held.append(minutes);
  if (run.state === 'go') {
    const look = judgeRun(input, run);
    const after = afterGo(run, look.judgement, now);
    // The evidence of the go stays to be read; what revoked it is evidence, too.
    return { run: after, minutes, ...(isRevoked(after) && { look }) };
  }
  const seen = sighted(run, sight, now);
  const look = judgeRun(input, seen);
  const judged = decided(seen, look.judgement, now);
  if (judged) return { run: judged, minutes, look };
  const next = sight.blind ? seen : progressed(input, seen, look);
  return { run: timed(next, now), minutes, look };
}

function newMinutes({ lastMinute }: RunReadings, { window, readings, readTo }: Sight): StoredMinute[] {
  const minutes: StoredMinute[] = [];
  if (readTo === undefined) return minutes;
  for (let minute = Math.max(window.from, lastMinute + MINUTE_MS); minute <= readTo; minute += MINUTE_MS) {
    minutes.push({ minute, json: encodeMinute(readings, minute) });
  }
  return minutes;
}

function sighted(run: LedgerRun, { blind }: Sight, now: number): LedgerRun {
  if (blind) return advance(run, { is: 'blind', reason: blind }, now);
  return run.blindSince === undefined ? run : advance(run, { is: 'sighted' }, now);
}

function timed(run: LedgerRun, now: number): LedgerRun {
  const due = dueEvent(run, now);
  return due ? advance(run, due, now) : run;
}

function judgeRun({ held, sight, checks, alerts, judge, now }: RunLook, run: LedgerRun): LookRecord {
  const { opening, before, readings } = held;
  const soaked = soakMs(run, now);
  const judgement = judge({
    now,
    policy: run.policy,
    components: run.components,
    baselineEnd: opening.baselineEnd,
    syncedAt: harmFrom(run),
    // While the sync runs, things restart: the warm-up lasts until three minutes after its end.
    syncEndedAt: run.syncedAt ?? now,
    ...(run.settledAt !== undefined && { settledAt: run.settledAt }),
    soakMs: soaked,
    checks,
    alerts,
    covered: opening.covered,
    before,
    readings,
    alertsNow: sight.alerts,
    alertsBefore: opening.alertsBefore,
  });
  return {
    at: now,
    soakMs: soaked,
    settle: settleProgress(settleInput(run, held, checks)),
    alerts: sight.alerts,
    judgement: recoveryJudgement(run, judgement, soaked),
  };
}

function decided(run: LedgerRun, { verdict, reasons }: Judgement, now: number): LedgerRun | undefined {
  if (verdict === 'hold') return undefined;
  const canDecide = verdict === 'halt' || (run.state === 'soaking' && run.blindSince === undefined);
  return canDecide ? advance(run, { is: 'judged', verdict, reasons: some(reasons, run) }, now) : undefined;
}

function progressed({ held, checks, now }: RunLook, run: LedgerRun, look: LookRecord): LedgerRun {
  const input = settleInput(run, held, checks);
  if (run.state === 'settling' && settled(input)) return advance(run, { is: 'settled' }, now);
  const said = look.judgement.reasons.filter(({ code }) => !/^(run|evidence)\//.test(code));
  const reasons: RunEvent & { is: 'held' } = {
    is: 'held',
    reasons:
      run.state === 'soaking'
        ? some(look.judgement.reasons, run)
        : [run.state === 'settling' ? settlingReason(look.settle) : STAGE_REASONS.admitted, ...said],
  };
  return advance(run, reasons, now);
}

function settleInput(run: LedgerRun, { opening, readings }: RunReadings, checks: readonly Check[]) {
  return {
    components: run.components,
    checks: coveredChecks(checks, opening.covered),
    readings,
    baselineEnd: opening.baselineEnd,
    syncedAt: run.syncedAt ?? harmFrom(run),
  };
}

function some([first, ...rest]: readonly Reason[], run: LedgerRun): readonly [Reason, ...Reason[]] {
  return [first ?? (isWatched(run) ? STAGE_REASONS[run.state] : STAGE_REASONS.soaking), ...rest];
}
