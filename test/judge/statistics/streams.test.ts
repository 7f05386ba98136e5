import { describe, expect, it } from 'vitest';
import { adjacentPhi } from '../../../src/judge/statistics/adjacent-phi.ts';
import { controlOffset, nextOffset, openControlLevel } from '../../../src/judge/statistics/control-offset.ts';
import { burstsOf, burstTable, decluster } from '../../../src/judge/statistics/declustering.ts';
import { fitLevel } from '../../../src/judge/statistics/level-fit.ts';
import { openStream } from '../../../src/judge/statistics/open-stream.ts';
import { pairPhi } from '../../../src/judge/statistics/pair-phi.ts';
import { drawFleet } from '../support/fleet.ts';

const TRAFFIC = 2000;
const fleet = (noise: object) => drawFleet({ perMinute: 10, traffic: TRAFFIC, ...noise }, 5, 1440, 503);
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const phiOf = (rows: ReturnType<typeof fleet>) =>
  median(rows.map(({ events, exposure }) => adjacentPhi(events, exposure) ?? Number.NaN));

describe('bursts behind counts', () => {
  const bursty = fleet({ burst: 5 });
  const bursts = burstsOf(phiOf(bursty), 10);

  it('are measured: of mean size five, two a minute', () => {
    expect(bursts?.size).toBeGreaterThan(4.5);
    expect(bursts?.size).toBeLessThan(5.5);
    expect(bursts?.perStep).toBeCloseTo(10 / (bursts?.size ?? 0), 9);
  });

  it('are counted by the table: fewer, never none, and less clustered than Poisson', () => {
    const table = burstTable(bursts ?? { size: 5, perStep: 2 });
    const declustered = bursty.map(({ events, exposure }) => ({
      exposure,
      events: events.map((each) => decluster(table, each)),
    }));
    const total = (rows: typeof bursty) =>
      rows.reduce((sum, { events }) => sum + events.reduce((a, b) => a + b), 0);
    expect(total(declustered) / total(bursty)).toBeGreaterThan(0.17);
    expect(total(declustered) / total(bursty)).toBeLessThan(0.23);
    expect(phiOf(declustered)).toBeLessThan(1);
    expect(decluster(table, 0)).toBe(0);
    expect(decluster(table, 1)).toBeCloseTo(1, 9);
  });

  it('grow with every event, between whole numbers and far beyond the table', () => {
    const table = burstTable({ size: 5, perStep: 2 });
    const counts = [0, 0.4, 1, 1.5, 2, 50, 399.5, 400, 401, 4000, 1e12];
    const values = counts.map((each) => decluster(table, each));
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(new Set(values).size).toBe(values.length);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  it('have a table whatever the traffic', () => {
    for (const perStep of [1e-9, 1e-3, 1, 1e3, 1e9]) {
      for (const size of [1.3, 5, 1e6]) {
        const table = burstTable({ size, perStep });
        expect(table.every((each, events) => each >= 0 && each <= events + 1e-9)).toBe(true);
      }
    }
  });

  it('are not looked for where events come singly', () => {
    expect(burstsOf(phiOf(fleet({})), 10)).toBeUndefined();
    expect(burstsOf(Number.NaN, 10)).toBeUndefined();
    expect(burstsOf(5, 0)).toBeUndefined();
  });
});

describe('overdispersion from neighbouring minutes', () => {
  it('is not raised by a daily curve', () => {
    const daily = fleet({ common: (minute: number) => 1 + 0.5 * Math.sin((2 * Math.PI * minute) / 1440) });
    expect(phiOf(daily)).toBeCloseTo(1, 1);
  });

  it('is not known without events, without exposure or from a handful of minutes', () => {
    expect(adjacentPhi([0, 0, 0, 0, 0, 0, 0, 0], Array(8).fill(10))).toBeUndefined();
    expect(adjacentPhi([1, 2, 3, 4, 5, 6, 7, 8], Array(8).fill(0))).toBeUndefined();
    expect(adjacentPhi([1, 2, 3], [10, 10, 10])).toBeUndefined();
    expect(
      adjacentPhi([1, Number.NaN, 3, Number.NaN, 3, Number.NaN, 1, Number.NaN, 2], Array(9).fill(10)),
    ).toBeUndefined();
  });
});

describe('a level and its memory', () => {
  it('is fitted: a rate that wanders with a memory of 0.9 a minute is found to', () => {
    const level = fitLevel(fleet({ wander: 0.4 }), 1.2);
    expect(level.memory).toBe(0.9);
    expect([0.08, 0.15]).toContain(level.variance);
  });

  it('is fitted: a steady rate is found to have next to no variance', () => {
    expect(fitLevel(fleet({}), 1)).toMatchObject({ variance: 0.003 });
  });

  it('starts where its history has led it', () => {
    const steady = { events: Array(600).fill(10), exposure: Array(600).fill(TRAFFIC) };
    const doubled = { ...steady, events: [...Array(540).fill(10), ...Array(60).fill(20)] };
    const model = { phi: 1, level: { memory: 1, variance: 0, walk: 0.01 } };
    expect(openStream(steady, model)).toMatchObject({ rate: (6000 + 0.5) / (600 * TRAFFIC) });
    const start = openStream(doubled, model);
    expect(start.rate * Math.exp(start.logLevel) * TRAFFIC).toBeGreaterThan(19);
    expect(start.rate * Math.exp(start.logLevel) * TRAFFIC).toBeLessThan(20.1);
  });

  it('weighs nothing where there was never traffic, and knows a small rate where there were never events', () => {
    const model = { phi: 1, level: { memory: 0.9, variance: 0.08, walk: 0 } };
    expect(openStream({ events: [0, 0], exposure: [0, 0] }, model).rate).toBe(0);
    expect(openStream({ events: [], exposure: [] }, model)).toEqual({ rate: 0, shape: 12.5, logLevel: 0 });
    expect(openStream({ events: Array(100).fill(0), exposure: Array(100).fill(10) }, model).rate).toBe(
      0.0005,
    );
  });
});

describe('what controls with few events say', () => {
  it('is all of a busy hour, where an offset that leans to the average says too little', () => {
    const BUSY = 1.6;
    const controls = drawFleet(
      { perMinute: 4, traffic: 800, common: (minute) => (minute < 1440 ? 1 : BUSY) },
      1,
      2880,
      507,
    )[0];
    const level = openControlLevel();
    let [leaning, plain, minutes] = [0, 0, 0];
    controls?.events.forEach((events, minute) => {
      const offset = nextOffset(level, events, 800, 4 / 800);
      if (minute < 1500) return;
      leaning += offset;
      plain += controlOffset(events, 800, 4 / 800);
      minutes++;
    });
    expect(Math.abs(leaning / minutes / BUSY - 1)).toBeLessThan(0.02);
    expect(plain / minutes / BUSY).toBeLessThan(0.98);
  });

  it('is little in a quiet minute, and a number when they never had an event', () => {
    const level = openControlLevel();
    expect(nextOffset(level, 0, 100, 1e-6)).toBeCloseTo(1, 3);
    for (let minute = 0; minute < 1000; minute++) expect(nextOffset(level, 0, 100, 0.001)).toBeGreaterThan(0);
  });
});

describe('how a cluster strays beside its controls', () => {
  const pairs = (noise: object, common: (minute: number) => number = () => 1) => {
    const rows = drawFleet({ perMinute: 10, traffic: TRAFFIC, common, ...noise }, 9, 1440, 509);
    return Array.from({ length: 1440 }, (_, minute) => {
      const sum = (part: typeof rows) => ({
        events: part.reduce((all, { events }) => all + (events[minute] ?? 0), 0),
        exposure: part.length * TRAFFIC,
      });
      return { treated: sum(rows.slice(0, 1)), controls: sum(rows.slice(1)) };
    });
  };

  it('is not at all by what they share, and much by bursts or a level of its own that wanders', () => {
    expect(pairPhi(pairs({}))).toBeLessThan(1.6);
    expect(pairPhi(pairs({}, (minute) => 1 + 0.5 * Math.sin(minute / 230)))).toBeLessThan(1.6);
    expect(pairPhi(pairs({ burst: 5 }))).toBeGreaterThan(6);
    expect(pairPhi(pairs({ wander: 0.4 }))).toBeGreaterThan(6);
  });

  it('is 1 with too little to measure, and never less', () => {
    const pair = { treated: { events: 0, exposure: 10 }, controls: { events: 0, exposure: 10 } };
    expect(pairPhi([])).toBe(1);
    expect(pairPhi([undefined, undefined])).toBe(1);
    expect(pairPhi(Array(1440).fill(pair))).toBe(1);
    expect(pairPhi(pairs({}).map((each, minute) => (minute % 2 ? each : undefined)))).toBeGreaterThanOrEqual(
      1,
    );
  });
});
