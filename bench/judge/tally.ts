/** How a judge did on the soaks of a family: plain numbers, so that workers can count apart and add up. */
export interface Tally {
  soaks: number;
  /** How many were halted in each minute of the soak; the first entry is minute 1. */
  byMinute: number[];
  /** Bad requests above the usual until the halt or the end, over all soaks. */
  extraBad: number;
}

/** Tallies by table, row and judge. */
export type Tallies = Map<string, Tally>;

/** The share of halted soaks and where it may truly lie. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const SEPARATOR = '\t';

/** One name for a row of a table and a judge. */
export function tallyKey(table: string, row: string, judge: string): string {
  return [table, row, judge].join(SEPARATOR);
}

/** Adds one soak. */
export function count(
  tallies: Tallies,
  key: string,
  soak: { readonly halt: number | undefined; readonly extraBad?: number },
): void {
  const tally = tallies.get(key) ?? { soaks: 0, byMinute: [], extraBad: 0 };
  tallies.set(key, tally);
  tally.soaks++;
  tally.extraBad += soak.extraBad ?? 0;
  if (soak.halt === undefined) return;
  while (tally.byMinute.length < soak.halt) tally.byMinute.push(0);
  tally.byMinute[soak.halt - 1] = (tally.byMinute[soak.halt - 1] ?? 0) + 1;
}

/** Adds what another worker counted. */
export function addTallies(to: Tallies, from: Tallies): void {
  for (const [key, { soaks, byMinute, extraBad }] of from) {
    const tally = to.get(key);
    if (tally === undefined) {
      to.set(key, { soaks, byMinute: [...byMinute], extraBad });
      continue;
    }
    tally.soaks += soaks;
    tally.extraBad += extraBad;
    byMinute.forEach((halts, at) => {
      tally.byMinute[at] = (tally.byMinute[at] ?? 0) + halts;
    });
  }
}

/** How many soaks were halted. */
export function haltsOf({ byMinute }: Tally): number {
  return byMinute.reduce((sum, halts) => sum + halts, 0);
}

/** The minute by which a share (0..1) of all soaks is halted; undefined when fewer are. */
export function minuteOf(tally: Tally, share = 0.5): number | undefined {
  let halts = 0;
  for (const [at, more] of tally.byMinute.entries()) {
    halts += more;
    if (halts >= share * tally.soaks && halts > 0) return at + 1;
  }
  return undefined;
}

/** 95 % of a normal distribution lie within so many standard deviations. */
const Z = 1.959963984540054;

/** The 95 % interval of a share. @see Wilson, 1927 */
export function wilson(hits: number, of: number): Share {
  if (of === 0) return { share: Number.NaN, low: 0, high: 1 };
  const share = hits / of;
  const centre = share + Z ** 2 / (2 * of);
  const half = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  const scale = 1 + Z ** 2 / of;
  return { share, low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}
