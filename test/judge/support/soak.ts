import type { LearnedCounts, WindowMinutes } from '../../../src/judge/learning/learned-class.ts';
import { WARM_UP_MINUTES } from '../../../src/judge/learning/replay-window.ts';
import { CONTROLLED_BARS, LONE_BARS } from '../../../src/judge/learning/score-bars.ts';
import {
  controlledRow,
  controlOffsets,
  type StreamRow,
  streamRow,
} from '../../../src/judge/learning/stream-rows.ts';
import { WORSE } from '../../../src/judge/mixture.ts';
import { burstTable, decluster } from '../../../src/judge/statistics/declustering.ts';
import type { StreamModel } from '../../../src/judge/statistics/level-model.ts';
import { openStream } from '../../../src/judge/statistics/open-stream.ts';
import { isPatient, LONE_EFFECTS, loneEffects } from '../../../src/judge/statistics/patient.ts';
import { nearWindows, PLACEBO_NEEDS, placeboChance } from '../../../src/judge/statistics/placebo.ts';
import { scoreOf } from '../../../src/judge/statistics/score.ts';
import { GO_EFFECTS, GO_LENGTH, goEffects, trackGoLogE } from '../../../src/judge/statistics/track-go.ts';
import {
  idleTrack,
  openTrack,
  stepTrack,
  TRACK,
  trackEstimate,
  trackLength,
  trackLogE,
} from '../../../src/judge/statistics/track-state.ts';
import type { Fleet } from './fleet.ts';

const DAY = 1440;

/** A soak of one cluster of a fleet, looked at every minute. */
export interface Soak {
  readonly fleet: Fleet;
  readonly treated: number;
  /** Index of the first minute after the sync. */
  readonly at: number;
  readonly minutes: WindowMinutes;
  /** Clusters to compare with; none: without controls. */
  readonly controls: readonly number[];
  /** How the change alters the treated cluster's events of a minute since the sync. */
  readonly change?: (events: number, minute: number) => number;
}

/** A row of one cluster around its soak: the day before it and the soak itself, bursts in place of events if asked. */
function rowAround(
  { fleet, at, minutes, treated, change }: Soak,
  cluster: number,
  table?: Float64Array,
): StreamRow {
  const from = Math.max(0, at - DAY);
  const { events, exposure } = fleet[cluster] as Fleet[number];
  const own = events.slice(from, at + minutes);
  if (change && cluster === treated) {
    for (let i = at - from; i < own.length; i++) own[i] = change(own[i] as number, i - (at - from));
  }
  return streamRow(
    table ? own.map((each) => decluster(table, each)) : own,
    exposure.slice(from, at + minutes),
  );
}

/** Minute of the first look at which the chance is at most `alpha`; undefined when none. */
export function haltMinute(soak: Soak, learned: LearnedCounts, alpha: number): number | undefined {
  const table = learned.bursts && burstTable(learned.bursts);
  const own = rowAround(soak, soak.treated, table);
  const controls = soak.controls.map((each) => rowAround(soak, each, table));
  const alone = controls.length === 0;
  const model = alone
    ? learned.plain
    : learned.controlled.findLast((each) => each.controls <= controls.length);
  if (model === undefined) throw new RangeError(`nothing learned for ${controls.length} controls`);
  const row = alone ? own : controlledRow(own, controlOffsets(controls));
  const numbers = new Float64Array(trackLength(LONE_EFFECTS));
  const effects = alone ? LONE_EFFECTS : WORSE.effects.length;
  const opened = openSoak(soak, row, model);
  openTrack(numbers, 0, opened, effects);
  const raw = rowAround(soak, soak.treated);
  const first = raw.events.length - soak.minutes;
  const hour = (raw.exposureSums[first] as number) - (raw.exposureSums[Math.max(0, first - 60)] as number);
  const stretch = nearWindows(learned.expected, hour * openSoak(soak, raw, learned.raw).rate);
  const placebo = {
    scores: model.scores[soak.minutes],
    stretch,
    overlap: Math.max(1, soak.minutes / learned.windows.everyMinutes),
    needs: PLACEBO_NEEDS.counts,
  };
  const bar = (alone ? LONE_BARS : CONTROLLED_BARS)[soak.minutes];
  const sums = { seen: [] as number[], expected: [] as number[] };
  let most = 0;
  for (let minute = 1; minute <= soak.minutes; minute++) {
    const i = first + minute - 1;
    if (minute <= WARM_UP_MINUTES) {
      idleTrack(numbers, 0, model.level, effects);
      continue;
    }
    const seen = (row.events[i] as number) / model.phi;
    const expected = ((row.exposure[i] as number) * opened.rate) / model.phi;
    stepTrack(numbers, 0, model.level, alone ? loneEffects(minute) : WORSE, seen, expected);
    const logE = trackLogE(numbers, 0, WORSE, effects);
    const score = scoreOf(logE, trackEstimate(numbers, 0), minute, bar);
    sums.seen.push(numbers[TRACK.seen] as number);
    sums.expected.push(numbers[TRACK.expected] as number);
    if (
      alone &&
      !isPatient(numbers, 0, { sums: { ...sums, length: sums.seen.length }, logE, score, stepMinutes: 1 })
    ) {
      continue;
    }
    // As the quiet windows' scores are rounded.
    most = Math.max(most, Math.round(score * 1000) / 1000);
    const { p, convicts } = placeboChance(placebo, most);
    if (convicts && p <= alpha) return minute;
  }
  return undefined;
}

/** Minute of the first look at which a promise is proved; undefined when none. */
export function goMinute(soak: Soak, learned: LearnedCounts, times: number): number | undefined {
  const row = rowAround(soak, soak.treated);
  const { phi, level } = learned.raw;
  const opened = openSoak(soak, row, learned.raw);
  const numbers = new Float64Array(GO_LENGTH);
  openTrack(numbers, 0, opened, GO_EFFECTS);
  const effects = goEffects(times);
  const first = row.events.length - soak.minutes;
  for (let minute = 1; minute <= soak.minutes; minute++) {
    const i = first + minute - 1;
    if (minute <= WARM_UP_MINUTES) idleTrack(numbers, 0, level, GO_EFFECTS);
    else {
      const expected = ((row.exposure[i] as number) * opened.rate) / phi;
      stepTrack(numbers, 0, level, effects, (row.events[i] as number) / phi, expected);
    }
    if (trackGoLogE(numbers, 0) >= Math.log(50)) return minute;
  }
  return undefined;
}

function openSoak({ minutes }: Soak, { events, exposure }: StreamRow, model: StreamModel) {
  const before = events.length - minutes;
  return openStream({ events: events.subarray(0, before), exposure: exposure.subarray(0, before) }, model);
}
