import type { Report } from '../report.ts';
import { ALARM_TABLE, BACKGROUND_ROWS } from './alarms.ts';
import { BOUND_LOOKS, BOUND_TABLE, type BoundRow } from './bounds.ts';
import { CHECKS_TABLE, checkRows } from './checks.ts';
import { familyName, isHarmless, SETTINGS } from './families.ts';
import { GAUGE_FAMILIES, GAUGE_TABLE, gaugeRow, isHarmlessGauge } from './gauges.ts';
import { GO_TABLE, goRow, goRows } from './go.ts';
import { LATENCY_TABLE, latencyRows } from './latencies.ts';
import { ROLLOUT_TABLE, rolloutRows } from './rollouts.ts';
import { SETTLING_TABLE, settlingRows } from './settling.ts';
import { STRUCTURE_TABLE, structureRows } from './structures.ts';
import { haltsOf, minuteOf, type Tallies, type Tally, tallyKey, wilson } from './tally.ts';
import { percent, percentWithin } from './tally-table.ts';
import { AIMED_WAVE, WAVE_TABLE, waveRow } from './waves.ts';

/** Whether an aim is met: `open` when the interval reaches to both sides of it. */
type Met = 'yes' | 'no' | 'open' | 'not measured';

/** What the judge must or wants to reach, beside what it reached. */
interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly reached: string;
  readonly met: Met;
}

interface Named {
  readonly name: string;
  readonly tally: Tally;
}

const MUST_FALSE = 0.01;
const ROLLOUT_ALPHA = 0.05;
const MUST_WRONG_GO = 0.02;
const HALF_OF_THIRTY = 15;

/** Musts and aims with their numbers; what is missed stays in the table. */
export function aimsReport(tallies: Tallies): Report {
  const aims = [
    ...falseHalts(tallies),
    wrongGo(tallies),
    found(tallies, 'mid', 'ar1 x2', 0.9, 'mid ar1 x2, beside 8 controls'),
    found(tallies, 'mid', 'burst x2', 0.9),
    found(tallies, 'low', 'burst x4', 0.85, 'low burst x4, alone, rate known'),
    alone(tallies, 'drift x1'),
    alone(tallies, 'shock x1'),
    soakTime(tallies),
    byTheTenth(tallies),
  ];
  return {
    title: 'Musts and aims',
    columns: ['what', 'asked', 'reached', 'met'],
    rows: aims.map(({ what, aim, reached, met }) => [what, aim, reached, met]),
    note: 'In brackets the 95 % interval (Wilson), which takes soaks for independent; soaks of one fleet share what was learned of it, so with few fleets it is too narrow. `open`: the interval reaches to both sides of the aim, so few soaks can not tell. A must of 1 % is met when the interval of every family reaches down to it: among forty families the worst one lies above by chance alone.',
  };
}

function falseHalts(tallies: Tallies): readonly Aim[] {
  const harmlessCounts = SETTINGS.flatMap(({ table, families }) =>
    families.filter(isHarmless).map((family) => ({ table, row: familyName(family) })),
  );
  const counts = harmlessCounts.flatMap(({ table, row }) =>
    named(tallies, table, row, 'ours', `${table}: ${row}`),
  );
  const gauges = GAUGE_FAMILIES.filter(isHarmlessGauge).flatMap((family) =>
    named(tallies, GAUGE_TABLE, gaugeRow(family), 'ours', gaugeRow(family)),
  );
  return [
    falseAim('must: false halts with controls, counts, every family', counts),
    falseAim('must: false halts with controls, gauges, every family', gauges),
    falseAim(
      'must: false halts with controls, histograms, every family',
      latencyRows(true).flatMap((row) => named(tallies, LATENCY_TABLE, row, 'ours', row)),
    ),
    falseAim(
      'must: false halts with controls, one to thirty checks',
      ofTable(tallies, CHECKS_TABLE, checkRows(true)),
    ),
    falseAim(
      'must: false halts with controls, structure',
      ofTable(tallies, STRUCTURE_TABLE, structureRows(true)),
    ),
    falseAim(
      'must: false halts with controls, alerts (background and fleet)',
      ofTable(tallies, ALARM_TABLE, BACKGROUND_ROWS),
    ),
    falseAim(
      'must: false halts with controls, settling',
      ofTable(tallies, SETTLING_TABLE, settlingRows(true)),
    ),
    falseAim(
      'must: false halts with controls, nothing learned',
      harmlessCounts.flatMap(({ table, row }) =>
        named(tallies, table, row, 'ours, nothing learned, controls', `${table}: ${row}`),
      ),
    ),
    rollouts(tallies),
  ];
}

function ofTable(tallies: Tallies, table: string, rows: readonly string[]): readonly Named[] {
  return rows.flatMap((row) => named(tallies, table, row, 'ours', row));
}

/** A whole rollout may spend 5 %. */
function rollouts(tallies: Tallies): Aim {
  const all = ofTable(tallies, ROLLOUT_TABLE, rolloutRows(true));
  const worst = all.toSorted(
    (a, b) => haltsOf(b.tally) / b.tally.soaks - haltsOf(a.tally) / a.tally.soaks,
  )[0];
  const hits = all.reduce((sum, { tally }) => sum + haltsOf(tally), 0);
  const soaks = all.reduce((sum, { tally }) => sum + tally.soaks, 0);
  const isAbove = all.some(({ tally }) => wilson(haltsOf(tally), tally.soaks).low > ROLLOUT_ALPHA);
  return {
    what: 'must: false halts per rollout of 20 clusters',
    aim: '<= 5 %',
    reached: worst
      ? `all ${percentWithin(hits, soaks)} of ${soaks}; worst ${worst.name} ${percentWithin(haltsOf(worst.tally), worst.tally.soaks)}`
      : '-',
    met: worst === undefined ? 'not measured' : isAbove ? 'no' : 'yes',
  };
}

function falseAim(what: string, all: readonly Named[]): Aim {
  const share = ({ tally }: Named) => haltsOf(tally) / tally.soaks;
  const worst = all.toSorted((a, b) => share(b) - share(a))[0];
  const above = all.filter(({ tally }) => wilson(haltsOf(tally), tally.soaks).low > MUST_FALSE);
  const hits = all.reduce((sum, { tally }) => sum + haltsOf(tally), 0);
  const soaks = all.reduce((sum, { tally }) => sum + tally.soaks, 0);
  if (worst === undefined) return { what, aim: '<= 1 % per soak', reached: '-', met: 'not measured' };
  const beyond = above.length > 0 ? `; beyond chance: ${above.map(({ name }) => name).join(', ')}` : '';
  return {
    what,
    aim: '<= 1 % per soak',
    reached: `all ${percentWithin(hits, soaks)} of ${soaks}; worst ${worst.name} ${percentWithin(haltsOf(worst.tally), worst.tally.soaks)}${beyond}`,
    met: above.length === 0 ? 'yes' : 'no',
  };
}

function wrongGo(tallies: Tallies): Aim {
  const all = goRows('promise').flatMap((row) => named(tallies, GO_TABLE, row, 'go', row));
  const hits = all.reduce((sum, { tally }) => sum + haltsOf(tally), 0);
  const soaks = all.reduce((sum, { tally }) => sum + tally.soaks, 0);
  return {
    what: 'must: go although as bad as was promised not to be',
    aim: '<= 2 %',
    reached: `${percentWithin(hits, soaks)} of ${soaks}`,
    met: atMost(hits, soaks, MUST_WRONG_GO),
  };
}

function found(tallies: Tallies, table: string, row: string, aim: number, bound?: BoundRow): Aim {
  const tally = tallies.get(tallyKey(table, row, 'ours'));
  return {
    what: `aim: ${row} at ${table} traffic found with 8 controls`,
    aim: `>= ${percent(aim)} %`,
    reached: tally
      ? `${percentWithin(haltsOf(tally), tally.soaks)}, median minute ${minuteOf(tally) ?? '-'}${bound ? atBest(tallies, bound) : ''}`
      : '-',
    met: tally ? atLeast(haltsOf(tally), tally.soaks, aim) : 'not measured',
  };
}

/** What the likelihood itself finds, for whoever is told how the noise works. */
function atBest(tallies: Tallies, bound: BoundRow): string {
  const [once, always] = BOUND_LOOKS.map((look) => tallies.get(tallyKey(BOUND_TABLE, bound, look)));
  if (once === undefined || always === undefined) return '';
  const share = (tally: Tally) => percent(haltsOf(tally) / tally.soaks);
  return `; told all of the noise, one look at the end finds ${share(once)}, a look every minute ${share(always)}`;
}

function alone(tallies: Tallies, row: string): Aim {
  const tally = tallies.get(tallyKey('mid', row, 'ours, no controls'));
  return {
    what: `aim: ${row} halted without controls, mid traffic`,
    aim: '<= 1 %',
    reached: tally ? percentWithin(haltsOf(tally), tally.soaks) : '-',
    met: tally ? atMost(haltsOf(tally), tally.soaks, MUST_FALSE) : 'not measured',
  };
}

function soakTime(tallies: Tallies): Aim {
  const rows = goRows(1).flatMap((row) => named(tallies, GO_TABLE, row, 'go', row));
  const slow = rows.filter(({ tally }) => (minuteOf(tally) ?? Number.POSITIVE_INFINITY) > HALF_OF_THIRTY);
  const pairs = ([2, 4] as const).flatMap((times) =>
    ['iid', 'burst', 'ar1'].flatMap((noise) => {
      const fixed = tallies.get(tallyKey(GO_TABLE, goRow(10, noise, times), 'halt within 30 min'));
      const early = tallies.get(tallyKey(GO_TABLE, goRow(10, noise, times), 'halt'));
      return fixed && early ? [{ name: `${noise} x${times}`, fixed, early }] : [];
    }),
  );
  const text = pairs.map(
    ({ name, early, fixed }) =>
      `${name} ${percent(haltsOf(early) / early.soaks)} / ${percent(haltsOf(fixed) / fixed.soaks)}`,
  );
  const missesMore = pairs.some(
    ({ early, fixed }) => wilson(haltsOf(early), early.soaks).high < haltsOf(fixed) / fixed.soaks,
  );
  const longer = slow.map(({ name, tally }) => `${name} (${minuteOf(tally) ?? 'never'})`).join(', ');
  return {
    what: 'aim: median soak of harmless changes at most half of a fixed 30 min, at the same misses',
    aim: '<= 15 min',
    reached: `${rows.length - slow.length} of ${rows.length} streams${longer ? `; longer: ${longer}` : ''}; found at 10/min by going early / by a fixed half hour: ${text.join(', ')}`,
    met: rows.length === 0 ? 'not measured' : slow.length === 0 && !missesMore ? 'yes' : 'no',
  };
}

function atLeast(hits: number, of: number, aim: number): Met {
  if (of === 0) return 'not measured';
  const { low, high } = wilson(hits, of);
  return low >= aim ? 'yes' : high < aim ? 'no' : 'open';
}

function atMost(hits: number, of: number, aim: number): Met {
  if (of === 0) return 'not measured';
  const { low, high } = wilson(hits, of);
  return high <= aim ? 'yes' : low > aim ? 'no' : 'open';
}

function byTheTenth(tallies: Tallies): Aim {
  const tally = tallies.get(
    tallyKey(WAVE_TABLE, waveRow(AIMED_WAVE.clusters, AIMED_WAVE.noise, AIMED_WAVE.times), 'the wave'),
  );
  return {
    what: 'aim: x1.3 at half an error a minute and cluster halted by the tenth cluster (a wave of ten, 60 min)',
    aim: '>= 50 % of waves',
    reached: tally
      ? `${percentWithin(haltsOf(tally), tally.soaks)}, median minute ${minuteOf(tally) ?? '-'}${atBest(tallies, 'wave of ten x1.3, beside 8 controls')}`
      : '-',
    met: tally ? atLeast(haltsOf(tally), tally.soaks, 0.5) : 'not measured',
  };
}

function named(tallies: Tallies, table: string, row: string, judge: string, name: string): readonly Named[] {
  const tally = tallies.get(tallyKey(table, row, judge));
  return tally ? [{ name, tally }] : [];
}
