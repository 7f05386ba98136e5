import type { Clock } from '../../src/gate/ports.ts';

/** A clock that only moves when somebody sleeps, or is told to. */
export function jumpingClock(start = 0): Clock & { advance(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
    sleep: async (ms) => {
      now += Math.max(ms, 1);
    },
  };
}
