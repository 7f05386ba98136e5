import type { WindowCounts } from '../../judge/learning/learned-class.ts';
import type { LearnedClasses } from './learned-classes.ts';

/** What is known of the quiet hours of a class, for people. */
export interface LearnedSummary {
  readonly class: string;
  /** Epoch milliseconds. */
  readonly learnedAt: number;
  /** First and last minute that was learned from. */
  readonly from: number;
  readonly to: number;
  /** How many clusters were learned from. */
  readonly clusters: number;
  /** Quiet windows of every series and gauge, and what was left out of them by cause. */
  readonly windows: Readonly<Record<string, WindowCounts>>;
}

/** Sums up what was learned of a class; undefined while nothing is. */
export function summaryOf(learned: LearnedClasses, className: string): LearnedSummary | undefined {
  const known = learned.newest(className)?.learned;
  if (known === undefined) return undefined;
  const { learnedAt, from, to, clusters, counts, gauges } = known;
  const all = [...Object.entries(counts), ...Object.entries(gauges)];
  const windows = Object.fromEntries(all.map(([key, one]) => [key, one.windows]));
  return { class: className, learnedAt, from, to, clusters, windows };
}
