import { MINUTE_MS } from '../../src/domain/reading.ts';
import type { ClusterHistory } from '../../src/judge/learning/class-history.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';
import type { LearnedClass } from '../../src/judge/learning/learned-class.ts';
import { SYNC } from './class-minutes.ts';
import { PAST_MINUTES, type Row } from './streams/count-fleet.ts';

/** What the gate learns in the night before: from two quiet days of every cluster of the class. */
export function learnPast(
  counts: ReadonlyMap<string, readonly Row[]>,
  gauges: ReadonlyMap<string, readonly Float64Array[]>,
): LearnedClass {
  const size = [...counts.values(), ...gauges.values()][0]?.length ?? 0;
  const clusters = Array.from(
    { length: size },
    (_, at): ClusterHistory => ({
      cluster: `cluster-${at}`,
      unfit: new Uint8Array(PAST_MINUTES),
      counts: new Map([...counts].flatMap(([key, rows]) => (rows[at] ? [[key, rows[at]] as const] : []))),
      gauges: new Map([...gauges].flatMap(([key, rows]) => (rows[at] ? [[key, rows[at]] as const] : []))),
    }),
  );
  const worse = new Map([...gauges.keys()].map((key) => [key, 'up' as const]));
  const first = SYNC - (PAST_MINUTES - 1) * MINUTE_MS;
  return learnClass({ class: 'bench', first, minutes: PAST_MINUTES, clusters, worse }, SYNC);
}
