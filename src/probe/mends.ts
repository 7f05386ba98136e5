import type { ProbeReport } from './report.ts';

/** One thing to do, and what it brings. */
export interface Mend {
  readonly text: string;
  readonly signals: readonly string[];
  /** Null is the cluster without a name. */
  readonly clusters: readonly (string | null)[];
  /** How many signals it touches, counted per cluster, and how many of them are required. */
  readonly touches: number;
  readonly required: number;
}

/** Everything that mends a signal, each once; what brings most of the required signals comes first. */
export function mendsOf({ clusters }: ProbeReport): readonly Mend[] {
  const mends = new Map<
    string,
    { signals: Set<string>; clusters: Set<string | null>; touches: number; required: number }
  >();
  for (const { name, signals } of clusters) {
    for (const { id, problems, required } of signals) {
      for (const { mend } of problems) {
        const known = mends.get(mend) ?? { signals: new Set(), clusters: new Set(), touches: 0, required: 0 };
        known.signals.add(id);
        known.clusters.add(name);
        known.touches += 1;
        known.required += required ? 1 : 0;
        mends.set(mend, known);
      }
    }
  }
  return [...mends]
    .map(([text, { signals, clusters: of, ...counts }]) => ({
      text,
      signals: [...signals],
      clusters: [...of],
      ...counts,
    }))
    .sort((a, b) => b.required - a.required || b.touches - a.touches);
}
