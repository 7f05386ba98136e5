import { TARGET_CLUSTER } from '../domain/target-metrics.ts';
import { isTargetOf } from '../gate/app-targets.ts';
import type { App } from '../gate/ports.ts';
import type { Rollout } from '../gate/rollouts.ts';
import type { Gate } from '../gate/use-cases.ts';
import type { Metrics } from './metrics.ts';

/** What standing metrics are read from. */
export interface StandingParts {
  readonly gate: Pick<Gate, 'runs' | 'rollouts'>;
  /** An app as it is configured now. */
  readonly app: (name: string) => App | undefined;
  readonly metrics: Pick<Metrics, 'haltedRuns' | 'stalledRollouts' | 'waveStatus'>;
}

/**
 * Tells where runs and rollouts stand: what is derived from the ledger as a whole and changes with time alone. Apps in
 * observe mode wait for nobody and are told by their waves only.
 */
export async function refreshStanding({ gate, app, metrics }: StandingParts): Promise<void> {
  const [runs, rollouts] = await Promise.all([gate.runs({ newest: true }), gate.rollouts()]);
  const isEnforced = (name: string) => app(name)?.mode === 'enforce';
  // Nothing is awaited from here on: a scrape sees the old picture or the new one.
  metrics.haltedRuns.reset();
  for (const run of runs) {
    const own = app(run.app);
    if (own?.mode !== 'enforce' || !isTargetOf(own, run.cluster)) continue;
    metrics.haltedRuns.set({ app: run.app, [TARGET_CLUSTER]: run.cluster }, run.state === 'halted' ? 1 : 0);
  }
  metrics.stalledRollouts.reset();
  metrics.waveStatus.reset();
  for (const [name, own] of Map.groupBy(rollouts, (rollout) => rollout.app)) {
    const stalled = own.filter(({ status }) => status === 'stalled').length;
    if (isEnforced(name)) metrics.stalledRollouts.set({ app: name }, stalled);
    for (const { name: wave, status } of newestOf(own)?.waves ?? []) {
      metrics.waveStatus.set({ app: name, wave, status }, 1);
    }
  }
}

function newestOf(rollouts: readonly Rollout[]): Rollout | undefined {
  return rollouts.toSorted((a, b) => b.startedAt - a.startedAt)[0];
}
