import type { CountCheck } from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { rateOf } from './baseline.ts';
import { MAX_TAIL } from './evidence-test.ts';
import { gaugeLimitText, gaugeRule } from './gauge-limit.ts';
import { changeGo } from './go-change.ts';
import { heldGo } from './go-held.ts';
import { limitGo } from './go-limit.ts';
import { perTimeGo } from './go-per-time.ts';
import { type GoProof, unprovable } from './go-proof.ts';
import type { CheckView, Look, SeriesView } from './look.ts';
import { countText } from './numbers.ts';
import type { SoakWindow } from './soak-window.ts';
import { type ItemRule, itemRule } from './structure.ts';
import { lastNumber, type Track } from './track.ts';
import { isPerTime } from './wording.ts';

/** The minutes since the sync that go is about: the signal's, or those of the series with the limit. */
export function goTrack(view: CheckView): Track | undefined {
  if ('series' in view) return goSeries(view.series)?.since;
  return 'gauge' in view ? view.gauge.since : view.items.since;
}

/** Go evidence of a required check over the last minutes of a soak that needs `neededMs`. */
export function proveGo(view: CheckView, look: Look, neededMs: number): GoProof {
  const track = goTrack(view);
  if (track === undefined) return unprovable('it has no series');
  const needed = Math.max(1, Math.ceil(neededMs / MINUTE_MS));
  const window: SoakWindow = { track, settledIndex: look.settledIndex, needed };
  if ('series' in view) return countGo(view.check, view.series, window, look.input.policy.maxSoakMs);
  if ('items' in view) {
    const rule = itemRule(view.check, view.items);
    return heldGo(rule, window, boundsText(rule));
  }
  const rule = gaugeRule(view.check, view.gauge);
  if (rule === undefined) return unprovable('it is a number without a limit');
  return heldGo(rule, window, gaugeLimitText(view.check));
}

function countGo(
  check: CountCheck,
  series: readonly SeriesView[],
  window: SoakWindow,
  maxSoakMs: number,
): GoProof {
  const view = goSeries(series);
  if (view === undefined) return unprovable('it has no series');
  if (isPerTime(check)) return perTimeGo(check, view, window);
  const { limit } = view.series;
  if (limit !== undefined) return limitGo(check, view, limit, window, maxSoakMs);
  if (view.baseline) return changeGo(check, view, view.baseline, window, maxSoakMs);
  return unprovable('it has no limit, and nothing is known from before the sync');
}

function boundsText({ track, tolerated }: ItemRule): string {
  const newest = lastNumber(track);
  if (newest === undefined) return 'what was so before the sync';
  const among = track.wholes[newest] ?? 0;
  return `${countText(Math.floor(tolerated(among)))} bad of ${countText(among)}`;
}

/** The series that go is about: the one with the limit, else the one whose past can show the most. */
function goSeries(views: readonly SeriesView[]): SeriesView | undefined {
  const limited = views.find(({ series }) => series.limit !== undefined);
  if (limited) return limited;
  const eventsBefore = ({ baseline }: SeriesView) => baseline?.events ?? 0;
  const telling = views.filter(({ baseline }) => baseline && rateOf(baseline) <= MAX_TAIL);
  return telling.toSorted((a, b) => eventsBefore(b) - eventsBefore(a))[0] ?? views[0];
}
