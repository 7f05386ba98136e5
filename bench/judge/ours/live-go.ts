import { LOG_GO } from '../../../src/judge/go-proof.ts';
import type { LearnedCounts, Promised } from '../../../src/judge/learning/learned-class.ts';
import { strictestPromise } from '../../../src/judge/learning/placebo-for.ts';
import { WARM_UP_MINUTES } from '../../../src/judge/learning/replay-window.ts';
import { longRunRate, openStream } from '../../../src/judge/statistics/open-stream.ts';
import { GO_EFFECTS, GO_LENGTH, goEffects, trackGoLogE } from '../../../src/judge/statistics/track-go.ts';
import { idleTrack, openTrack, stepTrack } from '../../../src/judge/statistics/track-state.ts';
import type { Row } from '../streams/count-fleet.ts';

const DAY_MINUTES = 24 * 60;
const HOUR_MINUTES = 60;

/** What a run promises before its soak; undefined when nothing can be proved within it. */
export function promiseOf(learned: LearnedCounts, past: Row, minutes: number): Promised | undefined {
  const day = lastDay(past);
  const rate = longRunRate(total(day.events), total(day.exposure));
  const expectedHour = rate * total(day.exposure.subarray(-HOUR_MINUTES));
  return strictestPromise(learned, { minutes, expectedHour });
}

/** By minute: whether the promise is proved then. */
export function provedBy(learned: LearnedCounts, past: Row, since: Row, promise: Promised): Uint8Array {
  const model = learned.raw;
  const start = openStream(lastDay(past), model);
  const numbers = new Float64Array(GO_LENGTH);
  openTrack(numbers, 0, start, GO_EFFECTS);
  const effects = goEffects(promise);
  return Uint8Array.from(since.events, (events, at) => {
    if (at < WARM_UP_MINUTES) {
      idleTrack(numbers, 0, model.level, GO_EFFECTS);
      return 0;
    }
    const expected = ((since.exposure[at] ?? 0) * start.rate) / model.phi;
    stepTrack(numbers, 0, model.level, effects, events / model.phi, expected);
    return trackGoLogE(numbers, 0) >= LOG_GO ? 1 : 0;
  });
}

function lastDay({ events, exposure }: Row): Row {
  return { events: events.subarray(-DAY_MINUTES), exposure: exposure.subarray(-DAY_MINUTES) };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
