import type { Check, CountCheck, GaugeCheck } from '../domain/check.ts';

/** How a signal behaves on a healthy cluster of size 1. What does not belong to the signal's kind is not looked at. */
export interface Profile {
  /** Exposure a minute: requests, or 1 for events, whose exposure is the minute itself. */
  readonly traffic: number;
  /** Coefficient of variation of the traffic from minute to minute; 0 is the same number each minute. */
  readonly trafficNoise: number;
  /** Bad events per exposure: a share of requests for ratios, a rate per minute for events. */
  readonly share: number;
  /** Share of requests slower than each edge, by edge in seconds. */
  readonly tails: Readonly<Record<number, number>>;
  readonly items: number;
  readonly badItems: number;
  readonly level: number;
  /** Coefficient of variation of the level from minute to minute. */
  readonly levelNoise: number;
}

/** Share of the limit at which a healthy cluster stands when nothing else is said. */
const SHARE_OF_LIMIT = 0.1;

/** The profile of a check, with defaults by kind under what the author says: far from every limit. */
export function profileOf(check: Check, own: Partial<Profile> = {}): Profile {
  const isCount = check.kind === 'ratio' || check.kind === 'latency' || check.kind === 'events';
  const perTime = check.kind === 'events';
  return {
    traffic: perTime ? 1 : 1200,
    trafficNoise: perTime ? 0 : 0.1,
    share: isCount ? shareBelow(limitOf(check), 0.0002) : 0,
    tails: isCount ? tailsOf(check) : {},
    items: 40,
    badItems: 0,
    level: check.kind === 'gauge' ? healthyLevel(check) : 0,
    levelNoise: 0.02,
    ...own,
  };
}

function limitOf(check: CountCheck): number | undefined {
  return check.series.find(({ limit }) => limit !== undefined)?.limit;
}

function shareBelow(limit: number | undefined, usual: number): number {
  return limit === undefined ? usual : Math.min(usual, limit * SHARE_OF_LIMIT);
}

/** One request in a hundred is slower than the first edge, and four times fewer at twice the time. */
function tailsOf({ series }: CountCheck): Readonly<Record<number, number>> {
  const edges = series.flatMap(({ edge, limit }) => (edge === undefined ? [] : [{ edge, limit }]));
  const first = Math.min(...edges.map(({ edge }) => edge));
  const tails: Record<number, number> = {};
  let atMost = 1;
  for (const { edge, limit } of edges.sort((a, b) => a.edge - b.edge)) {
    atMost = Math.min(atMost, shareBelow(limit, 0.01 * (first / edge) ** 2));
    tails[edge] = atMost;
  }
  return tails;
}

/** Half of a limit above, twice a limit below; mirrored for negative limits, and apart from a limit of 0. */
function healthyLevel({ limit, worse }: GaugeCheck): number {
  if (limit === undefined) return 1;
  if (limit === 0) return worse === 'up' ? 0 : 1;
  return (worse === 'up') === limit > 0 ? limit / 2 : limit * 2;
}
