import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { judge } from '../../src/judge/judge.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';
import type { LearnedCounts } from '../../src/judge/learning/learned-class.ts';
import { SYNC } from './support/case-file.ts';
import { drawFleet, historyOf, type Noise } from './support/fleet.ts';
import { FLEET_CHECK, type FleetSoak, inputOf } from './support/fleet-soak.ts';
import { haltMinute as referenceHalt } from './support/soak.ts';

const DAY = 1440;
const HISTORY = 2 * DAY;
const MID: Noise = { perMinute: 10, traffic: 2000 };

function world(noise: Noise, seed: number) {
  const fleet = drawFleet(noise, 9, HISTORY + 60, seed);
  const past = fleet.map(({ events, exposure }) => ({
    events: events.slice(0, HISTORY),
    exposure: exposure.slice(0, HISTORY),
  }));
  return { fleet, learned: learnClass(historyOf({ errors: past }), 0) };
}

function firstVerdict(soak: FleetSoak) {
  for (let minute = 1; minute <= 30; minute++) {
    const judgement = judge(inputOf(soak, minute));
    if (judgement.verdict !== 'hold') return { minute, ...judgement };
  }
  return undefined;
}

const { fleet, learned } = world(MID, 503);
const base = { fleet, learned, at: HISTORY, treated: 0 };
const others = [1, 2, 3, 4, 5, 6, 7, 8];

describe('a class whose quiet hours are known', () => {
  it('halts four times the errors, and says who did not have them and how rare it is', () => {
    const halted = firstVerdict({ ...base, controls: others, change: (events) => 4 * events });

    expect(halted).toMatchObject({ verdict: 'halt', reasons: [{ code: 'regression/errors' }] });
    expect(halted?.minute).toBeLessThanOrEqual(6);
    expect(halted?.reasons[0]?.text).toMatch(
      /^Requests that failed: 0\.\d+ % -> .* %.*; 8 clusters without the change stayed at 0\.\d+ %; of [\d,]+ quiet windows none scored this high/,
    );
    expect(halted?.reasons[0]?.evidence).toMatchObject({
      controls: { clusters: 8 },
      quiet: { reached: 0, windows: expect.any(Number) },
    });
  });

  it('goes on a promise that it gave before, and says what it ruled out', () => {
    const gone = firstVerdict({ ...base, controls: others });

    expect(gone).toMatchObject({ verdict: 'go', minute: 15 });
    expect(gone?.reasons[0]?.text).toContain('3x worse than before ruled out');
    expect(gone?.checks[0]?.promise).toContain('3x worse than before is ruled out');
  });

  it('keeps a promise that was given, though it would now give another', () => {
    const kept = judge({ ...inputOf({ ...base, controls: others }, 20), promises: { errors: 10 } });
    const none = judge({ ...inputOf({ ...base, controls: others }, 20), promises: {} });

    expect(kept.reasons[0]?.text).toContain('10x worse than before ruled out');
    expect(none.reasons[0]?.text).toContain('limit 5 % ruled out');
  });

  it('does not halt for what happens to the controls too', () => {
    const shock = (events: Float64Array) =>
      events.map((each, i) => (i >= HISTORY + 4 && i < HISTORY + 10 ? 4 * each : each));
    const shaken = fleet.map(({ events, exposure }) => ({ events: shock(events), exposure }));

    expect(firstVerdict({ ...base, fleet: shaken, controls: others })?.verdict).not.toBe('halt');
    expect(firstVerdict({ ...base, fleet: shaken, controls: [] })?.verdict).not.toBe('halt');
  });

  it('compares with the controls before it has learned anything', () => {
    const unlearned = (soak: FleetSoak, minute: number) => {
      const { learned: _, ...input } = inputOf(soak, minute);
      return judge(input);
    };
    const shaken = fleet.map(({ events, exposure }) => ({
      events: events.map((each, i) => (i >= HISTORY + 4 && i < HISTORY + 10 ? 4 * each : each)),
      exposure,
    }));
    const minutes = Array.from({ length: 30 }, (_, at) => at + 1);
    const halts = (soak: FleetSoak) => minutes.find((minute) => unlearned(soak, minute).verdict === 'halt');

    expect(halts({ ...base, fleet: shaken, controls: others })).toBeUndefined();
    expect(halts({ ...base, fleet: shaken, controls: [] })).toBeDefined();
    expect(halts({ ...base, controls: others, change: (events) => 2 * events })).toBeLessThanOrEqual(12);
    const told = unlearned({ ...base, controls: others, change: (events) => 4 * events }, 10);
    expect(told.reasons[0]?.text).toContain('clusters without the change: 0.5');
  });

  it('holds at once without controls, and halts only when the rise has lasted', () => {
    const soak = { ...base, controls: [], change: (events: number) => 2 * events };
    const early = judge(inputOf(soak, 9));
    const halted = firstVerdict(soak);

    expect(early).toMatchObject({ verdict: 'hold', extended: true });
    expect(early.reasons.map(({ code }) => code)).toContain('suspicion/errors');
    expect(early.reasons.map(({ text }) => text).join()).toContain('no cluster without the change');
    expect(halted).toMatchObject({ verdict: 'halt' });
    expect(halted?.minute).toBeGreaterThanOrEqual(18);
  });

  it('only holds once the controls fell silent, and says so: it goes on comparing with their last word', () => {
    const silentFrom = (soak: FleetSoak, minutes: number, from: number) => {
      const { controls, ...input } = inputOf(soak, minutes);
      if (controls === undefined) throw new Error('no controls');
      const heard = controls.minutes.filter(({ minute }) => minute <= SYNC + from * MINUTE_MS);
      return judge({ ...input, controls: { ...controls, minutes: heard } });
    };
    const soak = { ...base, controls: others, change: (events: number) => 2 * events };
    const said = Array.from({ length: 30 }, (_, at) => silentFrom(soak, at + 1, 5));

    expect(said.map(({ verdict }) => verdict)).not.toContain('halt');
    expect(said.map(({ verdict }) => verdict)).not.toContain('go');
    expect(
      said
        .at(-2)
        ?.reasons.map(({ text }) => text)
        .join(),
    ).toContain('without the change fell silent');
    const healthy = silentFrom({ ...base, controls: others }, 20, 5);
    expect(healthy.reasons.map(({ code }) => code)).not.toContain('suspicion/errors');
  });

  it('convicts nobody for a single event, however rare, and two soon after each other do', () => {
    // Two pods of two hundred restart in a day.
    const rare = world({ perMinute: 2 / 1440, traffic: 200 }, 511);
    const restarts = (minutes: readonly number[]) =>
      firstVerdict({
        ...rare,
        at: HISTORY,
        treated: 0,
        controls: others,
        check: { ...FLEET_CHECK, on: 'change', series: [{ key: 'errors', what: 'restarted', floor: 0 }] },
        change: (_, minute) => (minutes.includes(minute) ? 1 : 0),
      });

    expect(restarts([5])?.verdict).not.toBe('halt');
    expect(restarts([5, 7])?.verdict).toBe('halt');
  });

  it('halts what breaks altogether in the warm-up', () => {
    const halted = firstVerdict({ ...base, controls: others, change: (events) => 40 * events });

    expect(halted).toMatchObject({ verdict: 'halt' });
    expect(halted?.minute).toBeLessThanOrEqual(2);
  });

  it.each([
    ['alone', []],
    ['with three controls', [1, 2, 3]],
    ['with eight controls', others],
  ])('weighs every minute as the replay of quiet hours does, %s', (_, controls) => {
    const counts = learned.counts['errors'] as LearnedCounts;
    for (const factor of [1.5, 2, 4]) {
      for (const treated of [0, 4]) {
        const rest = controls.filter((each) => each !== treated);
        if (rest.length !== controls.length) continue;
        const change = (events: number) => Math.round(factor * events);
        const soak = { ...base, treated, controls, change };
        const seen = firstVerdict(soak);
        const minute = seen?.verdict === 'halt' ? seen.minute : undefined;
        // A tenth of alpha is kept for the warm-up.
        expect(minute).toBe(referenceHalt({ ...soak, minutes: 30 }, counts, 0.009));
      }
    }
  });
});

describe('a class of one cluster', () => {
  it('is judged by its own quiet hours, and without controls only a lasting rise halts', () => {
    const [only] = fleet;
    if (only === undefined) throw new Error('no cluster');
    const alone = [{ events: only.events.slice(0, HISTORY), exposure: only.exposure.slice(0, HISTORY) }];
    const own = {
      fleet: [only],
      learned: learnClass(historyOf({ errors: alone }), 0),
      at: HISTORY,
      treated: 0,
      controls: [],
    };

    expect(firstVerdict(own)).toMatchObject({ verdict: 'go' });
    const halted = firstVerdict({ ...own, change: (events) => 5 * events });
    expect(halted?.verdict).not.toBe('go');
  });
});

describe('a soak that is extended', () => {
  it('says why', () => {
    const doubted = judge(inputOf({ ...base, controls: [], change: (events) => 2 * events }, 9));

    expect(doubted.reasons.map(({ text }) => text).join()).toContain(
      'at least 23 minutes soaked, longer than the usual 15 minutes because this may have got worse: Errors',
    );
  });
});

describe('what would be seen, told before the soak', () => {
  const promiseAt = (soak: FleetSoak, minute: number) => judge(inputOf(soak, minute)).checks[0]?.promise;

  it('is the same before, during and after, whatever happens', () => {
    const soak = { ...base, controls: others };
    const before = promiseAt(soak, 1);

    expect(before).toMatch(
      /^3x worse than before is ruled out, .*; with the traffic of before [\d.]+x or worse would halt within 30 minutes\.$/,
    );
    expect(promiseAt(soak, 20)).toBe(before);
    expect(promiseAt({ ...soak, change: (events) => 4 * events }, 20)).toBe(before);
  });

  it('is less with less traffic', () => {
    const thin = world({ perMinute: 0.05, traffic: 20 }, 505);
    const promise = promiseAt({ ...base, ...thin, controls: others }, 1);
    const factorOf = (text = '') => Number(/before ([\d.]+)x/.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);

    expect(factorOf(promise)).toBeGreaterThan(factorOf(promiseAt({ ...base, controls: others }, 1)));
  });
});
