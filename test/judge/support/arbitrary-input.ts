import fc from 'fast-check';
import type { Check } from '../../../src/domain/check.ts';
import type { Component } from '../../../src/domain/component.ts';
import {
  type AlertReading,
  type Count,
  type ItemCount,
  MINUTE_MS,
  type MinuteReading,
  type Reading,
} from '../../../src/domain/reading.ts';
import type { JudgeInput } from '../../../src/judge/judge-input.ts';
import { SYNC } from './case-file.ts';

const BASE = { halts: true, required: true, critical: false, weight: 0.2 } as const;

/** One check of every kind, with and without limits. */
export const CHECKS: readonly Check[] = [
  {
    ...BASE,
    signal: 'errors',
    kind: 'ratio',
    component: 'dns',
    title: 'Errors',
    on: 'change-or-limit',
    exposureUnit: 'requests',
    series: [{ key: 'errors', what: 'that failed', limit: 0.05, floor: 0.001 }],
    objective: { target: 0.999 },
  },
  {
    ...BASE,
    signal: 'latency',
    kind: 'latency',
    component: 'dns',
    title: 'Slow requests',
    on: 'change',
    exposureUnit: 'requests',
    series: [
      { key: 'latency@0.1', edge: 0.1, what: 'slower than 100 ms', floor: 0.01 },
      { key: 'latency@1', edge: 1, what: 'slower than 1 s', floor: 0.001 },
    ],
  },
  {
    ...BASE,
    signal: 'restarts',
    kind: 'events',
    component: 'workloads',
    title: 'Restarts',
    on: 'limit',
    exposureUnit: 'minute',
    series: [{ key: 'restarts', what: 'restarts', limit: 0.2, floor: 0 }],
  },
  {
    ...BASE,
    signal: 'nodes',
    kind: 'state',
    component: 'nodes',
    title: 'Nodes not ready',
    on: 'change',
    item: 'node',
    forMinutes: 3,
  },
  {
    ...BASE,
    signal: 'disk',
    kind: 'gauge',
    component: 'nodes',
    title: 'Fullest disk',
    on: 'limit',
    unit: 'percentunit',
    worse: 'up',
    limit: 0.9,
    forMinutes: 2,
  },
  {
    ...BASE,
    signal: 'targets',
    kind: 'presence',
    component: 'dns',
    title: 'Targets not scraped',
    on: 'limit',
    halts: false,
  },
];

const minutesAgo = 90;
const minutesSince = 40;

const missing = <T>(): fc.Arbitrary<Reading<T>> =>
  fc.constantFrom<Reading<T>>(
    { is: 'no-data' },
    { is: 'no-traffic' },
    { is: 'unknown', cause: 'the store answered 503' },
  );

/** A reading that says nothing. */
export const nothing: fc.Arbitrary<Reading<never>> = missing<never>();

function readings<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> {
  return fc.oneof(
    { weight: 20, arbitrary: value.map((known): Reading<T> => ({ is: 'value', value: known })) },
    {
      weight: 1,
      arbitrary: value.map((known): Reading<T> => ({ is: 'partial', value: known, cause: 'one of three' })),
    },
    { weight: 2, arbitrary: missing<T>() },
  );
}

function rows<T>(before: fc.Arbitrary<Reading<T>>, since: fc.Arbitrary<Reading<T>>) {
  return fc
    .tuple(
      fc.array(before, { minLength: minutesAgo, maxLength: minutesAgo }),
      fc.array(since, { minLength: minutesSince, maxLength: minutesSince }),
    )
    .map(([past, present]): readonly MinuteReading<T>[] =>
      [...past, ...present].map((reading, i) => ({
        minute: SYNC + (i + 1 - minutesAgo) * MINUTE_MS,
        reading,
      })),
    );
}

const count = (most: number): fc.Arbitrary<Count> =>
  fc.record({ events: fc.nat({ max: most }), exposure: fc.integer({ min: most, max: 200 }) });
const perMinute: fc.Arbitrary<Count> = fc.nat({ max: 1 }).map((events) => ({ events, exposure: 1 }));
const items: fc.Arbitrary<ItemCount> = fc.nat({ max: 3 }).map((bad) => ({ bad, among: 40 }));
const disk = fc.double({ min: 0, max: 1, noNaN: true });
/** Numbers that no measurement gives. */
const odd = fc.constantFrom(
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  0,
  1e300,
  1e-300,
  Number.MAX_SAFE_INTEGER,
);

/** How readings are drawn: `any` mixes harm and health, `healthy` has none, `odd` has numbers that can't be. */
export type Mood = 'any' | 'healthy' | 'odd';

/** Inputs with a run somewhere between its sync and the end of its longest soak. */
export function judgeInputs(mood: Mood): fc.Arbitrary<JudgeInput> {
  const counts = (most: number) => {
    const drawn = {
      any: count(most),
      healthy: fc.integer({ min: 1, max: 200 }).map((exposure) => ({ events: 0, exposure })),
      odd: fc.record({ events: odd, exposure: odd }),
    }[mood];
    return rows(readings(count(most)), readings(drawn));
  };
  const restarts = {
    any: perMinute,
    healthy: fc.constant({ events: 0, exposure: 1 }),
    odd: fc.record({ events: odd, exposure: odd }),
  };
  const nodes = {
    any: items,
    healthy: fc.constant({ bad: 0, among: 40 }),
    odd: fc.record({ bad: odd, among: odd }),
  };
  const disks = { any: disk, healthy: fc.constant(0.5), odd };
  return fc
    .record({
      at: fc.integer({ min: 1, max: minutesSince }),
      settled: fc.option(fc.nat({ max: 15 }), { nil: undefined }),
      minSoak: fc.integer({ min: 1, max: 15 }),
      longer: fc.integer({ min: 0, max: 25 }),
      withNote: fc.boolean(),
      checks: fc.subarray([...CHECKS], { minLength: 1 }),
      errors: counts(5),
      fast: counts(20),
      slow: counts(2),
      restarts: rows(readings(perMinute), readings(restarts[mood])),
      nodes: rows(readings(items), readings(nodes[mood])),
      targets: rows(readings(items), readings(nodes[mood])),
      disk: rows(readings(disk), readings(disks[mood])),
    })
    .map(({ at, settled, minSoak, longer, withNote, checks, ...row }): JudgeInput => {
      const now = SYNC + at * MINUTE_MS;
      const until = <T>(all: readonly MinuteReading<T>[]) => all.filter(({ minute }) => minute <= now);
      const isSettled = settled !== undefined && settled <= at;
      return {
        now,
        policy: {
          name: 'drawn',
          minSoakMs: minSoak * MINUTE_MS,
          maxSoakMs: (minSoak + longer) * MINUTE_MS,
          maxSyncMs: 0,
          maxSettleMs: 0,
          maxBlindMs: 0,
          alpha: 0.01,
          onInconclusive: withNote ? 'go-with-note' : 'stop',
        },
        components: ['dns'] satisfies Component[],
        baselineEnd: SYNC,
        syncedAt: SYNC,
        ...(isSettled && { settledAt: SYNC + settled * MINUTE_MS }),
        soakMs: isSettled ? (at - settled) * MINUTE_MS : 0,
        checks: [
          ...CHECKS.filter(({ signal }) => signal === 'errors'),
          ...checks.filter(({ signal }) => signal !== 'errors'),
        ],
        alerts: [],
        covered: CHECKS.map(({ signal }) => signal),
        readings: {
          counts: new Map([
            ['errors', until(row.errors)],
            ['latency@0.1', until(row.fast)],
            ['latency@1', until(row.slow)],
            ['restarts', until(row.restarts)],
          ]),
          items: new Map([
            ['nodes', until(row.nodes)],
            ['targets', until(row.targets)],
          ]),
          values: new Map([['disk', until(row.disk)]]),
        },
        alertsNow: { is: 'value', value: [] },
        alertsBefore: [],
      };
    });
}

/** The same input with every row of readings changed. */
export function withRows(
  input: JudgeInput,
  change: <T>(row: readonly MinuteReading<T>[], key: string) => readonly MinuteReading<T>[],
): JudgeInput {
  const changed = <T>(rows: ReadonlyMap<string, readonly MinuteReading<T>[]>) =>
    new Map([...rows].map(([key, row]) => [key, change(row, key)]));
  const { counts, items, values } = input.readings;
  return { ...input, readings: { counts: changed(counts), items: changed(items), values: changed(values) } };
}

/** Alerts that differ in what lasts. */
export const alertReadings: fc.Arbitrary<AlertReading> = fc.record({
  name: fc.constantFrom('A', 'B'),
  cluster: fc.constantFrom('prod-1', 'prod-2'),
  state: fc.constantFrom('firing', 'pending'),
  labels: fc.dictionary(fc.constantFrom('namespace', 'zone', 'verb'), fc.string({ maxLength: 5 })),
});
