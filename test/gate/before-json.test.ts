import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBefore, encodeBefore } from '../../src/gate/before-json.ts';
import { summariseBefore } from '../../src/judge/before.ts';
import { judge } from '../../src/judge/judge.ts';
import type { JudgeInput } from '../../src/judge/judge-input.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';
import { judgeInputs } from '../judge/support/arbitrary-input.ts';
import { drawFleet, historyOf } from '../judge/support/fleet.ts';
import { inputOf } from '../judge/support/fleet-soak.ts';

const HISTORY = 2880;
const fleet = drawFleet({ perMinute: 5, traffic: 2000, burst: 3 }, 9, HISTORY + 60, 509);
const past = fleet.map(({ events, exposure }) => ({
  events: events.slice(0, HISTORY),
  exposure: exposure.slice(0, HISTORY),
}));
const learned = learnClass(historyOf({ errors: past }), 0);
const learnedInputs: fc.Arbitrary<JudgeInput> = fc
  .record({ treated: fc.nat({ max: 2 }), controls: fc.constantFrom([], [3, 4, 5, 6, 7, 8]) })
  .map(({ treated, controls }) =>
    inputOf({ fleet, learned, treated, at: HISTORY, controls, change: (events) => 2 * events }, 20),
  );

function summed(input: JudgeInput) {
  const { learned: known, controls } = input;
  return summariseBefore(input.checks, input.readings, input.baselineEnd, {
    ...(known && { learned: known }),
    ...(controls && { controls: controls.minutes }),
  });
}

test('what was before the sync comes back from its text to the last bit, and the verdict is the same', () => {
  fc.assert(
    fc.property(fc.oneof(judgeInputs('any'), judgeInputs('odd'), learnedInputs), (input) => {
      const before = summed(input);
      const again = decodeBefore(JSON.parse(JSON.stringify(encodeBefore(before))));
      expect(again).toEqual(before);
      expect(JSON.stringify(judge({ ...input, before: again }))).toBe(JSON.stringify(judge(input)));
    }),
    { numRuns: 60, seed: 20261124 },
  );
});

test('with learned quiet hours it says where every stream stands', () => {
  const [input] = fc.sample(learnedInputs, { numRuns: 1, seed: 1 });
  const { streams } = summed(input as JudgeInput);
  expect([...(streams?.keys() ?? [])].length).toBeGreaterThan(0);
});
