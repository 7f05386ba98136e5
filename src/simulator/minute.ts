import type {
  Check,
  CountCheck,
  CountSeries,
  GaugeCheck,
  PresenceCheck,
  StateCheck,
} from '../domain/check.ts';
import type { Count, ItemCount, Reading } from '../domain/reading.ts';
import { binomial, normal, poisson } from './distributions.ts';
import { type Fault, faultsOf, isInForce, shareOfMinute } from './fault.ts';
import type { Profile } from './profile.ts';
import type { Random, RandomFor } from './random.ts';

/** One signal on one cluster. */
export interface SignalModel {
  readonly cluster: string;
  readonly size: number;
  readonly profile: Profile;
  readonly faults: readonly Fault[];
  readonly random: RandomFor;
  readonly diurnal?: { readonly amplitude: number; readonly peakHour: number };
}

const NO_DATA = { is: 'no-data' } as const;

/** What is recorded for a ratio, latency or events signal, by series key; `no-data` without a model. */
export function countsOf(
  model: SignalModel | undefined,
  check: CountCheck,
  minute: number,
): ReadonlyMap<string, Reading<Count>> {
  const all = (reading: Reading<Count>) => new Map(check.series.map(({ key }) => [key, reading]));
  if (model === undefined || isAway(model, check, minute)) return all(NO_DATA);
  const random = model.random(model.cluster, check.signal, minute);
  const exposure = exposureOf(model, check, minute, random);
  if (exposure === 0) return all({ is: 'no-traffic' });
  const drawn = DRAWS[check.kind](model, check, minute, exposure, random);
  return new Map(
    check.series.map(({ key }) => [key, { is: 'value', value: { events: drawn.get(key) ?? 0, exposure } }]),
  );
}

/** What is recorded for a state or presence signal. */
export function itemsOf(
  model: SignalModel | undefined,
  check: StateCheck | PresenceCheck,
  minute: number,
): Reading<ItemCount> {
  if (model === undefined || isAway(model, check, minute)) return NO_DATA;
  const among = Math.round(model.profile.items * model.size);
  if (among === 0 || inForce(model, 'no-traffic', check, minute).length > 0) return { is: 'no-traffic' };
  const lost = inForce(model, 'lost', check, minute).reduce((sum, { items }) => sum + items, 0);
  return { is: 'value', value: { bad: Math.min(among, model.profile.badItems + lost), among } };
}

/** What is recorded for a gauge. */
export function levelOf(model: SignalModel | undefined, check: GaugeCheck, minute: number): Reading<number> {
  if (model === undefined || isAway(model, check, minute)) return NO_DATA;
  const { level, levelNoise } = model.profile;
  const factor = inForce(model, 'regression', check, minute).reduce((all, fault) => all * fault.factor, 1);
  // Multiplying moves away from zero, dividing towards it: which of the two is worse depends on the side of zero.
  const worse = (check.worse === 'up') === level >= 0 ? level * factor : level / factor;
  const random = model.random(model.cluster, check.signal, minute);
  return { is: 'value', value: worse * (1 + levelNoise * normal(random)) };
}

function exposureOf(model: SignalModel, check: Check, minute: number, random: Random): number {
  const { traffic, trafficNoise } = model.profile;
  // The exposure of events is the minute, however large the cluster is and whatever the hour.
  const scale = check.kind === 'events' ? 1 : model.size * timeOfDay(model, minute);
  const noise = trafficNoise === 0 ? 1 : Math.max(0, 1 + trafficNoise * normal(random));
  const away = faultsOf(model.faults, 'no-traffic', model.cluster, check).map((fault) =>
    shareOfMinute(fault, minute),
  );
  return Math.round(traffic * scale * noise * (1 - Math.max(0, ...away)));
}

function timeOfDay({ diurnal }: SignalModel, minute: number): number {
  if (diurnal === undefined) return 1;
  const hour = (minute / 3_600_000) % 24;
  return 1 + diurnal.amplitude * Math.cos(((hour - diurnal.peakHour) / 24) * 2 * Math.PI);
}

type Draw = (
  model: SignalModel,
  check: CountCheck,
  minute: number,
  exposure: number,
  random: Random,
) => ReadonlyMap<string, number>;

const failedRequests: Draw = (model, check, minute, exposure, random) => {
  const failed = during(model, 'errors', check, minute).map(({ fault, share }) => fault.share * share);
  const share = together([model.profile.share * regression(model, check, minute), ...failed]);
  return new Map(check.series.map(({ key }) => [key, binomial(random, exposure, share)]));
};

const eventsInTime: Draw = (model, check, minute, exposure, random) => {
  const base = model.profile.share * model.size * exposure * regression(model, check, minute);
  const more = during(model, 'events', check, minute).map(({ fault, share }) => fault.perMinute * share);
  return new Map(check.series.map(({ key }) => [key, poisson(random, base + sum(more))]));
};

/** Slower than the first edge are some of all requests, slower than the next some of those: never more than before. */
const slowRequests: Draw = (model, check, minute, exposure, random) => {
  const drawn = new Map<string, number>();
  let left = exposure;
  let shareLeft = 1;
  for (const series of [...check.series].sort((a, b) => (a.edge ?? 0) - (b.edge ?? 0))) {
    const share = Math.min(shareLeft, tailOf(model, check, series, minute));
    left = shareLeft === 0 ? 0 : binomial(random, left, share / shareLeft);
    shareLeft = share;
    drawn.set(series.key, left);
  }
  return drawn;
};

const DRAWS: Readonly<Record<CountCheck['kind'], Draw>> = {
  ratio: failedRequests,
  latency: slowRequests,
  events: eventsInTime,
};

function tailOf(model: SignalModel, check: CountCheck, { edge = 0 }: CountSeries, minute: number): number {
  const base = (model.profile.tails[edge] ?? 0) * regression(model, check, minute);
  const slowed = during(model, 'slow', check, minute)
    .filter(({ fault }) => fault.seconds >= edge)
    .map(({ fault, share }) => fault.share * share);
  return together([base, ...slowed]);
}

function regression(model: SignalModel, check: Check, minute: number): number {
  const hits = during(model, 'regression', check, minute);
  return hits.reduce((all, { fault, share }) => all * (1 + (fault.factor - 1) * share), 1);
}

/** Share of requests hit by at least one of several independent misfortunes. */
function together(shares: readonly number[]): number {
  return 1 - shares.reduce((spared, share) => spared * (1 - Math.min(1, share)), 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Faults with the share of the minute they took; for what is counted over the minute. */
function during<K extends Fault['kind']>(model: SignalModel, kind: K, check: Check, minute: number) {
  return faultsOf(model.faults, kind, model.cluster, check)
    .map((fault) => ({ fault, share: shareOfMinute(fault, minute) }))
    .filter(({ share }) => share > 0);
}

/** Faults at the end of the minute; for what is read at an instant. */
function inForce<K extends Fault['kind']>(model: SignalModel, kind: K, check: Check, minute: number) {
  return faultsOf(model.faults, kind, model.cluster, check).filter((fault) => isInForce(fault, minute));
}

function isAway(model: SignalModel, check: Check, minute: number): boolean {
  return inForce(model, 'exporter-away', check, minute).length > 0;
}
