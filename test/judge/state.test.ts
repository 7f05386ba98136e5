import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { advance, openState } from '../../src/judge/advance.ts';
import { summariseBefore } from '../../src/judge/before.ts';
import { decide } from '../../src/judge/decide.ts';
import { judge } from '../../src/judge/judge.ts';
import type { JudgeInput } from '../../src/judge/judge-input.ts';
import { openPlan } from '../../src/judge/judge-plan.ts';
import { decodeState, encodeState } from '../../src/judge/judge-state.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';
import { minutesOf } from '../../src/judge/minutes-of.ts';
import { tell } from '../../src/judge/tell.ts';
import { judgeInputs } from './support/arbitrary-input.ts';
import { drawFleet, historyOf } from './support/fleet.ts';
import { inputOf } from './support/fleet-soak.ts';

const HISTORY = 2880;
const RUNS = { numRuns: 40, seed: 20261103 };
const fleet = drawFleet({ perMinute: 5, traffic: 2000, burst: 3 }, 9, HISTORY + 60, 509);
const past = fleet.map(({ events, exposure }) => ({
  events: events.slice(0, HISTORY),
  exposure: exposure.slice(0, HISTORY),
}));
const learned = learnClass(historyOf({ errors: past }), 0);

/** Soaks of a class with learned quiet hours, with and without controls. */
const learnedInputs: fc.Arbitrary<JudgeInput> = fc
  .record({
    treated: fc.integer({ min: 0, max: 2 }),
    factor: fc.constantFrom(0.5, 1, 1.5, 2, 4),
    minutes: fc.integer({ min: 1, max: 40 }),
    controls: fc.constantFrom([], [3, 4, 5], [3, 4, 5, 6, 7, 8]),
  })
  .map(({ treated, factor, minutes, controls }) => {
    const change = (events: number) => Math.round(factor * events);
    return inputOf({ fleet, learned, treated, at: HISTORY, controls, change }, minutes);
  });

const inputs = fc.oneof(judgeInputs('any'), judgeInputs('odd'), learnedInputs);

function planOf(input: JudgeInput) {
  const { controls, learned: known, ...facts } = input;
  const before = summariseBefore(input.checks, input.readings, input.baselineEnd, {
    ...(known && { learned: known }),
    ...(controls && { controls: controls.minutes }),
  });
  return openPlan({
    ...facts,
    before,
    ...(known && { learned: known }),
    ...(controls && { controls: controls.clusters }),
  });
}

describe('the state of a run', () => {
  it('gives the same judgement when it was written down and read again at any minute', () => {
    fc.assert(
      fc.property(inputs, fc.nat({ max: 40 }), (input, stop) => {
        const plan = planOf(input);
        let state = openState(plan);
        for (const [at, minute] of minutesOf(input, plan).entries()) {
          if (at === stop) state = decodeState(encodeState(state));
          advance(plan, state, minute, input);
        }
        expect(JSON.stringify(tell(decide(plan, state, input)))).toBe(JSON.stringify(judge(input)));
        expect(encodeState(decodeState(encodeState(state)))).toBe(encodeState(state));
      }),
      RUNS,
    );
  });

  it('leaves out minutes that come late or twice', () => {
    fc.assert(
      fc.property(inputs, fc.array(fc.nat({ max: 40 }), { maxLength: 10 }), (input, again) => {
        const plan = planOf(input);
        const minutes = minutesOf(input, plan);
        const state = openState(plan);
        minutes.forEach((minute, at) => {
          advance(plan, state, minute, input);
          for (const late of again) if (late <= at) advance(plan, state, minutes[late] ?? minute, input);
        });
        expect(JSON.stringify(tell(decide(plan, state, input)))).toBe(JSON.stringify(judge(input)));
      }),
      RUNS,
    );
  });

  it('is not changed by a look, and a look asked twice says the same', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const plan = planOf(input);
        const state = openState(plan);
        for (const minute of minutesOf(input, plan)) advance(plan, state, minute, input);
        const before = encodeState(state);
        const [one, two] = [tell(decide(plan, state, input)), tell(decide(plan, state, input))];
        expect(JSON.stringify(two)).toBe(JSON.stringify(one));
        expect(encodeState(state)).toBe(before);
      }),
      RUNS,
    );
  });
});

describe('a judgement with learned quiet hours', () => {
  it('is no milder with more harm', () => {
    const rank = { go: 0, hold: 1, inconclusive: 1, halt: 2 } as const;
    fc.assert(
      fc.property(learnedInputs, fc.integer({ min: 1, max: 3 }), (input, times) => {
        const worse = new Map(
          [...input.readings.counts].map(([key, row]) => [
            key,
            row.map((each) =>
              each.minute > input.syncedAt && each.reading.is === 'value'
                ? {
                    ...each,
                    reading: {
                      ...each.reading,
                      value: { ...each.reading.value, events: times * each.reading.value.events },
                    },
                  }
                : each,
            ),
          ]),
        );
        const harmed = judge({ ...input, readings: { ...input.readings, counts: worse } });
        expect(rank[harmed.verdict]).toBeGreaterThanOrEqual(rank[judge(input).verdict]);
      }),
      RUNS,
    );
  });

  it('neither goes nor halts on silence, whatever the controls show', () => {
    fc.assert(
      fc.property(learnedInputs, fc.constantFrom('no-data', 'no-traffic'), (input, is) => {
        const counts = new Map(
          [...input.readings.counts].map(([key, row]) => [
            key,
            row.map((each) =>
              each.minute > input.syncedAt ? { minute: each.minute, reading: { is } as const } : each,
            ),
          ]),
        );
        const { verdict } = judge({ ...input, readings: { ...input.readings, counts } });
        expect(['hold', 'inconclusive']).toContain(verdict);
      }),
      RUNS,
    );
  });

  it('does not depend on how the controls are called', () => {
    fc.assert(
      fc.property(learnedInputs, fc.nat(), (input, salt) => {
        if (input.controls === undefined) return;
        const clusters = input.controls.clusters.map((name) => `${salt}-${name}`).toReversed();
        expect(judge({ ...input, controls: { ...input.controls, clusters } })).toEqual(judge(input));
      }),
      RUNS,
    );
  });

  it('depends on rates and not on the unit of traffic', () => {
    const scaled = (times: number) => {
      const grown = fleet.map(({ events, exposure }) => ({
        events,
        exposure: exposure.map((e) => e * times),
      }));
      const known = learnClass(
        historyOf({
          errors: grown.map((each) => ({
            events: each.events.slice(0, HISTORY),
            exposure: each.exposure.slice(0, HISTORY),
          })),
        }),
        0,
      );
      const change = (events: number) => 2 * events;
      const soak = {
        fleet: grown,
        learned: known,
        treated: 0,
        at: HISTORY,
        controls: [3, 4, 5, 6, 7, 8],
        change,
      };
      const minutes = Array.from({ length: 30 }, (_, at) => at + 1);
      return minutes.find((minute) => judge(inputOf(soak, minute)).verdict === 'halt');
    };
    expect(scaled(64)).toBe(scaled(1));
    expect(scaled(1)).toBeDefined();
  });

  it('says nothing that is no number', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(JSON.stringify(judge(input))).not.toMatch(/NaN|Infinity|undefined|null/);
      }),
      RUNS,
    );
  });

  it('opens before the first minute', () => {
    const input = inputOf({ fleet, learned, treated: 0, at: HISTORY, controls: [] }, 1);
    const plan = planOf(input);
    const { verdict } = decide(plan, openState(plan), {
      ...input,
      now: input.syncedAt + MINUTE_MS / 2,
      soakMs: 0,
    });
    expect(verdict).toBe('hold');
  });
});
