import { createHash } from 'node:crypto';
import { MINUTE_MS } from '../../domain/reading.ts';
import type { Cluster } from '../../domain/run.ts';
import type { ClassHistory } from '../../judge/learning/class-history.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { finalMinute } from '../../sources/minutes.ts';
import { lotOf } from '../controls/choose-controls.ts';
import type { GateOptions } from '../gate-parts.ts';
import type { Inventory } from '../ports.ts';
import type { LearnedClasses } from './learned-classes.ts';
import { movesOf } from './moves.ts';
import { HISTORY_MINUTES, readHistories } from './read-history.ts';

/** Learns apart from the main loop; rejects when it is aborted. */
export type Learn = (history: ClassHistory, now: number, aborted: AbortSignal) => Promise<LearnedClass>;

/** What learning counts. */
export interface LearningMetrics {
  /** When what is known of a class was learned, epoch milliseconds; told again and again. */
  learned(className: string, learnedAt: number): void;
  /** A class could not be learned; what was learned before stays. */
  failed(className: string): void;
}

/** What is learned with. */
export interface LearningParts
  extends Pick<GateOptions, 'store' | 'clock' | 'sources' | 'checks' | 'alerts' | 'log'> {
  readonly inventory: Pick<Inventory, 'clusters'>;
  readonly metrics: LearningMetrics;
  readonly learn: Learn;
  readonly learned: LearnedClasses;
}

/** Clusters of a class that are learned from: each gives two days of windows, and their readings are in memory at once. */
const MOST_CLUSTERS = 24;

const DAY_MS = 86_400_000;

/** After a failure, and before clusters that came or went are learned of. */
const PAUSE_MS = 600_000;

/**
 * Brings up to date what is known of the classes, one after the other: learned anew once a day, and when the class's
 * clusters changed. What fails is logged and counted, and what was learned before stays.
 *
 * @returns a function to be called again and again; it remembers what failed lately
 */
export function createLearning(parts: LearningParts): (aborted: AbortSignal) => Promise<void> {
  const tried = new Map<string, number>();
  return async (aborted) => {
    const { learned, clock, metrics, log, inventory } = parts;
    await learned.load();
    const classes = Map.groupBy(inventory.clusters, (cluster) => cluster.class);
    for (const [name, clusters] of classes) {
      if (aborted.aborted) return;
      const now = clock.now();
      if (isDue(parts, name, clusters, now) && now - (tried.get(name) ?? -Infinity) >= PAUSE_MS) {
        tried.set(name, now);
        try {
          await learnClassOf(parts, name, clusters, aborted);
        } catch (err) {
          if (aborted.aborted) return;
          metrics.failed(name);
          log.error({ err, class: name }, 'a class could not be learned; what was learned before stays');
        }
      }
      const newest = learned.newest(name)?.learned;
      if (newest) metrics.learned(name, newest.learnedAt);
    }
  };
}

function isDue({ learned }: LearningParts, name: string, clusters: readonly Cluster[], now: number): boolean {
  const newest = learned.newest(name);
  if (newest === undefined) return true;
  return now - newest.learned.learnedAt >= DAY_MS || newest.fleet !== fleetKey(clusters);
}

async function learnClassOf(
  parts: LearningParts,
  name: string,
  clusters: readonly Cluster[],
  aborted: AbortSignal,
): Promise<void> {
  const { clock, learned, learn, log } = parts;
  const now = clock.now();
  const history = await readClass(parts, name, sampled(clusters));
  if (history === undefined) {
    log.warn({ class: name }, 'nothing is learned of a class without a metric source');
    return;
  }
  const found = await learn(history, now, aborted);
  await learned.save(found, fleetKey(clusters));
  log.info({ class: name, clusters: found.clusters, from: found.from, to: found.to }, 'a class was learned');
}

/** The last two days of the clusters, from whatever sources they are read; undefined when none has one. */
async function readClass(
  { sources, store, clock, checks, alerts }: LearningParts,
  name: string,
  clusters: readonly string[],
): Promise<ClassHistory | undefined> {
  const now = clock.now();
  const delays = clusters.map((cluster) => sources(cluster)?.settleDelayMs ?? 0);
  const to = finalMinute(now, Math.max(0, ...delays));
  return readHistories(clusters, sources, {
    class: name,
    checks,
    haltingAlerts: alerts.filter(({ halts }) => halts).map((alert) => alert.name),
    moves: await movesOf(store, clusters),
    window: { from: to - (HISTORY_MINUTES - 1) * MINUTE_MS, to },
    now,
  });
}

/** Names of the clusters that are learned from: all of a small class, always the same ones of a large one. */
export function sampled(clusters: readonly Cluster[]): readonly string[] {
  const lots = clusters.map(({ name }) => ({ name, lot: lotOf(name) }));
  const drawn = lots.sort((a, b) => (a.lot < b.lot ? -1 : 1)).slice(0, MOST_CLUSTERS);
  return drawn.map(({ name }) => name).sort();
}

/** The same for the same clusters of a class, in whatever order. */
export function fleetKey(clusters: readonly Cluster[]): string {
  const names = clusters.map(({ name, source }) => `${name} ${source}`).sort();
  return createHash('sha256').update(JSON.stringify(names)).digest('hex').slice(0, 16);
}
