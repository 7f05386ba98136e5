import type { Check, CheckedAlert } from '../domain/check.ts';
import type { Component } from '../domain/component.ts';
import type { AlertReading, Count, ItemCount, Reading } from '../domain/reading.ts';
import type { Policy } from '../domain/run.ts';
import type { Before } from './before.ts';
import type { ControlMinute } from './controls.ts';
import type { LearnedClass, Promised } from './learning/learned-class.ts';
import type { WaveEvidence } from './wave-evidence.ts';

/** What is fixed when a run opens and never changes while it is judged. */
export interface RunFacts {
  readonly policy: Policy;
  /** What the change touches. */
  readonly components: readonly Component[];
  /** End of the baseline: the moment of admission, or of the sync when there was no admission; epoch milliseconds. */
  readonly baselineEnd: number;
  /** From here harm is looked for. */
  readonly syncedAt: number;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  /** Signals that the cluster delivered before the run opened. */
  readonly covered: readonly string[];
  /** The time before the sync, summed up. */
  readonly before: Before;
  /** `alertIdentity` of what fired before the sync. */
  readonly alertsBefore: readonly string[];
  /** Names of the controls; absent when there are too few, and then no minute has any. */
  readonly controls?: readonly string[];
  /** What the cluster's class did in its quiet hours, as it was known when the run opened. */
  readonly learned?: LearnedClass;
  /** How many times worse go will have ruled out, by signal, as it was promised before the soak; absent: it is chosen now. */
  readonly promises?: Readonly<Record<string, Promised>>;
}

/** One final minute of a run. A series or signal without an entry was not delivered. */
export interface JudgeMinute {
  /** End of the minute, epoch milliseconds. */
  readonly minute: number;
  /** By series key. */
  readonly counts: Readonly<Record<string, Reading<Count>>>;
  /** By signal id. */
  readonly items: Readonly<Record<string, Reading<ItemCount>>>;
  readonly values: Readonly<Record<string, Reading<number>>>;
  readonly controls?: ControlMinute;
}

/**
 * Moments of a run that become known while it is judged, epoch milliseconds. A moment that becomes known later never
 * lies before a minute that was taken in earlier, so minutes judged live and minutes replayed are judged the same.
 */
export interface RunMoments {
  /** The report of the sync's end, or now while it still runs. Absent: it was over at `syncedAt`. */
  readonly syncEndedAt?: number;
  /** From here evidence for go counts; absent while settling. */
  readonly settledAt?: number;
}

/** What a look knows beside the minutes. */
export interface LookInstant extends RunMoments {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Soak time so far without the time in which nothing could be read, in milliseconds. */
  readonly soakMs: number;
  readonly alertsNow: Reading<readonly AlertReading[]>;
  /** Names of alerts that fire on a control now and did not when the run opened. */
  readonly controlAlerts?: readonly string[];
  /** What the runs of the wave show together. */
  readonly wave?: WaveEvidence;
}
