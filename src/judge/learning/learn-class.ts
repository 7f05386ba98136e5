import { MINUTE_MS } from '../../domain/reading.ts';
import type { ClassHistory } from './class-history.ts';
import { learnCounts } from './learn-counts.ts';
import { learnGauge } from './learn-gauge.ts';
import type { LearnedClass } from './learned-class.ts';
import { sampleClusters, seededOrder } from './seeded-order.ts';

/**
 * Learns what a class's clusters do while nothing is changed: how their counts cluster and wander, and how high every
 * test scores in quiet hours. The order in which clusters arrive doesn't matter; of a huge class a fixed sample is taken.
 *
 * It takes seconds for fifty clusters; run it off the main thread.
 *
 * @param now epoch milliseconds
 */
export function learnClass(history: ClassHistory, now: number): LearnedClass {
  const byName = new Map(history.clusters.map((cluster) => [cluster.cluster, cluster]));
  const clusters = seededOrder(sampleClusters([...byName.keys()]), 'ring')
    .map((name) => byName.get(name))
    .filter((cluster) => cluster !== undefined);
  const keys = [...new Set(clusters.flatMap(({ counts }) => [...counts.keys()]))].sort();
  return {
    class: history.class,
    learnedAt: now,
    from: history.first,
    to: history.first + Math.max(0, history.minutes - 1) * MINUTE_MS,
    clusters: clusters.length,
    counts: learned(keys, (key) => learnCounts(key, clusters)),
    gauges: learned([...history.worse.keys()].sort(), (signal) =>
      learnGauge(signal, history.worse.get(signal) ?? 'either', clusters),
    ),
  };
}

function learned<T>(
  keys: readonly string[],
  learn: (key: string) => T | undefined,
): Readonly<Record<string, T>> {
  const entries = keys.map((key) => [key, learn(key)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== undefined));
}
