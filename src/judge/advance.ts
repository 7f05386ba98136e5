import { MINUTE_MS } from '../domain/reading.ts';
import { openBreach, takeIntoBreach } from './breach.ts';
import { COUNT, cellOf, ITEMS, isNumber, VALUE } from './cell.ts';
import { isWorse } from './is-worse.ts';
import type { CheckPlan, CountPlan, GaugePlan, ItemsPlan, JudgePlan } from './judge-plan.ts';
import type { CheckState, CountState, GaugeState, ItemsState, JudgeState } from './judge-state.ts';
import { type MinutePlace, openRow, takeIntoRow } from './row-state.ts';
import type { JudgeMinute, RunMoments } from './run-facts.ts';
import { segmentAt, segmentsOf } from './segments.ts';
import { openSeries, startSegment, takeIntoSeries } from './series-state.ts';
import { openShiftState, takeIntoShift } from './shift-evidence.ts';
import { breachMinutes, toleratedItems } from './structure.ts';
import { takeIntoTest } from './test-state.ts';
import { openTrackState, takeIntoTrack } from './track-evidence.ts';
import { isPerTime } from './wording.ts';

/** A run before its first minute. */
export function openState(plan: JudgePlan): JudgeState {
  const { first } = plan;
  const numbers = new Float64Array(plan.numbers);
  return {
    minute: first - MINUTE_MS,
    minutes: 0,
    settledMinutes: 0,
    segment: Number.MIN_SAFE_INTEGER,
    segmentFrom: first,
    rho: 1,
    numbers,
    checks: plan.checks.map((check) => openCheck(check, numbers)),
  };
}

/**
 * Takes one final minute into a state, in place. Minutes come ascending: one that was taken in already, or that ended
 * before harm was looked for, changes nothing; those left out between were not delivered.
 */
export function advance(
  plan: JudgePlan,
  state: JudgeState,
  minute: JudgeMinute,
  moments: RunMoments = {},
): void {
  const end = Math.floor(minute.minute / MINUTE_MS) * MINUTE_MS;
  while (state.minute + MINUTE_MS < end) take(plan, state, NOTHING, moments);
  if (state.minute + MINUTE_MS === end) take(plan, state, minute, moments);
}

const NOTHING = { counts: {}, items: {}, values: {} } as const;
type Delivered = Pick<JudgeMinute, 'counts' | 'items' | 'values' | 'controls'>;

function openCheck(plan: CheckPlan, numbers: Float64Array): CheckState {
  if (plan.kind === 'gauge') {
    const shift = plan.shift ? openShiftState() : null;
    return { kind: 'gauge', row: openRow(), breach: openBreach(), sharedAt: -1, shift };
  }
  if (plan.kind === 'items') return { kind: 'items', row: openRow(), breach: openBreach(), sharedAt: -1 };
  return {
    kind: 'counts',
    series: plan.series.map(openSeries),
    tests: plan.tests.map(() => ({ current: null, peak: null })),
    tracks: plan.series.map(({ track }) => (track ? openTrackState(track, numbers) : null)),
  };
}

function take(plan: JudgePlan, state: JudgeState, delivered: Delivered, moments: RunMoments): void {
  const { syncedAt } = plan.facts;
  const begin = state.minute;
  const isSettled = moments.settledAt !== undefined && begin >= moments.settledAt;
  const place: MinutePlace = { index: state.minutes, isSettled, longestWindow: plan.longestWindow };
  state.minute += MINUTE_MS;
  state.minutes += 1;
  if (isSettled) state.settledMinutes += 1;
  const segment = segmentAt(segmentsOf(syncedAt, moments), begin);
  const starts = segment !== undefined && segment.from !== state.segment;
  if (starts) {
    state.segment = segment.from;
    state.segmentFrom = state.minute;
    state.rho = segment.rho;
  }
  for (let at = 0; at < plan.checks.length; at++) {
    const check = plan.checks[at] as CheckPlan;
    const known = state.checks[at] as CheckState;
    if (check.kind === 'counts') takeCounts(check, known as CountState, delivered, state, place, starts);
    else if (check.kind === 'items') takeItems(check, known as ItemsState, delivered, place);
    else takeGauge(check, known as GaugeState, delivered, place);
  }
}

function takeCounts(
  plan: CountPlan,
  state: CountState,
  { counts, controls }: Delivered,
  { rho, segmentFrom, minute, numbers }: JudgeState,
  place: MinutePlace,
  starts: boolean,
): void {
  const { check } = plan;
  const keepsRecent = check.required && isPerTime(check);
  let grown = starts;
  const { index, isSettled } = place;
  plan.series.forEach(({ series: { key }, track }, at) => {
    const series = state.series[at] as CountState['series'][number];
    if (starts) startSegment(series);
    const cell = cellOf(counts[key], COUNT);
    const pooled = controls?.counts[key];
    const isGrown = takeIntoSeries(series, cell, place, { keepsRecent, controls: pooled });
    grown ||= isGrown;
    const known = state.tracks[at];
    if (track && known) {
      takeIntoTrack(track, known, numbers, { cell, controls: pooled, index, isSettled, isWarmUp: rho > 1 });
    }
  });
  // A minute that brought nothing changes nothing.
  if (!grown) return;
  const segment = { rho, from: segmentFrom, to: minute };
  plan.tests.forEach((test, at) => {
    takeIntoTest(test, state.tests[at] as CountState['tests'][number], state.series, segment);
  });
}

function takeItems(
  plan: ItemsPlan,
  state: ItemsState,
  { items, controls }: Delivered,
  place: MinutePlace,
): void {
  const { check } = plan;
  const cell = cellOf(items[check.signal], ITEMS);
  if ((controls?.items[check.signal]?.beyond ?? 0) > 0) state.sharedAt = place.index;
  takeIntoRow(state.row, cell, place);
  takeIntoBreach(state.breach, cell, {
    beyond: isNumber(cell.slot) && cell.amount > toleratedItems(plan, cell.whole),
    forMinutes: breachMinutes(check),
    index: place.index,
  });
}

function takeGauge(
  { check, shift }: GaugePlan,
  state: GaugeState,
  { values, controls }: Delivered,
  place: MinutePlace,
): void {
  const { limit, worse, forMinutes } = check;
  const cell = cellOf(values[check.signal], VALUE);
  const pooled = controls?.values[check.signal];
  if (pooled && limit !== undefined && isWorse(pooled.mean, limit, worse)) state.sharedAt = place.index;
  if (shift && state.shift) takeIntoShift(shift, state.shift, cell, pooled, place.index);
  takeIntoRow(state.row, cell, place);
  takeIntoBreach(state.breach, cell, {
    beyond: limit !== undefined && isNumber(cell.slot) && isWorse(cell.amount, limit, worse),
    forMinutes: Math.max(1, forMinutes),
    index: place.index,
  });
}
