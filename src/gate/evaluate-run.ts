import type { Check } from '../domain/check.ts';
import type { Facts } from '../domain/fact.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import type { Cause } from '../judge/cause.ts';
import type { RunRuling } from '../judge/run-judge.ts';
import { afterGo } from './after-go.ts';
import { dueEvent } from './due-event.ts';
import { instantOf, type LookRecord } from './look-record.ts';
import { coveredChecks } from './opening.ts';
import type { LedgerRun, StoredMinute } from './ports.ts';
import { encodeMinute } from './readings-json.ts';
import { isNotBack, recoveryRuling } from './recovery.ts';
import type { RunReadings } from './run-readings.ts';
import { STAGE_REASONS } from './run-reasons.ts';
import { harmFrom, isRevoked, isWatched, soakMs } from './run-times.ts';
import { type SettleInput, settled, settleProgress, settlingReason } from './settled.ts';
import type { Sight } from './sight.ts';
import { advance } from './transitions.ts';

/** What one look at one run is made of. */
export interface RunLook {
  /** Admitted, settling, soaking, or go and watched on. */
  readonly run: LedgerRun;
  readonly held: RunReadings;
  readonly sight: Sight;
  readonly checks: readonly Check[];
  /** What tells whether the change has arrived; empty while nobody asks. */
  readonly facts: Facts;
  /** What probes leave open: go needs none of it. */
  readonly probes: readonly Reason[];
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
  held.append(minutes, run, now);
  if (run.state === 'go') {
    const { look, ruling } = judgeRun(input, run);
    const after = afterGo(run, ruling, now);
    // The evidence of the go stays to be read; what revoked it is evidence, too.
    return { run: after, minutes, ...(isRevoked(after) && { look }) };
  }
  const seen = sighted(run, sight, now);
  const { look, ruling } = judgeRun(input, seen);
  const judged = decided(seen, ruling, look, input);
  if (judged) return { run: judged, minutes, look };
  const waiting = sight.blind ? seen : progressed(input, seen, look, ruling);
  const next = isNotBack(ruling) ? advance(waiting, { is: 'not-back' }, now) : waiting;
  return { run: timed(next, now), minutes, look };
}

function newMinutes({ lastMinute }: RunReadings, sight: Sight): StoredMinute[] {
  const { window, readings, readTo, controls } = sight;
  const minutes: StoredMinute[] = [];
  if (readTo === undefined) return minutes;
  for (let minute = Math.max(window.from, lastMinute + MINUTE_MS); minute <= readTo; minute += MINUTE_MS) {
    minutes.push({ minute, json: encodeMinute(readings, minute, controls?.(minute)) });
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

function judgeRun(input: RunLook, run: LedgerRun): { readonly look: LookRecord; readonly ruling: RunRuling } {
  const { held, sight, now } = input;
  const { alerts, controlAlerts, wave } = sight;
  const seen = {
    at: now,
    soakMs: soakMs(run, now),
    alerts,
    ...(controlAlerts && { controlAlerts }),
    ...(wave && { wave }),
  };
  const ruling = recoveryRuling(run, held.judge.decide(instantOf(seen, run)), now);
  const { verdict } = ruling;
  const look: LookRecord = {
    ...seen,
    settle: settleProgress(settleInput(run, input)),
    verdict,
    ...(verdict !== 'hold' && { judgement: ruling.tell() }),
  };
  return { look, ruling };
}

function decided(
  run: LedgerRun,
  { verdict: ruled, reasons }: RunRuling,
  { judgement, soakMs }: LookRecord,
  { probes, now }: Pick<RunLook, 'probes' | 'now'>,
): LedgerRun | undefined {
  const isUnproved = ruled === 'go' && probes.length > 0;
  const isOver = soakMs >= run.policy.maxSoakMs;
  const verdict = isUnproved ? (isOver ? 'inconclusive' : 'hold') : ruled;
  if (verdict === 'hold') return undefined;
  const canDecide = verdict === 'halt' || (run.state === 'soaking' && run.blindSince === undefined);
  const told = judgement?.reasons ?? reasons.map((cause) => cause.tell());
  const why = verdict === 'halt' ? told : [...probes, ...told];
  return canDecide ? advance(run, { is: 'judged', verdict, reasons: some(why, run) }, now) : undefined;
}

function progressed(
  look: RunLook,
  run: LedgerRun,
  { settle }: LookRecord,
  { verdict, reasons: causes }: RunRuling,
): LedgerRun {
  const { now } = look;
  if (run.state === 'settling' && settled(settleInput(run, look)))
    return advance(run, { is: 'settled' }, now);
  const isSoaking = run.state === 'soaking';
  const said = isSoaking ? causes : causes.filter(({ code }) => !/^(run|evidence)\//.test(code));
  const first = run.state === 'settling' ? settlingReason(settle) : STAGE_REASONS.admitted;
  const waiting = toldFor(run, look.held, said);
  const open = verdict === 'go' ? [...look.probes, ...waiting] : [...waiting, ...look.probes];
  const reasons = isSoaking ? some(open, run) : ([first, ...waiting] as const);
  return advance(run, { is: 'held', reasons }, now);
}

/** How often all sentences are told anew at a look, for lists and for other replicas. */
const RETOLD_MINUTES = 5;

// The first reason is what people read while they wait, so it is always told anew; the others only now and then while
// nothing else is wrong, each run at another minute: telling takes longer than judging. Whoever asks hears them anew.
function toldFor(run: LedgerRun, { lastMinute }: RunReadings, causes: readonly Cause[]): readonly Reason[] {
  const known = new Map(run.reasons.map((reason) => [reason.code, reason]));
  const isDue = (lastMinute / MINUTE_MS + run.askedAt) % RETOLD_MINUTES === 0;
  const isSame = !isDue && causes.every(({ code }) => known.has(code));
  return causes.map((cause, at) => (at > 0 && isSame ? known.get(cause.code) : undefined) ?? cause.tell());
}

function settleInput(run: LedgerRun, { held, checks, facts, now }: RunLook): SettleInput {
  const { opening, readings, usualBad } = held;
  return {
    components: run.components,
    change: run.change ?? {},
    facts,
    now,
    checks: coveredChecks(checks, opening.covered),
    readings,
    usualBad,
    syncedAt: run.syncedAt ?? harmFrom(run),
  };
}

function some([first, ...rest]: readonly Reason[], run: LedgerRun): readonly [Reason, ...Reason[]] {
  return [first ?? (isWatched(run) ? STAGE_REASONS[run.state] : STAGE_REASONS.soaking), ...rest];
}
