import type { Report } from '../report.ts';
import { familyName, isHarmless, SETTINGS } from './families.ts';
import { GAUGE_PEERS } from './gauge-peers.ts';
import { GAUGE_FAMILIES, GAUGE_TABLE, gaugeRow, isHarmlessGauge } from './gauges.ts';
import { PEERS } from './peers.ts';
import { compareWithReference, referenceReport } from './reference-check.ts';
import type { Tallies } from './tally.ts';
import { extraBadCell, falseCell, tallyTable } from './tally-table.ts';

const OURS = ['gp'];
const COUNT_JUDGES = [...Object.keys(PEERS), ...OURS];
const GAUGE_JUDGES = Object.keys(GAUGE_PEERS);

const FALSE_NOTE =
  'Per cent of harmless soaks of 30 minutes that were halted, looked at every minute, with the 95 % interval (Wilson).';
const FOUND_NOTE = 'Per cent of harmful soaks that were halted / median minute of the halt since the sync.';
const EXTRA_NOTE = 'Mean of bad requests per soak that the change cost until the halt, or until the end.';

/** Every table of the benchmark, in the order of the results file. */
export function reportsOf(tallies: Tallies): readonly Report[] {
  const counts = SETTINGS.flatMap(({ table, families }) => {
    const harmless = families.filter(isHarmless).map(familyName);
    const harmful = families.filter((family) => !isHarmless(family)).map(familyName);
    const of = { table, judges: COUNT_JUDGES };
    return [
      tallyTable(tallies, {
        ...of,
        title: `${table}: false halts`,
        note: FALSE_NOTE,
        rows: harmless,
        cell: falseCell,
      }),
      tallyTable(tallies, { ...of, title: `${table}: found`, note: FOUND_NOTE, rows: harmful }),
      tallyTable(tallies, {
        ...of,
        title: `${table}: what it cost`,
        note: EXTRA_NOTE,
        rows: harmful,
        cell: extraBadCell,
      }),
    ];
  });
  const gauges = { table: GAUGE_TABLE, judges: GAUGE_JUDGES };
  const rows = (harmless: boolean) =>
    GAUGE_FAMILIES.filter((family) => isHarmlessGauge(family) === harmless).map(gaugeRow);
  return [
    referenceReport(compareWithReference(tallies)),
    ...counts,
    tallyTable(tallies, {
      ...gauges,
      title: 'Gauges: false halts',
      note: FALSE_NOTE,
      rows: rows(true),
      cell: falseCell,
    }),
    tallyTable(tallies, { ...gauges, title: 'Gauges: found', note: FOUND_NOTE, rows: rows(false) }),
  ].filter((report) => report.rows.length > 0 || report.title.startsWith('The peers'));
}
