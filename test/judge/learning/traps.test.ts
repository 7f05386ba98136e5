import { describe, expect, it } from 'vitest';
import { learnClass } from '../../../src/judge/learning/learn-class.ts';
import type { LearnedCounts } from '../../../src/judge/learning/learned-class.ts';
import { blockMinutesOf } from '../../../src/judge/learning/scrape-blocks.ts';
import { controlledRow, controlOffsets, streamRow } from '../../../src/judge/learning/stream-rows.ts';
import { WORSE } from '../../../src/judge/mixture.ts';
import { adjacentPhi } from '../../../src/judge/statistics/adjacent-phi.ts';
import { burstTable, decluster } from '../../../src/judge/statistics/declustering.ts';
import { openStream } from '../../../src/judge/statistics/open-stream.ts';
import { openTrack, stepTrack, trackLength, trackLogE } from '../../../src/judge/statistics/track-state.ts';
import { drawFleet, type Fleet, historyOf } from '../support/fleet.ts';
import { bursts, randomFrom } from '../support/random.ts';
import { goMinute } from '../support/soak.ts';

const MID = { perMinute: 10, traffic: 2000 };
const SYNC = 1440;

function learn(fleet: Fleet): LearnedCounts {
  const past = fleet.map(({ events, exposure }) => ({
    events: events.slice(0, SYNC),
    exposure: exposure.slice(0, SYNC),
  }));
  return learnClass(historyOf({ errors: past }), 0).counts['errors'] ?? expect.fail('there was traffic');
}

/** What each cluster of a fleet scraped every other minute delivers: two minutes' events at once, then none. */
function everyOtherMinute(fleet: Fleet): Fleet {
  const scraped = (row: Float64Array) =>
    row.map((value, i) => (i % 2 === 0 ? 0 : value + (row[i - 1] as number)));
  return fleet.map(({ events, exposure }) => ({ events: scraped(events), exposure: scraped(exposure) }));
}

describe('counts of bursts', () => {
  it('must not be used for go: three times the errors is not three times the bursts', () => {
    const noise = { ...MID, perMinute: 1.2, burst: 5 };
    const fleet = drawFleet(noise, 4, SYNC + 60, 504);
    const learned = learn(fleet);
    const table = burstTable(learned.bursts ?? expect.fail('bursts of five are found'));
    const random = randomFrom(504);
    const goes = { raw: 0, declustered: 0 };
    for (let soak = 0; soak < 40; soak++) {
      // The same bursts, three times as large: a retry loop that tries three times.
      const tripled = fleet.map(({ events, exposure }) => ({
        exposure,
        events: events.map((each, i) => (i < SYNC ? each : 3 * bursts(noise.perMinute, noise.burst, random))),
      }));
      const asBursts = tripled.map(({ events, exposure }) => ({
        exposure,
        events: events.map((each) => decluster(table, each)),
      }));
      const judged = { treated: soak % 4, at: SYNC, minutes: 60, controls: [] } as const;
      if (goMinute({ ...judged, fleet: tripled }, learned, 3) !== undefined) goes.raw++;
      const wrongly = { ...learned, raw: { ...learned.raw, ...learned.plain } };
      if (goMinute({ ...judged, fleet: asBursts }, wrongly, 3) !== undefined) goes.declustered++;
    }
    expect(goes.declustered).toBeGreaterThan(20);
    expect(goes.raw).toBeLessThanOrEqual(3);
  });
});

describe('controls', () => {
  const shock = (minute: number) => (minute >= SYNC + 10 && minute < SYNC + 16 ? 4 : 1);
  const fleet = drawFleet({ ...MID, common: shock }, 9, SYNC + 30, 505).map((row) =>
    streamRow(row.events, row.exposure),
  );
  const [treated, ...controls] = fleet;
  const model = { phi: 1.15, level: { memory: 0.8, variance: 0.003, walk: 0 } };

  /** The strongest evidence of a soak in which every cluster met a shock of six minutes. */
  function strongest(exposure: Float64Array): number {
    if (treated === undefined) return expect.fail('the fleet has clusters');
    const before = { events: treated.events.subarray(0, SYNC), exposure: exposure.subarray(0, SYNC) };
    const start = openStream(before, model);
    const numbers = new Float64Array(trackLength(8));
    openTrack(numbers, 0, start, 8);
    let most = 0;
    for (let i = SYNC; i < SYNC + 30; i++) {
      const expected = ((exposure[i] as number) * start.rate) / model.phi;
      stepTrack(numbers, 0, model.level, WORSE, (treated.events[i] as number) / model.phi, expected);
      most = Math.max(most, trackLogE(numbers, 0, WORSE));
    }
    return most;
  }

  it('clear a shock that they share, in the very minute', () => {
    const { exposure } = controlledRow(treated ?? expect.fail(), controlOffsets(controls));
    expect(strongest(exposure)).toBeLessThan(Math.log(100));
  });

  it('would let the shock through if what they say were smoothed', () => {
    const { exposure } = controlledRow(treated ?? expect.fail(), controlOffsets(controls));
    const smoothed = exposure.map((_, i) => {
      const recent = exposure.subarray(Math.max(0, i - 9), i + 1);
      return recent.reduce((sum, each) => sum + each, 0) / recent.length;
    });
    expect(strongest(smoothed)).toBeGreaterThan(Math.log(100));
  });

  it('say nothing in a minute that fewer than three delivered', () => {
    const two = controlledRow(
      treated ?? expect.fail(),
      controlOffsets(controls, (control, step) => control < 2 || step !== SYNC),
    );
    expect(two.exposure[SYNC]).toBeNaN();
    expect(two.exposure[SYNC + 1]).toBeGreaterThan(0);
    expect(two.exposureSums.some(Number.isNaN)).toBe(false);
  });
});

describe('scrapes further apart than a minute', () => {
  const scraped = everyOtherMinute(drawFleet(MID, 5, SYNC, 506));

  it('are found, and minutes are summed until counts are counts again', () => {
    const [row] = scraped;
    expect(adjacentPhi(row?.events ?? [], Array(SYNC).fill(1))).toBeGreaterThan(5);
    const learned = learn(scraped);
    expect(learned.blockMinutes).toBe(2);
    expect(learned.plain.phi).toBeLessThan(1.2);
    expect(learned.bursts).toBeUndefined();
    expect(learned.windows.used).toBeGreaterThan(300);
  });

  it.each([
    ['single events', {}],
    ['hardly any events', { perMinute: 0.05 }],
    ['bursts', { burst: 5 }],
    ['a wandering rate', { wander: 0.4 }],
    ['a daily curve', { common: (minute: number) => 1 + 0.5 * Math.sin(minute / 229) }],
  ])('are not seen in %s scraped every minute', (_, noise) => {
    const fleet = drawFleet({ ...MID, ...noise }, 5, SYNC, 507);
    expect(blockMinutesOf(fleet.map(({ events }) => events))).toBe(1);
  });

  it('are found with three targets that are scraped at different moments', () => {
    const parts = [1, 2, 3].map((seed) => drawFleet({ perMinute: 3, traffic: 600 }, 3, SYNC, 500 + seed));
    const shifted = parts.map((fleet, target) =>
      everyOtherMinute(fleet).map(({ events }) =>
        target === 1 ? Float64Array.of(0, ...events.slice(0, -1)) : events,
      ),
    );
    const sums = [0, 1, 2].map((cluster) =>
      Float64Array.from({ length: SYNC }, (_, i) =>
        shifted.reduce((sum, fleet) => sum + (fleet[cluster]?.[i] ?? 0), 0),
      ),
    );
    expect(blockMinutesOf(sums)).toBe(2);
  });

  it('are found at five minutes, as CloudWatch delivers', () => {
    const fiveMinutely = drawFleet({ ...MID, perMinute: 50 }, 3, SYNC, 508).map(({ events }) =>
      events.map((each, i) => (i % 5 === 3 ? each : 0)),
    );
    expect(blockMinutesOf(fiveMinutely)).toBe(5);
  });

  it('leave a series unlearned when even five minutes alternate', () => {
    const slow = Float64Array.from({ length: SYNC }, (_, i) => (Math.floor(i / 5) % 2 === 0 ? 0 : 50));
    expect(blockMinutesOf([slow])).toBeUndefined();
    const history = historyOf({ errors: [{ events: slow, exposure: slow.map((each) => each * 10) }] });
    expect(learnClass(history, 0).counts).toEqual({});
  });
});
