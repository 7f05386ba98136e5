import { setTimeout as wait } from 'node:timers/promises';
import type { Check, CheckedAlert } from '../../domain/check.ts';
import { UnavailableError } from '../../domain/errors.ts';
import type { Clock } from '../../gate/ports.ts';
import type { Fleet } from '../../simulator/fleet.ts';
import type { ArgoCd, Commit } from './argo-cd.ts';
import type { DemoGate, ToldRun } from './ask-demo-gate.ts';
import type { WorldFault } from './world.ts';

/** What the scenes are played on. */
export interface Stage {
  readonly gate: DemoGate;
  readonly argo: ArgoCd;
  readonly clock: Clock;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  /** Prints a line with the fleet's time before it. */
  readonly tell: (text: string) => void;
  /** Prints lines that belong to the one before. */
  readonly add: (...lines: readonly string[]) => void;
  /** The simulated fleet as it is now, for what no gate is asked: the future of an alert, the traffic of production. */
  readonly fleet: () => Fleet;
  readonly inject: (fault: WorldFault) => void;
  /** Ends the gate's process with SIGKILL, and starts another on the same ledger. */
  readonly killGate: () => Promise<void>;
}

/** Something that the story says, and whether it was so. */
export interface Claim {
  readonly text: string;
  readonly holds: boolean;
}

/** What a scene came to. */
export interface SceneResult {
  readonly claims: readonly Claim[];
  /** Numbers for `--json`. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** One part of the story. */
export interface Scene {
  readonly name: string;
  readonly title: string;
  play(stage: Stage): Promise<SceneResult>;
}

/** Commits of the story, and the state before it. */
export const COMMITS = {
  harmless: { revision: '4f1c2ab', digest: 'sha256:4f1c2ab06d3e' },
  badDns: {
    revision: '9d07e31',
    digest: 'sha256:9d07e3105b7c',
    fault: { kind: 'slow', share: 0.02, seconds: 2 },
  },
  revert: { revision: 'c31b0fa', digest: 'sha256:4f1c2ab06d3e' },
  fixed: { revision: 'e8a6d50', digest: 'sha256:e8a6d50f1294' },
} as const satisfies Record<string, Commit>;

/** Pause between two questions about the runs, real time: people can't read faster. */
const PAUSE_MS = 250;

/** Longest that a scene waits for something, in fleet time: far beyond every policy of the demo. */
const PATIENCE_MS = 4 * 3_600_000;

/**
 * Asks for the runs of a digest until they are as wanted, and returns them.
 *
 * @throws UnavailableError `demo/too-long`
 */
export async function untilRuns(
  { gate, clock }: Pick<Stage, 'gate' | 'clock'>,
  { digest }: Commit,
  isReached: (runs: readonly ToldRun[]) => boolean,
): Promise<readonly ToldRun[]> {
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    const runs = await gate.runs(digest);
    if (isReached(runs)) return runs;
    if (clock.now() > until) {
      const states = runs.map(({ cluster, state }) => `${cluster} ${state}`).join(', ');
      throw new UnavailableError(
        'demo/too-long',
        `four hours of the fleet went by, and the story did not go on: ${states}`,
      );
    }
    await wait(PAUSE_MS);
  }
}

/** Runs of these clusters that soak since at least so long, when there is one. */
export async function untilSoaking(
  stage: Pick<Stage, 'gate' | 'clock'>,
  commit: Commit,
  clusters: readonly string[],
  sinceMs: number,
): Promise<readonly ToldRun[]> {
  const soaking = (runs: readonly ToldRun[]) =>
    runs.filter(({ cluster, state }) => clusters.includes(cluster) && state === 'soaking');
  const isLong = ({ settledAt }: ToldRun) => stage.clock.now() - Date.parse(settledAt ?? '') >= sinceMs;
  return soaking(await untilRuns(stage, commit, (runs) => soaking(runs).some(isLong)));
}

/** Whether all these clusters are in a state. */
export function areAll(
  runs: readonly ToldRun[],
  clusters: readonly string[],
  ...states: readonly string[]
): boolean {
  return clusters.every((name) => states.includes(runs.find(({ cluster }) => cluster === name)?.state ?? ''));
}
