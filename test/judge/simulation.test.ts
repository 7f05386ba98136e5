import { describe, expect, it } from 'vitest';
import type { CountCheck } from '../../src/domain/check.ts';
import { type Count, MINUTE_MS, type MinuteReading } from '../../src/domain/reading.ts';
import { judge } from '../../src/judge/judge.ts';
import type { JudgeInput } from '../../src/judge/judge-input.ts';
import { SYNC } from './support/case-file.ts';
import { bursts, poisson, randomFrom } from './support/random.ts';

const CHECK: CountCheck = {
  signal: 'errors',
  kind: 'ratio',
  component: 'dns',
  title: 'Errors',
  halts: true,
  required: true,
  critical: true,
  on: 'change',
  weight: 1,
  exposureUnit: 'requests',
  series: [{ key: 'errors', what: 'that failed', limit: 0.03, floor: 0.0005 }],
};
const SOAK_MINUTES = 30;

interface Family {
  readonly perMinute: number;
  readonly baselineMinutes: number;
  readonly draw: (minute: number) => number;
}

function soak({ perMinute, baselineMinutes, draw }: Family): readonly MinuteReading<Count>[] {
  const minutes: MinuteReading<Count>[] = [];
  for (let minute = 1 - baselineMinutes; minute <= SOAK_MINUTES; minute++) {
    const value = { events: draw(minute), exposure: perMinute };
    minutes.push({ minute: SYNC + minute * MINUTE_MS, reading: { is: 'value', value } });
  }
  return minutes;
}

function look(minutes: readonly MinuteReading<Count>[], at: number): JudgeInput {
  const now = SYNC + at * MINUTE_MS;
  return {
    now,
    policy: {
      name: 'standard',
      minSoakMs: 5 * MINUTE_MS,
      maxSoakMs: SOAK_MINUTES * MINUTE_MS,
      maxSyncMs: 0,
      maxSettleMs: 0,
      maxBlindMs: 0,
      alpha: 0.01,
      onInconclusive: 'stop',
    },
    components: ['dns'],
    baselineEnd: SYNC,
    syncedAt: SYNC,
    settledAt: SYNC,
    soakMs: at * MINUTE_MS,
    checks: [CHECK],
    alerts: [],
    covered: ['errors'],
    readings: {
      counts: new Map([['errors', minutes.filter(({ minute }) => minute <= now)]]),
      items: new Map(),
      values: new Map(),
    },
    alertsNow: { is: 'value', value: [] },
    alertsBefore: [],
  };
}

/** First minute whose look halts; a halt stays one, so the last look tells whether there is any. */
function haltMinute(minutes: readonly MinuteReading<Count>[]): number | undefined {
  if (judge(look(minutes, SOAK_MINUTES)).verdict !== 'halt') return undefined;
  for (let at = 1; at < SOAK_MINUTES; at++) if (judge(look(minutes, at)).verdict === 'halt') return at;
  return SOAK_MINUTES;
}

function haltsOf(
  soaks: number,
  seed: number,
  family: (random: () => number) => Family,
): (number | undefined)[] {
  return Array.from({ length: soaks }, (_, i) => haltMinute(soak(family(randomFrom(seed * 100_003 + i)))));
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Largest count that 1 % per soak explains in 999 of 1,000 repetitions (normal approximation, half a count added). */
const mostFalseHalts = (soaks: number) => soaks * 0.01 + 3.1 * Math.sqrt(soaks * 0.01 * 0.99) + 0.5;

describe('simulated soaks, looked at every minute at 1 %', () => {
  const calm = [
    ['ten errors a minute, a day of history', 2000, 1440, (random: () => number) => poisson(10, random)],
    ['ten errors a minute, an hour of history', 2000, 60, (random: () => number) => poisson(10, random)],
    ['an error every two minutes', 100, 1440, (random: () => number) => poisson(0.5, random)],
    ['bursts of five', 2000, 1440, (random: () => number) => bursts(10, 5, random)],
  ] as const;

  it.each(calm)('harmless: %s', (_, perMinute, baselineMinutes, next) => {
    const soaks = 400;
    const halts = haltsOf(soaks, 7, (random) => ({ perMinute, baselineMinutes, draw: () => next(random) }));
    expect(halts.filter((at) => at !== undefined).length).toBeLessThanOrEqual(mostFalseHalts(soaks));
  });

  it('four times ten errors a minute are halted in nearly all soaks, half of them within six minutes of the sync', () => {
    const halts = haltsOf(120, 11, (random) => ({
      perMinute: 2000,
      baselineMinutes: 1440,
      draw: (minute) => poisson(minute > 0 ? 40 : 10, random),
    }));
    const found = halts.filter((at) => at !== undefined);
    expect(found.length).toBeGreaterThanOrEqual(118);
    expect(median(found)).toBeLessThanOrEqual(6);
  });

  it('a restart that fails four times as often for three minutes halts nobody', () => {
    const soaks = 200;
    const halts = haltsOf(soaks, 13, (random) => ({
      perMinute: 2000,
      baselineMinutes: 1440,
      draw: (minute) => poisson(minute > 0 && minute <= 3 ? 40 : 10, random),
    }));
    expect(halts.filter((at) => at !== undefined).length).toBeLessThanOrEqual(mostFalseHalts(soaks));
  });

  it('a rate exactly at its limit is let through in fewer than 1 of 50 soaks', () => {
    const soaks = 300;
    let went = 0;
    for (let i = 0; i < soaks; i++) {
      const random = randomFrom(19 * 100_003 + i);
      const minutes = soak({ perMinute: 200, baselineMinutes: 60, draw: () => poisson(6, random) });
      const looks = Array.from({ length: SOAK_MINUTES }, (_, at) => at + 1);
      if (looks.some((at) => judge(look(minutes, at)).verdict === 'go')) went++;
    }
    expect(went).toBeLessThanOrEqual(soaks / 50 + 3.1 * Math.sqrt((soaks / 50) * (49 / 50)) + 0.5);
  });

  it('a quiet healthy cluster goes within half an hour and says what it can not know', () => {
    const random = randomFrom(17);
    let went = 0;
    for (let i = 0; i < 100; i++) {
      const minutes = soak({ perMinute: 20, baselineMinutes: 1440, draw: () => 0 }).map((each) => ({
        ...each,
        reading: { is: 'value' as const, value: { events: 0, exposure: poisson(20, random) } },
      }));
      const first = Array.from({ length: SOAK_MINUTES }, (_, at) => judge(look(minutes, at + 1))).find(
        ({ verdict }) => verdict !== 'hold',
      );
      expect(first?.verdict).not.toBe('halt');
      if (first?.verdict === 'go') {
        went++;
        expect(first.reasons[0]?.text).toMatch(/limit 3 % ruled out .*; 3x worse than before not ruled out/);
      }
    }
    expect(went).toBeGreaterThanOrEqual(95);
  });
});
