import type { Report } from '../report.ts';
import { aimsReport } from './aims.ts';
import { ALARM_ROWS, ALARM_TABLE } from './alarms.ts';
import { CHECKS_TABLE, checkRows } from './checks.ts';
import { familyName, isHarmless, SETTINGS } from './families.ts';
import { GAUGE_PEERS } from './gauge-peers.ts';
import { GAUGE_FAMILIES, GAUGE_TABLE, gaugeRow, isHarmlessGauge } from './gauges.ts';
import { GO_TABLE, goRows } from './go.ts';
import { LATENCY_TABLE, latencyRows } from './latencies.ts';
import { PEERS } from './peers.ts';
import { compareWithReference, referenceReport } from './reference-check.ts';
import type { Tallies } from './tally.ts';
import { extraBadCell, falseCell, tallyTable } from './tally-table.ts';
import { WAVE_TABLE, waveRows } from './waves.ts';

const OURS = [
  'ours',
  'ours, no controls',
  'ours, no controls: holds',
  'ours, nothing learned',
  'ours, nothing learned, controls',
];
const CALIBRATION = ['ours, 5 %', 'ours', 'ours, .1 %'];
const COUNT_JUDGES = [...Object.keys(PEERS), ...OURS];
const GAUGE_JUDGES = [...Object.keys(GAUGE_PEERS), 'ours', 'ours, no controls: holds'];
const GO_JUDGES = ['promise 3x', 'promise 5x', 'promise 10x', 'proved', 'go', 'halt', 'halt within 30 min'];

const FALSE_NOTE =
  'Per cent of harmless soaks of 30 minutes that were halted, looked at every minute, with the 95 % interval (Wilson).';
const FOUND_NOTE = 'Per cent of harmful soaks that were halted / median minute of the halt since the sync.';
const EXTRA_NOTE = 'Mean of bad requests per soak that the change cost until the halt, or until the end.';

const CALIBRATION_NOTE =
  'Per cent of harmless soaks whose smallest chance fell to 5 %, 1 % and 0.1 %, with controls, with the 95 % interval (Wilson). A calibrated judge shows the nominal number.';
const CHECK_JUDGES = ['any z-test', 'any Kayenta', 'ours'];
const ALARM_NOTE =
  'Per cent of soaks of 30 minutes that were halted, with the 95 % interval; only in the last row does the change do harm. An alert of the very component, firing here alone, halts by design: one in half of the firings of the second row.';
const WAVE_NOTE =
  'Per cent of waves halted / median minute, soaks of 60 minutes, half an error a minute and cluster, 1 % for the whole wave: half for the pool, half split over the clusters. A wave larger than the largest learned group pools as many clusters as fill it.';
const GO_NOTE =
  'Soaks of 10 to 60 minutes with one required check and eight controls: what was promised before the soak (per cent), how often and by which median minute it was proved, and the end of the run, go or halt; at last how many a soak of a fixed half hour would have halted.';

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
  const calibration = { note: CALIBRATION_NOTE, cell: falseCell };
  const harmlessOf = (table: string) =>
    SETTINGS.find((setting) => setting.table === table)
      ?.families.filter(isHarmless)
      .map(familyName) ?? [];
  return [
    aimsReport(tallies),
    referenceReport(compareWithReference(tallies)),
    ...['mid', 'low', 'high'].map((table) =>
      tallyTable(tallies, {
        ...calibration,
        table,
        title: `Calibration, ${table} traffic`,
        rows: harmlessOf(table),
        judges: CALIBRATION,
      }),
    ),
    tallyTable(tallies, {
      ...calibration,
      table: GAUGE_TABLE,
      title: 'Calibration, gauges',
      rows: rows(true),
      judges: CALIBRATION,
    }),
    ...([1, 2, 4, 'promise'] as const).map((times) =>
      tallyTable(tallies, {
        table: GO_TABLE,
        title: times === 'promise' ? 'Go: as bad as was promised not to be' : `Go: x${times}`,
        note: GO_NOTE,
        rows: goRows(times),
        judges: GO_JUDGES,
      }),
    ),
    ...[true, false].map((harmless) =>
      tallyTable(tallies, {
        table: LATENCY_TABLE,
        title: harmless ? 'Histograms: false halts' : 'Histograms: found',
        note: harmless ? FALSE_NOTE : FOUND_NOTE,
        rows: latencyRows(harmless),
        judges: ['slower than 1 s: 2x / 5 min', 'slower than 1 s: Kayenta', 'ours'],
        ...(harmless && { cell: falseCell }),
      }),
    ),
    ...[true, false].map((harmless) =>
      tallyTable(tallies, {
        table: CHECKS_TABLE,
        title: harmless ? 'One to thirty checks: false halts' : 'One to thirty checks: found',
        note: harmless ? FALSE_NOTE : FOUND_NOTE,
        rows: checkRows(harmless),
        judges: CHECK_JUDGES,
        ...(harmless && { cell: falseCell }),
      }),
    ),
    tallyTable(tallies, {
      table: ALARM_TABLE,
      title: 'Alerts',
      note: ALARM_NOTE,
      rows: ALARM_ROWS,
      judges: ['any firing alert halts', 'ours'],
      cell: falseCell,
    }),
    ...([1, 1.3, 1.5, 2, 4] as const).map((times) =>
      tallyTable(tallies, {
        table: WAVE_TABLE,
        title: times === 1 ? 'Waves: false halts' : `Waves: x${times}`,
        note: WAVE_NOTE,
        rows: waveRows(times),
        judges: ['any cluster alone', 'pooled', 'the wave'],
        ...(times === 1 && { cell: falseCell }),
      }),
    ),
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
