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
}

/** Where runs and rollouts stand, as plain data: it may be read in one thread and shown by another. */
export interface Standing {
  readonly halted: readonly { readonly app: string; readonly cluster: string; readonly isHalted: boolean }[];
  readonly stalled: readonly { readonly app: string; readonly rollouts: number }[];
  readonly waves: readonly { readonly app: string; readonly wave: string; readonly status: string }[];
}

/**
 * Reads where runs and rollouts stand: what is derived from the ledger as a whole and changes with time alone. Apps in
 * observe mode wait for nobody and are told by their waves only.
 */
export async function readStanding({ gate, app }: StandingParts): Promise<Standing> {
  const [runs, rollouts] = await Promise.all([gate.runs({ newest: true }), gate.rollouts()]);
  const halted = runs.flatMap(({ app: name, cluster, state }) => {
    const own = app(name);
    if (own?.mode !== 'enforce' || !isTargetOf(own, cluster)) return [];
    return [{ app: name, cluster, isHalted: state === 'halted' }];
  });
  const byApp = [...Map.groupBy(rollouts, (rollout) => rollout.app)];
  const stalled = byApp
    .filter(([name]) => app(name)?.mode === 'enforce')
    .map(([name, own]) => ({
      app: name,
      rollouts: own.filter(({ status }) => status === 'stalled').length,
    }));
  const waves = byApp.flatMap(([name, own]) =>
    (newestOf(own)?.waves ?? []).map(({ name: wave, status }) => ({ app: name, wave, status })),
  );
  return { halted, stalled, waves };
}

/** Replaces what the metrics tell of runs and rollouts, in one go: a scrape sees the old picture or the new one. */
export function showStanding(
  metrics: Pick<Metrics, 'haltedRuns' | 'stalledRollouts' | 'waveStatus'>,
  { halted, stalled, waves }: Standing,
): void {
  metrics.haltedRuns.reset();
  for (const { app, cluster, isHalted } of halted) {
    metrics.haltedRuns.set({ app, [TARGET_CLUSTER]: cluster }, isHalted ? 1 : 0);
  }
  metrics.stalledRollouts.reset();
  for (const { app, rollouts } of stalled) metrics.stalledRollouts.set({ app }, rollouts);
  metrics.waveStatus.reset();
  for (const { app, wave, status } of waves) metrics.waveStatus.set({ app, wave, status }, 1);
}

function newestOf(rollouts: readonly Rollout[]): Rollout | undefined {
  return rollouts.toSorted((a, b) => b.startedAt - a.startedAt)[0];
}
