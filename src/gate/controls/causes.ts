import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { burstTable, decluster } from '../../judge/statistics/declustering.ts';

/** How many causes so many events of a series in one minute of one cluster come from. */
export type CausesOf = (key: string, events: number) => number;

const tables = new WeakMap<LearnedClass, Map<string, Float64Array | undefined>>();

/** Causes by what was learned of a class; without it, and where events come singly, every event is its own. */
export function causesBy(learned: LearnedClass | undefined): CausesOf {
  if (learned === undefined) return (_, events) => events;
  const known = tables.get(learned) ?? new Map<string, Float64Array | undefined>();
  tables.set(learned, known);
  return (key, events) => {
    if (!known.has(key)) {
      const bursts = learned.counts[key]?.bursts;
      known.set(key, bursts && burstTable(bursts));
    }
    const table = known.get(key);
    return table ? decluster(table, events) : events;
  };
}
