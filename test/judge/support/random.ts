/** A seeded source of numbers in 0..1 (mulberry32): the same seed draws the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A Poisson number by counting exponential gaps; for means up to a few hundred. */
export function poisson(mean: number, random: () => number): number {
  let count = 0;
  let left = mean + Math.log(1 - random());
  while (left > 0) {
    left += Math.log(1 - random());
    count++;
  }
  return count;
}

/** Events that come in bursts: a Poisson number of bursts, each of geometric size with the given mean. */
export function bursts(mean: number, burstSize: number, random: () => number): number {
  let count = 0;
  for (let burst = poisson(mean / burstSize, random); burst > 0; burst--) {
    count += 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / burstSize));
  }
  return count;
}
