import { createWatch } from './watch.ts';

/** Least time between two extra looks at a cluster, in milliseconds. */
const NUDGE_INTERVAL_MS = 1_000;

/** Stands for every cluster; no cluster has an empty name. */
const ALL = '';

/** Clusters that somebody asked to look at before their time. */
export interface Nudges {
  /** Asks for an extra look at these clusters, or at all when empty. */
  add(clusters: readonly string[]): void;
  /** Takes what may be looked at now; undefined when nothing may. */
  take(now: number): 'all' | ReadonlySet<string> | undefined;
  /** How long until something may be looked at; undefined when nobody asked. */
  waitMs(now: number): number | undefined;
  /** Resolves when somebody asks, or at once when the signal aborts. */
  added(signal: AbortSignal): Promise<void>;
}

/**
 * Nudges that allow one extra look a second and cluster, however many come. Each is worth two looks, the second one a
 * second later: Prometheus sends an alert before its own query API shows it as firing.
 */
export function createNudges(): Nudges {
  const watch = createWatch();
  const pending = new Map<string, 'told' | 'again'>();
  const lookedAt = new Map<string, number>();
  const since = (cluster: string) => lookedAt.get(cluster) ?? Number.NEGATIVE_INFINITY;
  const readyAt = (cluster: string) => {
    const looked = cluster === ALL ? [...lookedAt.values()] : [since(cluster), since(ALL)];
    return Math.max(Number.NEGATIVE_INFINITY, ...looked) + NUDGE_INTERVAL_MS;
  };
  return {
    add(clusters) {
      for (const cluster of clusters.length > 0 ? clusters : [ALL]) pending.set(cluster, 'told');
      watch.changed(ALL);
    },
    take(now) {
      const ready = [...pending.keys()].filter((cluster) => readyAt(cluster) <= now);
      for (const [cluster, at] of lookedAt) if (at + NUDGE_INTERVAL_MS <= now) lookedAt.delete(cluster);
      for (const cluster of ready) {
        if (pending.get(cluster) === 'told') pending.set(cluster, 'again');
        else pending.delete(cluster);
        lookedAt.set(cluster, now);
      }
      if (ready.includes(ALL)) return 'all';
      return ready.length > 0 ? new Set(ready) : undefined;
    },
    waitMs(now) {
      if (pending.size === 0) return undefined;
      return Math.max(0, Math.min(...[...pending.keys()].map(readyAt)) - now);
    },
    added: (signal) => watch.next(ALL, signal),
  };
}
