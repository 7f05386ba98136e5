import type { CountCheck } from '../domain/check.ts';
import { rateOf } from './baseline.ts';
import type { SeriesPlan } from './judge-plan.ts';
import { countText, oddsText } from './numbers.ts';
import type { SeriesState } from './series-state.ts';
import type { PlaceboChance } from './statistics/placebo.ts';
import { rateText } from './wording.ts';

/** Controls that moved by less than this factor stayed where they were. */
const STAYED = 1.15;

/** "9 clusters without the change stayed at 0.4 %"; undefined where there are none. */
export function controlsText(
  check: CountCheck,
  { controlBefore }: SeriesPlan,
  { controls, controlClusters }: Pick<SeriesState, 'controls' | 'controlClusters'>,
): string | undefined {
  if (controlClusters === 0 || controls.exposure === 0) return undefined;
  const who = `${countText(controlClusters)} clusters without the change`;
  const now = rateOf(controls);
  if (controlBefore === undefined) return `${who}: ${rateText(check, now)}`;
  const before = rateOf(controlBefore);
  const stayed = now === before || (now <= before * STAYED && now >= before / STAYED);
  if (stayed) return `${who} stayed at ${rateText(check, now)}`;
  return `${who} went from ${rateText(check, before)} to ${rateText(check, now)}`;
}

/** "of 2,304 quiet windows none scored this high", and what it means where that was extended from their tail. */
export function quietWindowsText({
  p,
  windows,
  reached,
  extrapolated,
}: Pick<PlaceboChance, 'p' | 'windows' | 'reached' | 'extrapolated'>): string {
  const who = reached === 0 ? 'none' : countText(reached);
  const seen = `of ${countText(windows)} quiet windows ${who} scored this high`;
  if (!extrapolated) return seen;
  return `${seen} (estimated from how their highest scores thin out: ${oddsText(1 / p)})`;
}
