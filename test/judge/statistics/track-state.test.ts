import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gpLogE } from '../../../src/judge/gp.ts';
import { WORSE } from '../../../src/judge/mixture.ts';
import { GO_EFFECTS, GO_LENGTH, goEffects, trackGoLogE } from '../../../src/judge/statistics/track-go.ts';
import {
  idleTrack,
  openTrack,
  stepTrack,
  TRACK,
  trackEstimate,
  trackLength,
  trackLogE,
} from '../../../src/judge/statistics/track-state.ts';

const LENGTH = trackLength(8);
const MODEL = { memory: 0.9, variance: 0.08, walk: 0 };

const count = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.double({ min: 0, max: 1e12, noNaN: true }));
const expectation = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e12, noNaN: true }));
const steps = fc.array(fc.tuple(count, expectation), { maxLength: 40 });
const model = fc.oneof(
  fc.record({
    memory: fc.constantFrom(0.8, 0.9, 0.995),
    variance: fc.constantFrom(0.003, 0.3),
    walk: fc.constant(0),
  }),
  fc.record({ memory: fc.constant(1), variance: fc.constant(0), walk: fc.constantFrom(3e-5, 0.03) }),
);

function opened(): Float64Array {
  const numbers = new Float64Array(LENGTH);
  openTrack(numbers, 0, { shape: 12.5, logLevel: 0 }, 8);
  return numbers;
}

describe('a test whose baseline moves', () => {
  it('has no evidence before its first step', () => {
    expect(trackLogE(opened(), 0, WORSE)).toBeCloseTo(0, 12);
    expect(trackEstimate(opened(), 0)).toBe(1);
  });

  it('stays a number whatever is counted: nothing, a million millions, more than could be expected', () => {
    fc.assert(
      fc.property(steps, model, (minutes, level) => {
        const numbers = opened();
        const go = new Float64Array(GO_LENGTH);
        openTrack(go, 0, { shape: 12.5, logLevel: 0 }, GO_EFFECTS);
        for (const [seen, expected] of minutes) {
          stepTrack(numbers, 0, level, WORSE, seen, expected);
          stepTrack(go, 0, level, goEffects(3), seen, expected);
        }
        expect([...numbers, ...go].filter((each) => !Number.isFinite(each))).toEqual([]);
        expect(trackLogE(numbers, 0, WORSE)).not.toBeNaN();
        expect(trackGoLogE(go, 0)).not.toBeNaN();
      }),
    );
  });

  it('goes on from JSON as if it had never been written, and lies anywhere in an array', () => {
    fc.assert(
      fc.property(steps, steps, model, (first, second, level) => {
        const whole = opened();
        const far = new Float64Array(LENGTH + 7);
        openTrack(far, 7, { shape: 12.5, logLevel: 0 }, 8);
        for (const [seen, expected] of first) {
          stepTrack(whole, 0, level, WORSE, seen, expected);
          stepTrack(far, 7, level, WORSE, seen, expected);
        }
        const read = Float64Array.from(JSON.parse(JSON.stringify(Array.from(far))) as number[]);
        for (const [seen, expected] of second) {
          stepTrack(whole, 0, level, WORSE, seen, expected);
          stepTrack(read, 7, level, WORSE, seen, expected);
        }
        expect(Array.from(read.subarray(7))).toEqual(Array.from(whole));
      }),
    );
  });

  it('takes a step without expectation for an idle one', () => {
    const stepped = opened();
    const idle = opened();
    stepTrack(stepped, 0, MODEL, WORSE, 5, 0);
    idleTrack(idle, 0, MODEL, 8);
    expect(stepped).toEqual(idle);
  });

  it('grows with every event, whenever it comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (row, pick) => {
          const more = row.map((seen, i) => (i === pick % row.length ? seen + 10 : seen));
          const largest = (events: readonly number[]) => {
            const numbers = opened();
            for (const seen of events)
              stepTrack(numbers, 0, { ...MODEL, memory: 1, walk: 0 }, WORSE, seen, 10);
            return numbers[TRACK.effects + 8 + 7] as number;
          };
          expect(largest(more)).toBeGreaterThan(largest(row));
        },
      ),
    );
  });

  it('is the fixed-baseline test where levels never wander', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 20 }),
        (before, row) => {
          const numbers = new Float64Array(LENGTH);
          openTrack(numbers, 0, { shape: before + 0.5, logLevel: 0 }, 8);
          const rate = (before + 0.5) / 60_000;
          for (const seen of row)
            stepTrack(numbers, 0, { memory: 1, variance: 0, walk: 0 }, WORSE, seen, rate * 1000);
          const since = { events: row.reduce((sum, each) => sum + each, 0), exposure: 1000 * row.length };
          const fixed = gpLogE({ before: { events: before, exposure: 60_000 }, since, rho: 1, phi: 1 });
          expect(trackLogE(numbers, 0, WORSE)).toBeCloseTo(fixed, 6);
        },
      ),
    );
  });
});
