/** Events that come in bursts of geometric size. */
export interface Bursts {
  /** Mean events of a burst, above 1. */
  readonly size: number;
  /** Mean bursts in a step. */
  readonly perStep: number;
}

/** Beyond this count the table goes on as a straight line. */
export const TABLE_END = 400;

/** Phi from which counts are declustered; below it bursts are rare and small. */
const CLUSTERED = 1.5;

/**
 * How a stream's events cluster.
 *
 * @param phi  overdispersion of the raw counts
 * @param mean raw events per step
 * @returns undefined where events come singly enough
 */
export function burstsOf(phi: number, mean: number): Bursts | undefined {
  if (!(phi > CLUSTERED && mean > 0)) return undefined;
  const size = (phi + 1) / 2;
  return { size, perStep: mean / size };
}

/**
 * Expected number of bursts behind a count, for 0 to 400 events: what a compound Poisson process with geometric burst
 * sizes makes of it. Many events in one step are then few facts.
 */
export function burstTable({ size, perStep }: Bursts): Float64Array {
  const table = new Float64Array(TABLE_END + 1);
  const logPerBurst = Math.log(perStep) - Math.log(size);
  const logMore = Math.log1p(-1 / size);
  const logFactorial = logFactorials(TABLE_END);
  const at = (n: number) => logFactorial[n] ?? 0;
  for (let events = 1; events <= TABLE_END; events++) {
    let top = Number.NEGATIVE_INFINITY;
    const logs = new Float64Array(events + 1);
    for (let n = 1; n <= events; n++) {
      const choose = at(events - 1) - at(n - 1) - at(events - n);
      const log = n * logPerBurst - at(n) + choose + (events - n) * logMore;
      logs[n] = log;
      if (log > top) top = log;
    }
    let sum = 0;
    let weighted = 0;
    for (let n = 1; n <= events; n++) {
      const weight = Math.exp((logs[n] ?? 0) - top);
      sum += weight;
      weighted += n * weight;
    }
    table[events] = weighted / sum;
  }
  return table;
}

/** Bursts behind a count by the table; counts between whole numbers and beyond the table lie on straight lines. */
export function decluster(table: Float64Array, events: number): number {
  const last = table.length - 1;
  const low = Math.min(Math.floor(events), last - 1);
  const from = table[low] ?? 0;
  return from + (events - low) * ((table[low + 1] ?? 0) - from);
}

function logFactorials(to: number): Float64Array {
  const logs = new Float64Array(to + 1);
  for (let n = 2; n <= to; n++) logs[n] = (logs[n - 1] ?? 0) + Math.log(n);
  return logs;
}
