import type { Check } from '../../domain/check.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import type { Cluster } from '../../domain/run.ts';
import type { ControlMinute } from '../../judge/controls.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { causesOf } from '../../judge/streams-before.ts';
import { minutesOf } from '../../sources/minutes.ts';
import type { MinuteWindow } from '../../sources/signal-source.ts';
import { candidatesFor, pickControls } from '../controls/choose-controls.ts';
import { usualBadOf } from '../controls/control-days.ts';
import { MOST_CANDIDATES, NEWEST_MINUTES } from '../controls/open-controls.ts';
import { poolMinute } from '../controls/pool-controls.ts';
import { REST_MS } from '../controls/standstill.ts';
import type { Span } from '../learning/moves.ts';
import { baselineWindow } from '../opening.ts';
import { cleanReadingsOf, firingAt, type Tape } from './tape.ts';

/** The fleet as it is compared. */
export interface ComparedFleet {
  readonly waves: readonly string[];
  readonly clusters: readonly Cluster[];
}

/** When clusters were being changed, by name. */
export type Moves = ReadonlyMap<string, readonly Span[]>;

/** Controls of a past sync, and what they did. */
export interface PastControls {
  readonly clusters: readonly string[];
  /** What they did in a minute, pooled. */
  minute(end: number): ControlMinute;
}

/** For which sync controls are sought. */
export interface PastAsked {
  readonly cluster: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly until: number;
  readonly covered: readonly Check[];
}

/** Finds the controls of past syncs among tapes; what is pooled of the same controls is pooled once. */
export function createPastControls(
  { waves, clusters: fleet }: ComparedFleet,
  tapes: ReadonlyMap<string, Tape>,
  moves: Moves,
  learnedOf: (cluster: string) => LearnedClass | undefined,
): (asked: PastAsked) => PastControls | undefined {
  const readings = cleanReadingsOf(tapes);
  let latest = { key: '', pool: new Map<number, ControlMinute>() };
  return ({ cluster, at, until, covered }) => {
    const own = fleet.find(({ name }) => name === cluster);
    if (own === undefined) return undefined;
    const before = baselineWindow(Math.floor(at / MINUTE_MS) * MINUTE_MS);
    const still = candidatesFor({ cluster: own, waves, fleet, changing: new Set() })
      .filter(({ name }) => tapes.has(name) && !touches(moves.get(name) ?? [], at - REST_MS, until))
      .slice(0, MOST_CANDIDATES);
    const clusters = pickControls(still.map(({ name }) => seen(name, before))).toSorted();
    if (clusters.length === 0) return undefined;
    const usualBad = usualBadOf(covered, clusters, before, readings);
    const key = JSON.stringify([clusters, usualBad, covered.map(({ signal }) => signal)]);
    if (latest.key !== key) latest = { key, pool: new Map() };
    const { pool } = latest;
    const counts = learnedOf(cluster)?.counts ?? {};
    const causes = (series: string, events: number) => {
      const known = counts[series];
      return known ? causesOf(known, events) : events;
    };
    const pooling = { clusters, usualBad, checks: covered, causesOf: causes };
    return {
      clusters,
      minute(end) {
        const pooled = pool.get(end) ?? poolMinute(readings, end, pooling);
        pool.set(end, pooled);
        return pooled;
      },
    };
    function seen(name: string, { to }: MinuteWindow) {
      const newest = minutesOf({ from: to - (NEWEST_MINUTES - 1) * MINUTE_MS, to });
      const hasTraffic = covered.some(
        (check) =>
          'series' in check &&
          check.kind !== 'events' &&
          check.series.some(({ key }) => newest.some((minute) => readings.count(name, key, minute))),
      );
      const tape = tapes.get(name);
      return { name, hasTraffic, isAlerting: tape !== undefined && firingAt(tape, to).length > 0 };
    }
  };
}

/** Whether a cluster was being changed at any time between two moments. */
export function touches(spans: readonly Span[], from: number, to: number): boolean {
  return spans.some((span) => span.from < to && (span.to ?? Number.POSITIVE_INFINITY) > from);
}
