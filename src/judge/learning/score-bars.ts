import { type Bar, LEVEL_BAR } from '../statistics/score.ts';
import type { WindowMinutes } from './learned-class.ts';

/** A bar for each length of the quiet windows that a score is compared with. */
export type Bars = Readonly<Record<WindowMinutes, Bar>>;

const everyLength = (bar: Bar): Bars => ({ 30: bar, 60: bar, 120: bar });

/** Scores that know their own scale at every minute. */
export const LEVEL_BARS: Bars = everyLength(LEVEL_BAR);

/** Half as high again at first: a soak of an hour gains little by more, and would halt later. */
const GENTLE: Bar = { start: 1.5, minutes: 30 };

/** Without controls. */
export const LONE_BARS: Bars = everyLength(GENTLE);

/**
 * Against controls. A soak of half an hour ends before small harm has shown itself: what early looks would spend of the
 * chance of a false halt is worth more at its end, and harm that is plain is halted not a minute later.
 */
export const CONTROLLED_BARS: Bars = { ...LONE_BARS, 30: { start: 2.5, minutes: 30 } };

/** Of a whole wave: it is pooled to see what is too small for one cluster, and that takes the whole soak. */
export const POOLED_BARS: Bars = {
  30: { start: 3, minutes: 30 },
  60: { start: 3, minutes: 60 },
  120: { start: 3, minutes: 60 },
};
