import { MINUTE_MS } from '../../domain/reading.ts';
import { UNFIT } from '../../judge/learning/class-history.ts';
import type { MinuteWindow } from '../../sources/signal-source.ts';
import type { LedgerRun, Store } from '../ports.ts';
import { harmFrom, isRevoked } from '../run-times.ts';

/** A stretch of time in which a cluster was being changed, epoch milliseconds; one without an end lasts. */
export interface Span {
  readonly from: number;
  readonly to?: number;
}

/** Most runs of a cluster that are looked through; two days have fewer. */
const MOST_RUNS = 200;

/**
 * When clusters were being changed, by the ledger: from the admission or the sync to the verdict, and on to the next
 * change where it did harm.
 */
export async function movesOf(
  store: Pick<Store, 'runs'>,
  clusters: readonly string[],
): Promise<ReadonlyMap<string, readonly Span[]>> {
  const moves = new Map<string, readonly Span[]>();
  for (const cluster of clusters) {
    moves.set(cluster, spansOf(await store.runs({ cluster, applied: true, limit: MOST_RUNS })));
  }
  return moves;
}

/** The spans of the runs that were applied to one cluster. */
export function spansOf(runs: readonly LedgerRun[]): readonly Span[] {
  return runs.map((run) => {
    const from = harmFrom(run);
    const next = nextChange(runs, run);
    const to = didHarm(run) ? next && harmFrom(next) : run.decidedAt;
    return { from, ...(to !== undefined && { to }) };
  });
}

/** Whether a change is known to have done harm where it was applied. */
export function didHarm(run: LedgerRun): boolean {
  return run.state === 'halted' || isRevoked(run);
}

/** The change of the same app that was applied next; undefined when there was none. */
export function nextChange(runs: readonly LedgerRun[], run: LedgerRun): LedgerRun | undefined {
  return runs
    .filter((other) => other.app === run.app && harmFrom(other) > harmFrom(run))
    .reduce<LedgerRun | undefined>(
      (first, other) => (first && harmFrom(first) <= harmFrom(other) ? first : other),
      undefined,
    );
}

/** Whether a minute, named by its end, touches a span. */
export function touches({ from, to = Number.POSITIVE_INFINITY }: Span, minute: number): boolean {
  return from < minute && to > minute - MINUTE_MS;
}

/** Marks the minutes that a span touches. */
export function markMoves(unfit: Uint8Array, window: MinuteWindow, spans: readonly Span[]): void {
  for (let at = 0; at < unfit.length; at += 1) {
    const end = window.from + at * MINUTE_MS;
    if (spans.some((span) => touches(span, end))) unfit[at] = (unfit[at] ?? 0) | UNFIT.sync;
  }
}
