import { expect, test } from 'vitest';
import { WAVE_STATUSES } from '../../../src/gate/rollout-wave.ts';
import { WAVE_STATES } from '../../../src/render/grafana/rollout-panels.ts';

test('every status of a wave has a lane state of its own, and no other', () => {
  expect(WAVE_STATES.map(({ word }) => word).sort()).toEqual([...WAVE_STATUSES].sort());
  expect(new Set(WAVE_STATES.map(({ value }) => value)).size).toBe(WAVE_STATES.length);
});
