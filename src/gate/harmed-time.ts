import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import { didHarm, nextChange, type Span, touches } from './learning/moves.ts';
import type { LedgerRun } from './ports.ts';
import { harmFrom } from './run-times.ts';

/** Fewer whole minutes than this are no baseline: then what was harmed is better than nothing. */
const LEAST_MINUTES = 120;

/**
 * When a cluster stood under a change that did harm: from the change until the next one of its app had arrived. What a
 * cluster did then is no measure of what is usual there.
 *
 * @param runs those that were applied to the cluster
 * @returns none where the window would be left with less than two hours
 */
export function harmedTime(runs: readonly LedgerRun[], { from, to }: MinuteWindow): readonly Span[] {
  const spans = runs
    .filter(didHarm)
    .map((run) => {
      const next = nextChange(runs, run);
      // While the next change is on its way, the harm lasts.
      return { from: harmFrom(run), to: next?.settledAt ?? next?.decidedAt ?? Number.POSITIVE_INFINITY };
    })
    .filter((span) => span.from <= to && span.to > from - MINUTE_MS);
  let left = 0;
  for (let minute = from; minute <= to; minute += MINUTE_MS) if (!isWithin(spans, minute)) left += 1;
  return left < LEAST_MINUTES ? [] : spans;
}

/** Readings without the minutes of some spans. */
export function withoutSpans(readings: ClusterReadings, spans: readonly Span[]): ClusterReadings {
  if (spans.length === 0) return readings;
  const rows = <T>(given: ReadonlyMap<string, readonly MinuteReading<T>[]>) =>
    new Map([...given].map(([key, row]) => [key, row.filter(({ minute }) => !isWithin(spans, minute))]));
  return { counts: rows(readings.counts), items: rows(readings.items), values: rows(readings.values) };
}

function isWithin(spans: readonly Span[], minute: number): boolean {
  return spans.some((span) => touches(span, minute));
}
