import { describe, expect, it } from 'vitest';
import { summariseBefore } from '../../src/judge/before.ts';
import { judge } from '../../src/judge/judge.ts';
import { openPlan } from '../../src/judge/judge-plan.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';
import { minutesOf } from '../../src/judge/minutes-of.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { poolWave, type WaveMember } from '../../src/judge/wave-pool.ts';
import { drawFleet, historyOf } from './support/fleet.ts';
import { inputOf } from './support/fleet-soak.ts';

const HISTORY = 2880;
const fleet = drawFleet({ perMinute: 2, traffic: 2000 }, 9, HISTORY + 60, 507);
const past = fleet.map(({ events, exposure }) => ({
  events: events.slice(0, HISTORY),
  exposure: exposure.slice(0, HISTORY),
}));
const learned = learnClass(historyOf({ errors: past }), 0);
const controls = [4, 5, 6, 7, 8];

/** A cluster of the wave after so many minutes of its soak. */
function member(treated: number, minutes: number, factor: number): WaveMember {
  const change = (events: number) => factor * events;
  const { controls: pooled, ...input } = inputOf(
    { fleet, learned, treated, at: HISTORY, controls, change },
    minutes,
  );
  const known = { learned, controls: pooled?.minutes ?? [] };
  const before = summariseBefore(input.checks, input.readings, input.baselineEnd, known);
  const facts = { ...input, before, controls: pooled?.clusters ?? [] };
  const run = judgeRun(facts);
  for (const minute of minutesOf({ ...input, ...(pooled && { controls: pooled }) }, openPlan(facts))) {
    run.advance(minute, input);
  }
  return { cluster: `prod-${treated}`, ...run.share() };
}

const pooled = (minutes: number, factor: number) =>
  poolWave(
    [0, 1, 2, 3].map((treated) => member(treated, minutes, factor)),
    { alpha: 0.01, maxSoakMinutes: 30 },
  );

describe('the pooled evidence of a wave', () => {
  it('sees what is too little on each cluster, and halts with the names of those that showed it', () => {
    const wave = pooled(12, 1.75);
    // One of four clusters has an eighth of what the wave may spend.
    const change = (events: number) => 1.75 * events;
    const each = [0, 1, 2, 3].map((treated) =>
      inputOf({ fleet, learned, treated, at: HISTORY, controls, change, alpha: 0.00125 }, 12),
    );
    const alone = each.find((input) => judge(input).verdict === 'hold');
    if (alone === undefined) throw new Error('each of them is halted alone');
    const halted = judge({ ...alone, ...(wave && { wave }) });
    expect(halted).toMatchObject({ verdict: 'halt', reasons: [{ code: 'regression/errors' }] });
    expect(halted.reasons[0]?.text).toMatch(
      /^Requests that failed: \d+ since the sync on prod-0, prod-1, prod-2, prod-3 together, where \d+ were expected, 1\.\dx; 3 clusters without the change/,
    );
  });

  it('is quiet when nothing changed', () => {
    expect(pooled(30, 1)?.series[0]?.p).toBeGreaterThan(0.05);
  });

  it('only holds where there are no controls', () => {
    const wave = pooled(12, 1.75);
    const alone = inputOf({ fleet, learned, treated: 1, at: HISTORY, controls }, 12);
    const judgement = judge({ ...alone, ...(wave && { wave: { ...wave, controls: 0 } }) });

    expect(judgement.verdict).toBe('hold');
    expect(judgement.reasons.map(({ code }) => code)).toContain('suspicion/errors');
  });

  it('does not depend on the order of the runs, and needs two of them', () => {
    const members = [0, 1, 2, 3].map((treated) => member(treated, 9, 2));
    const asked = { alpha: 0.01, maxSoakMinutes: 30 };

    expect(poolWave(members.toReversed(), asked)).toEqual(poolWave(members, asked));
    expect(poolWave(members.slice(0, 1), asked)).toBeUndefined();
    expect(poolWave([], asked)).toBeUndefined();
  });

  it('of a wave whose soak is longer than quiet windows is compared with the longest', () => {
    const members = [0, 1].map((treated) => member(treated, 9, 1));
    const wave = poolWave(members, { alpha: 0.01, maxSoakMinutes: 600 });

    expect(wave?.series[0]?.windows).toBeGreaterThan(100);
  });
});
