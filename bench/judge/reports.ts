import type { Report } from '../report.ts';
import { aimsReport } from './aims.ts';
import { ALARM_ROWS, ALARM_TABLE } from './alarms.ts';
import { BOUND_LOOKS, BOUND_ROWS, BOUND_TABLE } from './bounds.ts';
import { CHECKS_TABLE, checkRows } from './checks.ts';
import { familyName, isHarmless, SETTINGS } from './families.ts';
import { GAUGE_PEERS } from './gauge-peers.ts';
import { GAUGE_FAMILIES, GAUGE_TABLE, gaugeRow, isHarmlessGauge } from './gauges.ts';
import { GO_TABLE, goRows } from './go.ts';
import { LATENCY_TABLE, latencyRows } from './latencies.ts';
import { PEERS } from './peers.ts';
import { compareWithReference, referenceReport } from './reference-check.ts';
import { ROLLOUT_JUDGES, ROLLOUT_TABLE, rolloutRows } from './rollouts.ts';
import { SETTLING_TABLE, settlingRows } from './settling.ts';
import { STRUCTURE_TABLE, structureRows } from './structures.ts';
import type { Tallies } from './tally.ts';
import { extraBadCell, falseCell, foundCell, tallyTable } from './tally-table.ts';
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
const FOUND_NOTE =
  'Per cent of harmful soaks that were halted / median minute of the halt since the sync (since the end of the warm-up).';
const EXTRA_NOTE = 'Mean of bad requests per soak that the change cost until the halt, or until the end.';

const BOUND_NOTE =
  'Per cent found / median minute by the likelihood itself, to which all of the noise is told, at 1 % of false halts (2 % of false proofs): one look at the end of the same soak, or a look every minute at one threshold. The three minutes of the warm-up are left out, as in ours. Nobody finds more by one look; a threshold that comes down lies between the two. The last rows are told that harm means more bursts; ours may not assume it, harm may as well make them larger.';

const CALIBRATION_NOTE =
  'Per cent of harmless soaks whose smallest chance fell to 5 %, 1 % and 0.1 %, with controls, with the 95 % interval (Wilson). A calibrated judge shows the nominal number.';
const CHECK_JUDGES = ['any z-test', 'any Kayenta', 'ours'];
const ALARM_NOTE =
  'Per cent of soaks of 30 minutes that were halted, with the 95 % interval; only in the last row does the change do harm. An alert of the very component, firing here alone, halts by design: one in half of the firings of the second row.';
const WAVE_NOTE =
  'Per cent of waves halted / median minute, soaks of 60 minutes, half an error a minute and cluster, 1 % for the whole wave: half for the pool, half split over the clusters. A wave larger than the largest learned group pools as many clusters as fill it.';
const ROLLOUT_NOTE =
  'Rollouts over 20 clusters in waves of 1, 3, 6 and 10, soaks of 30 minutes, ten errors a minute and cluster, eight clusters that never change. Ours spends 5 % on a whole rollout; a peer halts it when it halts any soak.';
const STRUCTURE_NOTE =
  'Per cent of soaks of 30 minutes that were halted, with the 95 % interval; the last two rows are harm. Single items blink for up to three minutes, 6 nodes and 12 Deployments a day; five minutes in a row make a breach.';
const SETTLING_NOTE =
  'A change that takes 20 minutes to arrive, with fourfold errors for three minutes at the sync and again when it has; then a soak of 10 to 60 minutes. Per cent of soaks / median minute since the sync.';
const SETTLING_JUDGES = ['z-test, peeked', 'Kayenta, peeked', 'ours', 'ours: go', 'ours: go before settled'];
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
      tallyTable(tallies, {
        ...of,
        title: `${table}: found`,
        note: FOUND_NOTE,
        rows: harmful,
        cell: foundCell,
      }),
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
    tallyTable(tallies, {
      table: BOUND_TABLE,
      title: 'What can be found at all',
      note: BOUND_NOTE,
      rows: BOUND_ROWS,
      judges: BOUND_LOOKS,
    }),
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
    ...([1, 2, 3, 4, 'promise'] as const).map((times) =>
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
        cell: harmless ? falseCell : foundCell,
      }),
    ),
    ...[true, false].map((harmless) =>
      tallyTable(tallies, {
        table: CHECKS_TABLE,
        title: harmless ? 'One to thirty checks: false halts' : 'One to thirty checks: found',
        note: harmless ? FALSE_NOTE : FOUND_NOTE,
        rows: checkRows(harmless),
        judges: CHECK_JUDGES,
        cell: harmless ? falseCell : foundCell,
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
    tallyTable(tallies, {
      table: STRUCTURE_TABLE,
      title: 'Structure',
      note: STRUCTURE_NOTE,
      rows: [...structureRows(true), ...structureRows(false)],
      judges: ['any bad item', 'any for 5 min', 'ours'],
      cell: falseCell,
    }),
    ...[true, false].map((harmless) =>
      tallyTable(tallies, {
        table: SETTLING_TABLE,
        title: harmless ? 'Settling: no harm' : 'Settling: found',
        note: SETTLING_NOTE,
        rows: settlingRows(harmless),
        judges: SETTLING_JUDGES,
      }),
    ),
    ...[true, false].map((harmless) =>
      tallyTable(tallies, {
        table: ROLLOUT_TABLE,
        title: harmless ? 'Rollouts: false halts' : 'Rollouts: found',
        note: harmless
          ? `Per cent of harmless rollouts that were halted, with the 95 % interval. ${ROLLOUT_NOTE}`
          : `Per cent of harmful rollouts that were halted / how many clusters had the change then (median). ${ROLLOUT_NOTE}`,
        rows: rolloutRows(harmless),
        judges: ROLLOUT_JUDGES,
        ...(harmless && { cell: falseCell }),
      }),
    ),
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
    tallyTable(tallies, {
      ...gauges,
      title: 'Gauges: found',
      note: FOUND_NOTE,
      rows: rows(false),
      cell: foundCell,
    }),
  ].filter((report) => report.rows.length > 0 || report.title.startsWith('The peers'));
}
