import type { Check, CheckedAlert } from '../domain/check.ts';
import type { Component } from '../domain/component.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { AlertReading, Count, ItemCount, MinuteReading, Reading } from '../domain/reading.ts';
import type { Policy } from '../domain/run.ts';
import type { Reason, Verdict } from '../domain/verdict.ts';
import type { Before } from './before.ts';
import type { Controls } from './controls.ts';
import type { LearnedClass, Promised } from './learning/learned-class.ts';
import type { WaveEvidence } from './wave-evidence.ts';

/** Readings of one cluster: minutes ascending, one entry a minute, baseline and time since the sync in one row. */
export interface ClusterReadings {
  /** By series key (`dns-latency@0.256`). */
  readonly counts: ReadonlyMap<string, readonly MinuteReading<Count>[]>;
  /** By signal id. */
  readonly items: ReadonlyMap<string, readonly MinuteReading<ItemCount>[]>;
  readonly values: ReadonlyMap<string, readonly MinuteReading<number>[]>;
}

/**
 * Everything a look judges; the same input gives the same judgement, byte for byte.
 * A minute belongs to the baseline when it ended at or before `baselineEnd`, to the time since the sync when it ended after it.
 */
export interface JudgeInput {
  /** Epoch milliseconds; only minutes that ended by then are in the readings. */
  readonly now: number;
  readonly policy: Policy;
  /** What the change touches. */
  readonly components: readonly Component[];
  /** End of the baseline: the moment of admission, or of the sync when there was no admission. */
  readonly baselineEnd: number;
  /** From here harm is looked for. */
  readonly syncedAt: number;
  /**
   * Until when the sync ran, where `syncedAt` is its beginning: the report of its end, or now while it still runs. Things
   * restart until then, so the warm-up lasts to three minutes after it. Absent: the sync was over at `syncedAt`.
   */
  readonly syncEndedAt?: number;
  /** From here evidence for go counts; absent while settling. */
  readonly settledAt?: number;
  /** Soak time so far without the time in which nothing could be read, in milliseconds. */
  readonly soakMs: number;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  /** Signals that the cluster delivered before the run opened; the others are not covered, and not asked for. */
  readonly covered: readonly string[];
  readonly readings: ClusterReadings;
  /**
   * The time before the sync, summed up once by `summariseBefore`; the readings then need not go back beyond the sync.
   * Absent: it is summed up from the readings at every look.
   */
  readonly before?: Before;
  readonly alertsNow: Reading<readonly AlertReading[]>;
  /** `alertIdentity` of what fired before the sync. */
  readonly alertsBefore: readonly string[];
  /** What the cluster's class did in its quiet hours. */
  readonly learned?: LearnedClass;
  /** How many times worse go will have ruled out, by signal; absent: it is chosen now. */
  readonly promises?: Readonly<Record<string, Promised>>;
  /** Clusters without the change, where there are enough. */
  readonly controls?: Controls;
  /** Names of alerts that fire on a control now and did not when the run opened. */
  readonly controlAlerts?: readonly string[];
  /** What the runs of the wave show together. */
  readonly wave?: WaveEvidence;
}

/** What one check said, for people and for the page. */
export interface CheckResult {
  readonly signal: string;
  readonly outcome:
    | 'harm'
    | 'suspicion'
    | 'gathering'
    | 'proved'
    | 'no-data'
    | 'no-traffic'
    | 'unknown'
    | 'not-covered'
    | 'shown';
  /** One sentence with counts, factor, comparison and certainty. */
  readonly text: string;
  /** What go needs of this check, told before and during the soak; absent where it isn't required. */
  readonly promise?: string;
  readonly evidence: readonly Evidence[];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The deciding reasons first. Never empty. */
  readonly reasons: readonly Reason[];
  readonly checks: readonly CheckResult[];
  /** Whether suspicion or a pending alert asks for more soak than the policy's least. */
  readonly extended: boolean;
}
