import type { Report } from '../report.ts';
import { haltsOf, minuteOf, type Tallies, type Tally, tallyKey, wilson } from './tally.ts';

/** Which tallies a table shows: a row for each family, a column for each judge. */
export interface TallyTable {
  readonly title: string;
  readonly note: string;
  readonly table: string;
  readonly rows: readonly string[];
  readonly judges: readonly string[];
  /** Text of a cell; halted share and median minute when absent. */
  readonly cell?: (tally: Tally) => string;
}

/** A share in per cent with one decimal. */
export function percent(share: number): string {
  return Number.isNaN(share) ? '-' : (100 * share).toFixed(1);
}

/** "1.2 (0.8-1.9)": per cent and the 95 % interval. */
export function percentWithin(hits: number, of: number): string {
  const { share, low, high } = wilson(hits, of);
  return of === 0 ? '-' : `${percent(share)} (${percent(low)}-${percent(high)})`;
}

/** "98.1 / 6": halted per cent, and the median minute where at least half are halted. */
export function haltedCell(tally: Tally): string {
  const minute = minuteOf(tally);
  const share = percent(haltsOf(tally) / tally.soaks);
  return minute === undefined ? share : `${share} / ${minute}`;
}

/** Minutes after the sync in which a restarted thing may be cold. */
const WARM_UP_MINUTES = 3;

/** "98.1 / 6 (3)": halted per cent, the median minute since the sync, and since the end of the warm-up. */
export function foundCell(tally: Tally): string {
  const minute = minuteOf(tally);
  const cell = haltedCell(tally);
  return minute === undefined ? cell : `${cell} (${Math.max(0, minute - WARM_UP_MINUTES)})`;
}

/** Halted per cent with its interval: for soaks in which the change does nothing. */
export function falseCell(tally: Tally): string {
  return percentWithin(haltsOf(tally), tally.soaks);
}

/** Mean of bad requests that the change cost, per soak. */
export function extraBadCell({ extraBad, soaks }: Tally): string {
  return (extraBad / soaks).toFixed(0);
}

/** Lays tallies out as a table; judges that counted nothing get no column, rows without any are left out. */
export function tallyTable(tallies: Tallies, spec: TallyTable): Report {
  const { title, note, table, rows, judges, cell = haltedCell } = spec;
  const at = (row: string, judge: string) => tallies.get(tallyKey(table, row, judge));
  const shown = judges.filter((judge) => rows.some((row) => at(row, judge) !== undefined));
  return {
    title,
    note,
    columns: ['', ...shown],
    rows: rows
      .filter((row) => shown.some((judge) => at(row, judge) !== undefined))
      .map((row) => [
        row,
        ...shown.map((judge) => {
          const tally = at(row, judge);
          return tally === undefined ? '' : cell(tally);
        }),
      ]),
  };
}
