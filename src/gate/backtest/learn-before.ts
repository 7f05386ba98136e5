import { MINUTE_MS } from '../../domain/reading.ts';
import { learnClass } from '../../judge/learning/learn-class.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { sampled } from '../learning/learn-classes.ts';
import { HISTORY_MINUTES, readHistories } from '../learning/read-history.ts';
import type { BacktestAsked } from './backtest.ts';

/**
 * What the gate would have learned in the night before the span, by class of the judged clusters: from the two days
 * before it, so that no window is judged by what it has taught itself.
 *
 * Rejects with UnavailableError `learning/unreadable` where a store can't tell.
 */
export async function learnBefore(asked: BacktestAsked): Promise<ReadonlyMap<string, LearnedClass>> {
  const { fleet, clusters, sources, checks, alerts, moves, from, now, onProgress } = asked;
  const to = Math.floor(from / MINUTE_MS) * MINUTE_MS;
  const judged = new Set(
    fleet.clusters.filter(({ name }) => clusters.includes(name)).map((one) => one.class),
  );
  const learned = new Map<string, LearnedClass>();
  for (const name of judged) {
    const history = await readHistories(
      sampled(fleet.clusters.filter((one) => one.class === name)),
      sources,
      {
        class: name,
        checks,
        haltingAlerts: alerts.filter(({ halts }) => halts).map((alert) => alert.name),
        moves,
        window: { from: to - (HISTORY_MINUTES - 1) * MINUTE_MS, to },
        now,
      },
    );
    if (history === undefined) continue;
    learned.set(name, learnClass(history, to));
    onProgress(`class ${name} learned from ${history.clusters.length} clusters`);
  }
  return learned;
}
