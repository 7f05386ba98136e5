export interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly atLow: number;
  readonly atHigh: number;
}

const MAX_STEPS = 1_000;

/**
 * A root of a function inside a bracket, step for step as R finds it: the steps matter, because the tolerance is absolute
 * and the function has jumps.
 *
 * @see Brent, Algorithms for Minimization without Derivatives, chapter 4; R's `zeroin.c`
 */
export function brentRoot(f: (x: number) => number, bracket: Bracket, tolerance: number): number {
  let [a, b, c] = [bracket.low, bracket.high, bracket.low];
  let [fa, fb, fc] = [bracket.atLow, bracket.atHigh, bracket.atLow];
  if (fa === 0) return a;
  if (fb === 0) return b;
  for (let step = 0; step <= MAX_STEPS; step++) {
    const previous = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const near = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2;
    let move = (c - b) / 2;
    if (Math.abs(move) <= near || fb === 0) return b;
    if (Math.abs(previous) >= near && Math.abs(fa) > Math.abs(fb)) {
      const [p, q] = interpolation({ a, b, c, fa, fb, fc });
      if (p < 0.75 * (c - b) * q - Math.abs(near * q) / 2 && p < Math.abs((previous * q) / 2)) move = p / q;
    }
    if (Math.abs(move) < near) move = move > 0 ? near : -near;
    [a, fa] = [b, fb];
    b += move;
    fb = f(b);
    if ((fb > 0 && fc > 0) || (fb < 0 && fc < 0)) [c, fc] = [a, fa];
  }
  return b;
}

interface Points {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
}

/** The step to the root of a line (two points) or an inverse parabola (three), as a fraction p / q with p >= 0. */
function interpolation({ a, b, c, fa, fb, fc }: Points): readonly [number, number] {
  let p: number;
  let q: number;
  if (a === c) {
    const t = fb / fa;
    p = (c - b) * t;
    q = 1 - t;
  } else {
    const [r, s, t] = [fa / fc, fb / fc, fb / fa];
    p = t * ((c - b) * r * (r - s) - (b - a) * (s - 1));
    q = (r - 1) * (s - 1) * (t - 1);
  }
  return p > 0 ? [p, -q] : [-p, q];
}
