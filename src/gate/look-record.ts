import type { AlertReading, Reading } from '../domain/reading.ts';
import type { Judgement } from '../judge/judge-input.ts';
import type { SettleProgress } from './settled.ts';

/** What a look saw beside the minutes, and what the judge said: with opening and minutes all that a replay needs. */
export interface LookRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly soakMs: number;
  readonly settle: SettleProgress;
  readonly alerts: Reading<readonly AlertReading[]>;
  readonly judgement: Judgement;
}

/** A record as JSON text. */
export function encodeLook(record: LookRecord): string {
  return JSON.stringify(record);
}

/** The opposite of `encodeLook`. */
export function parseLook(json: string | undefined): LookRecord | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as LookRecord);
}
