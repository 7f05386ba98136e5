/** Declustered counts vary less than Poisson ones; below this the measurement is not believed. */
const LEAST_PHI = 0.5;

/** Fewer pairs of neighbouring steps than this say nothing about clustering. */
const LEAST_PAIRS = 6;

/**
 * Overdispersion of counts around their expectation, from differences of neighbouring steps: slow waves cancel out,
 * bursts don't. Placebo replay calibrates what is built on it, so there is no upper bound in it.
 *
 * @param events   per step; NaN where nothing was read
 * @param expected per step, up to a constant factor (exposure, or exposure times what the controls say); 0 without traffic
 * @returns 0.5 or more; undefined with too little to measure
 * @see von Neumann's successive differences
 */
export function adjacentPhi(events: ArrayLike<number>, expected: ArrayLike<number>): number | undefined {
  let allEvents = 0;
  let allExpected = 0;
  for (let i = 0; i < events.length; i++) {
    if (!isWeighed(events, expected, i)) continue;
    allEvents += events[i] as number;
    allExpected += expected[i] as number;
  }
  const rate = allEvents / allExpected;
  if (!(rate > 0)) return undefined;
  let squares = 0;
  let pairs = 0;
  for (let i = 1; i < events.length; i++) {
    if (!isWeighed(events, expected, i) || !isWeighed(events, expected, i - 1)) continue;
    const now = expected[i] as number;
    const last = expected[i - 1] as number;
    const step = (events[i] as number) / now - (events[i - 1] as number) / last;
    squares += step ** 2 / (1 / now + 1 / last);
    pairs++;
  }
  const phi = squares / pairs / rate;
  return pairs < LEAST_PAIRS || !Number.isFinite(phi) ? undefined : Math.max(LEAST_PHI, phi);
}

function isWeighed(events: ArrayLike<number>, expected: ArrayLike<number>, at: number): boolean {
  return (expected[at] as number) > 0 && (events[at] as number) >= 0;
}
