import { MINUTE_MS } from '../../../src/domain/reading.ts';
import { UNFIT } from '../../../src/judge/learning/class-history.ts';
import { learnClass } from '../../../src/judge/learning/learn-class.ts';
import type { RandomFor } from '../../../src/simulator/random.ts';
import type { Report } from '../../report.ts';
import { gaugeCheck, policyOf } from '../bench-checks.ts';
import { GAUGE_PEERS } from '../gauge-peers.ts';
import { percentWithin } from '../tally-table.ts';
import { firstRare, judgeWhole, type KnownClass, openRun } from '../whole-judge.ts';
import type { LabelledChange, LabelledData, LabelledSeries } from './read.ts';

const OURS = 'ours, own history, 1 %';
const ALPHA = 0.01;
const SERIES = 'series';
const BEFORE_MINUTES = 60;
const LEARNED_MINUTES = 48 * 60;

/** What the judges said of one change: minute of the halt, by judge. */
type Halts = ReadonlyMap<string, number | undefined>;

/** Judges every labelled change and compares with its label. */
export function judgeLabelled(data: LabelledData, randomFor: RandomFor): Report {
  const judged = data.changes.map((change, at) => ({
    change,
    halts: haltsOf(change, data, randomFor(at)),
  }));
  const judges = [...new Set(judged.flatMap(({ halts }) => [...halts.keys()]))];
  const harmful = judged.filter(({ change }) => change.harmful);
  const harmless = judged.filter(({ change }) => !change.harmful);
  return {
    title: 'Labelled series',
    columns: ['judge', 'false %', 'found %', 'F1', 'median minute', 'could not judge'],
    rows: judges.map((judge) => {
      const halted = (each: (typeof judged)[number]) => each.halts.get(judge) !== undefined;
      const found = harmful.filter(halted);
      const wrong = harmless.filter(halted).length;
      const f1 = (2 * found.length) / (harmful.length + found.length + wrong);
      const minutes = found.map(({ halts }) => halts.get(judge) ?? 0).sort((a, b) => a - b);
      return [
        judge,
        percentWithin(wrong, harmless.length),
        percentWithin(found.length, harmful.length),
        f1.toFixed(3),
        String(minutes[minutes.length >> 1] ?? '-'),
        String(judged.filter(({ halts }) => !halts.has(judge)).length),
      ];
    }),
    note: `${harmful.length} harmful and ${harmless.length} harmless changes in ${data.series.size} series, looked at every minute, 95 % intervals (Wilson). Ours learns from up to 48 hours before each change, other changes of the series left out; a change with too little before it can't be judged and counts as not halted. A single series has no other clusters to be compared with; ours would hold there and not halt, so what counts is the minute in which it would convict.`,
  };
}

function haltsOf(change: LabelledChange, data: LabelledData, random: () => number): Halts {
  const series = data.series.get(change.series);
  if (series === undefined) throw new Error(`${change.series} was not read`);
  const at = minuteIndex(series, change.at);
  const since = series.values.subarray(at, at + change.minutes);
  const past = series.values.subarray(Math.max(0, at - LEARNED_MINUTES), at);
  const sign = change.worse === 'down' ? -1 : 1;
  const up = {
    before: past
      .slice(-BEFORE_MINUTES)
      .map((value) => sign * value)
      .filter(Number.isFinite),
    since: since.map((value) => sign * value).filter(Number.isFinite),
  };
  const halts = new Map<string, number | undefined>();
  const learned = learnOwn(change, series, data.changes);
  if (learned) {
    const known: KnownClass = {
      checks: [{ ...gaugeCheck(SERIES), worse: sign > 0 ? 'up' : 'down' }],
      policy: policyOf(change.minutes, change.minutes),
      past: new Map([[SERIES, [past]]]),
      learned,
    };
    const { chances } = judgeWhole(openRun(known, 0, []), new Map([[SERIES, [since]]]));
    halts.set(OURS, firstRare(chances, ALPHA));
  }
  if (up.before.length > 1 && up.since.length > 0) {
    for (const [judge, peer] of Object.entries(GAUGE_PEERS)) halts.set(judge, peer(up, random));
  }
  return halts;
}

/** What the series did in its quiet hours before the change. */
function learnOwn(change: LabelledChange, series: LabelledSeries, all: readonly LabelledChange[]) {
  const end = minuteIndex(series, change.at);
  const from = Math.max(0, end - LEARNED_MINUTES);
  const values = series.values.slice(from, end);
  const unfit = new Uint8Array(values.length);
  for (const other of all) {
    if (other.series !== change.series || other === change || !other.harmful) continue;
    const start = minuteIndex(series, other.at) - from;
    unfit.fill(UNFIT.sync, Math.max(0, start), Math.max(0, start + other.minutes));
  }
  const history = {
    class: change.series,
    first: series.first + from * MINUTE_MS,
    minutes: values.length,
    clusters: [{ cluster: change.series, unfit, counts: new Map(), gauges: new Map([[SERIES, values]]) }],
    worse: new Map([[SERIES, change.worse]]),
  };
  const learned = learnClass(history, change.at);
  return learned.gauges[SERIES] && learned;
}

function minuteIndex({ first }: LabelledSeries, at: number): number {
  // The minute that ends at the change is the last one before it.
  return Math.floor((at - first) / MINUTE_MS) + 1;
}
