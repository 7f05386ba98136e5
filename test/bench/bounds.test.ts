import { describe, expect, it } from 'vitest';
import { BOUND_LOOKS, BOUND_TABLE, boundSection } from '../../bench/judge/bounds.ts';
import { burstyRate, sharedRate, steadyRate } from '../../bench/judge/known-noise.ts';
import { haltsOf, tallyKey } from '../../bench/judge/tally.ts';
import { wanderingRate } from '../../bench/judge/wandering-rate.ts';
import { seededRandom } from '../../src/simulator/random.ts';

const WANDER = { perMinute: 10, memory: 0.9, shared: 0.5, controls: 8 };
const shortly = { warmUp: 1, weighed: 4 };

describe('likelihoods of noise that is known', () => {
  it.each([
    ['a steady rate', steadyRate(2, 1.5, 5)],
    ['a rate that is shared with controls', sharedRate({ perMinute: 2, treated: 2, controls: 8 }, 1.5, 5)],
    ['bursts', burstyRate({ perMinute: 2, size: 5 }, 1.5, 5)],
    ['a rate that wanders', wanderingRate({ ...WANDER, sd: 0.4 }, 1.5, shortly)],
  ])('are one on average where nothing is worse: %s', (name, noise) => {
    const random = seededRandom(1)('quiet', name);
    const soaks = 1500;
    let sum = 0;
    for (let i = 0; i < soaks; i++) sum += Math.exp(noise.draw(1, random).at(-1) ?? Number.NaN);
    // Half their spread over the square root of 1,500 is below 0.05 for all of them.
    expect(sum / soaks).toBeGreaterThan(0.85);
    expect(sum / soaks).toBeLessThan(1.15);
  });

  it('are those of a steady rate where the wandering is next to none', () => {
    const wandering = wanderingRate({ ...WANDER, sd: 1e-6 }, 2, shortly).draw(2, seededRandom(2)('still'));
    const steps = Array.from(wandering, (ratio, i) => ratio - (wandering[i - 1] ?? 0));
    for (const step of steps) {
      // A minute's count times log 2, less the ten errors that twice the rate would bring beside the usual ten.
      const events = (step + 10) / Math.log(2);
      expect(events).toBeCloseTo(Math.round(events), 3);
    }
  });
});

describe('what can be found at all', () => {
  it('is less by a look every minute than by one at the end, and never all', () => {
    const job = boundSection.jobs(0.5).find(({ what }) => what.startsWith('low burst x4, alone'));
    if (job === undefined) throw new Error('no such row');
    const tallies = boundSection.run({ section: 'bounds', ...job }, seededRandom(3));
    const [once, always] = BOUND_LOOKS.map((look) => tallies.get(tallyKey(BOUND_TABLE, job.what, look)));
    if (once === undefined || always === undefined) throw new Error('a look without a tally');
    expect(haltsOf(once) / once.soaks).toBeGreaterThan(0.75);
    expect(haltsOf(once) / once.soaks).toBeLessThan(0.88);
    expect(haltsOf(always)).toBeLessThan(haltsOf(once));
  });
});
