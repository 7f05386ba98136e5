import { MINUTE_MS } from '../../domain/reading.ts';
import { UNFIT } from '../../judge/learning/class-history.ts';
import type { MinuteWindow } from '../../sources/signal-source.ts';
import type { LedgerRun, Store } from '../ports.ts';
import { harmFrom } from '../run-times.ts';

/** A stretch of time in which a cluster was being changed, epoch milliseconds; one without an end lasts. */
export interface Span {
  readonly from: number;
  readonly to?: number;
}

/** Most runs of a cluster that are looked through; two days have fewer. */
const MOST_RUNS = 200;

/**
 * When clusters were being changed, by the ledger: from the admission or the sync to the verdict, and on to the next
 * change where the verdict was a halt.
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
    const to = run.state === 'halted' ? nextChange(runs, run) : run.decidedAt;
    return { from, ...(to !== undefined && { to }) };
  });
}

function nextChange(runs: readonly LedgerRun[], halted: LedgerRun): number | undefined {
  const from = harmFrom(halted);
  const later = runs
    .filter(({ app }) => app === halted.app)
    .map(harmFrom)
    .filter((at) => at > from);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** Marks the minutes that a span touches. */
export function markMoves(unfit: Uint8Array, window: MinuteWindow, spans: readonly Span[]): void {
  for (let at = 0; at < unfit.length; at += 1) {
    const end = window.from + at * MINUTE_MS;
    const touches = ({ from, to = Number.POSITIVE_INFINITY }: Span) => from < end && to > end - MINUTE_MS;
    if (spans.some(touches)) unfit[at] = (unfit[at] ?? 0) | UNFIT.sync;
  }
}
