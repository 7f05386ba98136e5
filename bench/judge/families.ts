import type { Random } from '../../src/simulator/random.ts';
import type { SpoilName } from './spoils.ts';
import type { FactorOf, Traffic } from './streams/count-fleet.ts';
import type { Noise } from './streams/noise.ts';

/** Requests a minute and the share of errors among them, of one cluster. */
export const TRAFFICS = {
  mid: { requestsPerMinute: 2_000, errorRatio: 0.005 },
  low: { requestsPerMinute: 100, errorRatio: 0.005 },
  high: { requestsPerMinute: 20_000, errorRatio: 0.001 },
  /** Two of 200 pods restart in a day, by distinct pod. */
  rare: { requestsPerMinute: 200, errorRatio: 2 / (24 * 60 * 200) },
} as const satisfies Readonly<Record<string, Traffic>>;

export type TrafficName = keyof typeof TRAFFICS;

const single = { size: 'one' } as const;
const fives = { size: 'geometric', mean: 5 } as const;
const wander = { sd: [0.4, 0.4], memory: 0.9, shared: 0.5 } as const;

/** Ways in which harmless traffic misbehaves. */
export const NOISES = {
  iid: { bursts: single },
  burst: { bursts: fives },
  ar1: { bursts: single, wander },
  // The reference does not tell the hour of its syncs: these reproduce its rows.
  diurnal: { bursts: single, day: { rate: 0.5, traffic: 0.6, syncHour: { rate: 3.5, traffic: 10.2 } } },
  'diurnal, any hour': { bursts: single, day: { rate: 0.5, traffic: 0.6 } },
  'bursts of 20': { bursts: { size: 'fixed', mean: 20 } },
  'Pareto bursts': { bursts: { size: 'pareto', tail: 1.6 } },
  'bursts over 3 min': { bursts: { size: 'geometric', mean: 5, overMinutes: 3 } },
  'rates differ': { bursts: single, rates: 0.7 },
  'incidents before': { bursts: single, incidents: 1 },
  'AR by cluster': { bursts: single, wander: { ...wander, sd: [0.1, 0.6] } },
} as const satisfies Readonly<Record<string, Noise>>;

export type NoiseName = keyof typeof NOISES;

/** What happens around the sync, whatever the change does. */
export const EVENTS = {
  none: () => () => 1,
  /** Every cluster rises evenly, to +60 % at the end of the soak. */
  drift: (minutes) => (_cluster, minute) => 1 + (0.6 * (minute + 1)) / minutes,
  /** Fourfold errors everywhere for six minutes, from any minute of the soak on. */
  shock: (minutes, random) => {
    const start = Math.floor(random() * minutes);
    return (_cluster, minute) => (minute >= start && minute < start + 6 ? 4 : 1);
  },
  /** The first other cluster breaks: tenfold errors from minute five on. */
  'a control breaks': (_minutes, _random, treated) => (cluster, minute) =>
    cluster === (treated === 0 ? 1 : 0) && minute >= 5 ? 10 : 1,
  /** The restart itself: fourfold errors in the first three minutes, on the treated cluster alone. */
  warm: (_minutes, _random, treated) => (cluster, minute) => (cluster === treated && minute < 3 ? 4 : 1),
} as const satisfies Readonly<Record<string, (minutes: number, random: Random, treated: number) => FactorOf>>;

export type EventName = keyof typeof EVENTS;

/** What the change does to the treated cluster: times so many errors, from a minute on. */
export interface Effect {
  readonly times: number;
  readonly from: number;
}

/** A family of soaks: one noise, one thing that happens, one effect. */
export interface Family {
  readonly noise: NoiseName;
  readonly event: EventName;
  readonly effect: Effect;
  /** How the data is delivered badly. */
  readonly spoil?: SpoilName;
}

/** The name of a family in the tables: "ar1 x2", "iid x4@15". */
export function familyName({ noise, event, effect, spoil }: Family): string {
  const happens = event === 'none' ? noise : noise === 'iid' ? event : `${noise} + ${event}`;
  const what = spoil ? `${happens}, ${spoil}` : happens;
  return `${what} x${effect.times}${effect.from > 0 ? `@${effect.from}` : ''}`;
}

/** Whether the change does nothing. */
export function isHarmless({ effect }: Family): boolean {
  return effect.times === 1;
}

/** The factor on the rate of a cluster and minute: what happens to all, and what the change does to one. */
export function factorOf(family: Family, treated: number, minutes: number, random: Random): FactorOf {
  const around = EVENTS[family.event](minutes, random, treated);
  const { times, from } = family.effect;
  return (cluster, minute) => around(cluster, minute) * (cluster === treated && minute >= from ? times : 1);
}

const effect = (times: number, from = 0): Effect => ({ times, from });
const families = (noise: NoiseName, event: EventName, ...effects: readonly Effect[]): readonly Family[] =>
  effects.map((each) => ({ noise, event, effect: each }));

/** Streams that a table is made of: one class of clusters, and what happens on it. */
export interface Setting {
  readonly table: string;
  readonly traffic: TrafficName;
  /** Clusters of the class, the treated one included. */
  readonly clusters: number;
  readonly families: readonly Family[];
}

/** Noises and effects whose results others have counted too. */
const MAIN: readonly Family[] = [
  ...families('iid', 'none', effect(1)),
  ...families('burst', 'none', effect(1)),
  ...families('ar1', 'none', effect(1)),
  ...families('diurnal', 'none', effect(1)),
  ...families('iid', 'drift', effect(1)),
  ...families('iid', 'shock', effect(1)),
  ...families('iid', 'warm', effect(1)),
  ...families('iid', 'none', effect(1.2), effect(1.5), effect(2), effect(4)),
  ...families('burst', 'none', effect(2), effect(4)),
  ...families('ar1', 'none', effect(2), effect(4)),
  ...families('diurnal', 'none', effect(2)),
  ...families('iid', 'drift', effect(4)),
  ...families('iid', 'warm', effect(4)),
  ...families('iid', 'none', effect(4, 15)),
];

const OTHER_NOISES = [
  'bursts of 20',
  'Pareto bursts',
  'bursts over 3 min',
  'rates differ',
  'incidents before',
  'AR by cluster',
  'diurnal, any hour',
] as const satisfies readonly NoiseName[];

const OTHER: readonly Family[] = OTHER_NOISES.flatMap((noise) =>
  families(noise, 'none', effect(1), effect(2), effect(4)),
);

/** Where the number of controls matters. */
const FEW: readonly Family[] = [
  ...families('ar1', 'none', effect(1), effect(2)),
  ...families('burst', 'none', effect(1), effect(2)),
  ...families('iid', 'drift', effect(1)),
  ...families('iid', 'shock', effect(1)),
];

const RARE: readonly Family[] = [
  ...families('iid', 'none', effect(1), effect(30), effect(100), effect(300)),
  ...families('iid', 'shock', effect(1)),
];

const SPOILED: readonly Family[] = [
  ...(['gaps', 'counter resets', 'controls fall silent'] as const).flatMap((spoil) =>
    families('iid', 'none', effect(1), effect(2), effect(4)).map((family) => ({ ...family, spoil })),
  ),
  ...families('iid', 'a control breaks', effect(1), effect(2), effect(4)),
];

/** Clusters of a class in most tables: one treated, eight controls. */
const NINE = 9;

/** Every table of error ratios. */
export const SETTINGS: readonly Setting[] = [
  { table: 'mid', traffic: 'mid', clusters: NINE, families: MAIN },
  { table: 'low', traffic: 'low', clusters: NINE, families: MAIN },
  { table: 'high', traffic: 'high', clusters: NINE, families: MAIN },
  { table: 'mid, other noises', traffic: 'mid', clusters: NINE, families: OTHER },
  { table: 'low, other noises', traffic: 'low', clusters: NINE, families: OTHER },
  { table: 'mid, 3 controls', traffic: 'mid', clusters: 4, families: FEW },
  { table: 'mid, 24 controls', traffic: 'mid', clusters: 25, families: FEW },
  { table: 'mid, bad data', traffic: 'mid', clusters: NINE, families: SPOILED },
  { table: 'low, bad data', traffic: 'low', clusters: NINE, families: SPOILED },
  { table: 'restarted pods', traffic: 'rare', clusters: NINE, families: RARE },
];
