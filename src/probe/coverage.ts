import type { ClusterDiagnosis, SignalDiagnosis } from './diagnose.ts';

/** How many signals arrive, counted per cluster and signal. */
export interface Counts {
  readonly delivered: number;
  readonly partly: number;
  readonly missing: number;
  readonly total: number;
  /** Delivered once the settings that the problems name are made. */
  readonly withSettings: number;
}

/** All signals, and those without whose evidence there is no go. */
export interface Coverage {
  readonly all: Counts;
  readonly required: Counts;
}

/** The coverage of some clusters together. */
export function coverageOf(clusters: readonly ClusterDiagnosis[]): Coverage {
  const signals = clusters.flatMap((cluster) => cluster.signals);
  return { all: countsOf(signals), required: countsOf(signals.filter(({ required }) => required)) };
}

function countsOf(signals: readonly SignalDiagnosis[]): Counts {
  const are = (state: SignalDiagnosis['state']) => signals.filter((signal) => signal.state === state).length;
  return {
    delivered: are('delivered'),
    partly: are('partly'),
    missing: are('missing'),
    total: signals.length,
    withSettings: signals.filter(({ stateWithSettings }) => stateWithSettings === 'delivered').length,
  };
}

/** A part of a whole in percent, rounded down: 100 means all of it. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((100 * part) / whole);
}
