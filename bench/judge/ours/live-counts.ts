import type { LearnedCounts, PlaceboScores } from '../../../src/judge/learning/learned-class.ts';
import { placeboFor } from '../../../src/judge/learning/placebo-for.ts';
import { WARM_UP_MINUTES } from '../../../src/judge/learning/replay-window.ts';
import { WORSE } from '../../../src/judge/mixture.ts';
import { controlOffset } from '../../../src/judge/statistics/control-offset.ts';
import { burstTable, decluster } from '../../../src/judge/statistics/declustering.ts';
import type { StreamModel } from '../../../src/judge/statistics/level-model.ts';
import { longRunRate, openStream } from '../../../src/judge/statistics/open-stream.ts';
import { isPatient, LONE_EFFECTS, loneEffects } from '../../../src/judge/statistics/patient.ts';
import { PLACEBO_NEEDS, type Placebo, placeboChance } from '../../../src/judge/statistics/placebo.ts';
import { scoreOf } from '../../../src/judge/statistics/score.ts';
import {
  idleTrack,
  openTrack,
  stepTrack,
  trackEstimate,
  trackLength,
  trackLogE,
} from '../../../src/judge/statistics/track-state.ts';
import type { Row } from '../streams/count-fleet.ts';

const DAY_MINUTES = 24 * 60;
const HOUR_MINUTES = 60;

/** Highest score so far, by minute. */
export interface LiveScores {
  readonly scores: Float64Array;
  /** The same for the rule that waits; plain streams only. */
  readonly patient?: Float64Array;
}

/** A class's streams as the tests see them: what was learned, and the day before the sync with bursts in place of events. */
export interface LiveClass {
  readonly learned: LearnedCounts;
  readonly past: readonly Row[];
  readonly causes: (row: Row) => Row;
}

/** Prepares soaks that follow one past. */
export function openLive(learned: LearnedCounts, past: readonly Row[]): LiveClass {
  const table = learned.bursts && burstTable(learned.bursts);
  const causes = ({ events, exposure }: Row): Row => ({
    events: table ? events.map((each) => decluster(table, each)) : events,
    exposure,
  });
  const day = past.map(({ events, exposure }) =>
    causes({ events: events.slice(-DAY_MINUTES), exposure: exposure.slice(-DAY_MINUTES) }),
  );
  return { learned, past: day, causes };
}

/** The running highest score of a treated cluster, against controls of the same minute where there are any. */
export function liveScores(
  { learned, past, causes }: LiveClass,
  since: readonly Row[],
  treated: number,
  controls: readonly number[],
): LiveScores {
  const model =
    controls.length > 0
      ? learned.controlled.findLast((each) => each.controls <= controls.length)
      : learned.plain;
  const before = past[treated];
  const own = since[treated];
  if (model === undefined || before === undefined || own === undefined)
    throw new Error('nothing learned for this');
  const pooledBefore = controls.length > 0 ? pooled(controls.map((at) => past[at] as Row)) : undefined;
  const pooledSince =
    controls.length > 0 ? pooled(controls.map((at) => causes(since[at] as Row))) : undefined;
  const rate = pooledBefore ? longRunRate(sum(pooledBefore.events), sum(pooledBefore.exposure)) : 0;
  const start = openStream(
    { events: before.events, exposure: offsetExposure(before.exposure, pooledBefore, rate) },
    model,
  );
  return play(
    { model, start, own: causes(own), exposure: offsetExposure(own.exposure, pooledSince, rate) },
    controls.length === 0,
  );
}

interface Played {
  readonly model: StreamModel;
  readonly start: ReturnType<typeof openStream>;
  readonly own: Row;
  readonly exposure: Float64Array;
}

function play({ model, start, own, exposure }: Played, alone: boolean): LiveScores {
  const minutes = own.events.length;
  const count = alone ? LONE_EFFECTS : WORSE.effects.length;
  const numbers = new Float64Array(trackLength(count));
  openTrack(numbers, 0, start, count);
  const scores = new Float64Array(minutes);
  const patient = new Float64Array(minutes);
  const sums = { seen: [] as number[], expected: [] as number[] };
  let highest = 0;
  let patientHighest = 0;
  for (let at = 0; at < minutes; at++) {
    if (at < WARM_UP_MINUTES) idleTrack(numbers, 0, model.level, count);
    else {
      const effects = alone ? loneEffects(at + 1) : WORSE;
      const expected = ((exposure[at] ?? 0) * start.rate) / model.phi;
      stepTrack(numbers, 0, model.level, effects, (own.events[at] ?? 0) / model.phi, expected);
      sums.seen.push(numbers[2] ?? 0);
      sums.expected.push(numbers[3] ?? 0);
      const logE = trackLogE(numbers, 0, WORSE, count);
      const score = scoreOf(logE, trackEstimate(numbers, 0), at + 1);
      highest = Math.max(highest, score);
      const length = sums.seen.length;
      if (alone && isPatient(numbers, 0, { sums: { ...sums, length }, logE, score, stepMinutes: 1 })) {
        patientHighest = Math.max(patientHighest, score);
      }
    }
    scores[at] = highest;
    patient[at] = patientHighest;
  }
  return alone ? { scores, patient } : { scores };
}

/** First minute (from 1) at which a running score is as rare as alpha. */
export function firstBelow(alpha: number, live: Float64Array, placebo: Placebo): number | undefined {
  const isRare = (at: number) => placeboChance(placebo, live[at] ?? 0).p <= alpha;
  if (!isRare(live.length - 1)) return undefined;
  let [low, high] = [0, live.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isRare(middle)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

/** The placebo windows that a cluster's scores are compared with. */
export function placeboOf(
  learned: LearnedCounts,
  scores: PlaceboScores,
  before: Row,
  minutes: number,
): Placebo {
  const { events, exposure } = before;
  const rate = longRunRate(sum(events.subarray(-DAY_MINUTES)), sum(exposure.subarray(-DAY_MINUTES)));
  const { expected } = learned;
  const { everyMinutes } = learned.windows;
  const expectedHour = rate * sum(exposure.subarray(-HOUR_MINUTES));
  return placeboFor(
    { scores, everyMinutes, needs: PLACEBO_NEEDS.counts, expected },
    { minutes, expectedHour },
  );
}

function offsetExposure(exposure: Float64Array, controls: Row | undefined, rate: number): Float64Array {
  if (controls === undefined) return exposure;
  return exposure.map(
    (each, at) => each * controlOffset(controls.events[at] ?? 0, controls.exposure[at] ?? 0, rate),
  );
}

function pooled(rows: readonly Row[]): Row {
  const length = rows[0]?.events.length ?? 0;
  const events = new Float64Array(length);
  const exposure = new Float64Array(length);
  for (const row of rows) {
    for (let at = 0; at < length; at++) {
      events[at] = (events[at] ?? 0) + (row.events[at] ?? 0);
      exposure[at] = (exposure[at] ?? 0) + (row.exposure[at] ?? 0);
    }
  }
  return { events, exposure };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
