import type { AlertReading, Reading } from '../domain/reading.ts';
import type { Run } from '../domain/run.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Judgement } from '../judge/judge-input.ts';
import type { LookInstant } from '../judge/run-facts.ts';
import type { WaveEvidence } from '../judge/wave-evidence.ts';
import { momentsOf } from './run-times.ts';
import type { SettleProgress } from './settled.ts';

/** What a look saw beside the minutes, and what came of it: with opening and minutes all that a replay needs. */
export interface LookRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly soakMs: number;
  readonly settle: SettleProgress;
  readonly alerts: Reading<readonly AlertReading[]>;
  /** Names of alerts that fired on a control and did not when the run opened; absent where it has no controls. */
  readonly controlAlerts?: readonly string[];
  /** What the runs of its wave showed together. */
  readonly wave?: WaveEvidence;
  readonly verdict: Verdict;
  /** All in words, of a final verdict; a hold is told when somebody asks. */
  readonly judgement?: Judgement;
}

/** A record as JSON text. */
export function encodeLook(record: LookRecord): string {
  return JSON.stringify(record);
}

/** The opposite of `encodeLook`. */
export function parseLook(json: string | undefined): LookRecord | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as LookRecord);
}

/** The instant of a look, as the judge saw it. */
export function instantOf(
  { at, soakMs, alerts, controlAlerts, wave }: Omit<LookRecord, 'settle' | 'verdict'>,
  run: Run,
): LookInstant {
  return {
    ...momentsOf(run, at),
    now: at,
    soakMs,
    alertsNow: alerts,
    ...(controlAlerts && { controlAlerts }),
    ...(wave && { wave }),
  };
}
