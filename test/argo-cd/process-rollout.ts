import { MINUTE_MS } from '../../src/domain/reading.ts';
import { EXIT_CODES } from '../../src/hook/exit-codes.ts';
import type { ArgoVersion } from '../support/argo-cd/rolling-sync.ts';
import { brokenOrder } from './broken-order.ts';
import { PROCESS_WAVES, ProcessWorld } from './process-world.ts';
import { isSoak, type Pushed } from './rollout-world.ts';

/** What became of a good commit and of a bad one after it, with real processes. */
export interface ProcessReport {
  /** Clusters that have the good commit and its go. */
  readonly arrived: readonly string[];
  /** Clusters that the bad commit came to. */
  readonly harmed: readonly string[];
  /** How the gate decided on the bad commit. */
  readonly decisions: readonly string[];
  /** Syncs of the app on a cluster. */
  readonly syncs: number;
  /** Processes of hooks that ended by themselves, soak Jobs included. */
  readonly hooks: number;
  /** Minutes on the fleet's clock. */
  readonly minutes: number;
  /** What must not happen and did, as sentences. */
  readonly broken: readonly string[];
}

/** Longest time that a good rollout may take: two soaks of half an hour, and room for a busy machine. */
const LONGEST_MS = 90 * MINUTE_MS;

/** After a halt, until it is clear that nobody goes on. */
const AFTER_HALT_MS = 5 * MINUTE_MS;

/** Ends of hooks that nobody expects when all is well. */
const TROUBLE: readonly number[] = [
  EXIT_CODES.usage,
  EXIT_CODES['identity-refused'],
  EXIT_CODES['no-answer'],
  1,
];

/**
 * Rolls out a good commit, and then one that breaks the first wave.
 *
 * @throws Error when the good one does not arrive without a manual sync, or the bad one is not halted
 */
export async function processRollout(version: ArgoVersion): Promise<ProcessReport> {
  await using world = await ProcessWorld.open(version);
  const { argo, pods, clock } = world;
  const startedAt = clock.now();
  const good = world.push('good');
  await world.until('the good commit is everywhere', LONGEST_MS, () => argo.isDone);
  const bad = world.push('bad', { from: 0, fault: { kind: 'errors', share: 0.03 } });
  const isHalt = ({ pod, exitCode }: (typeof pods.ended)[number]) =>
    exitCode === EXIT_CODES.halt && pod.args.includes(`--digest=${bad.digest}`);
  await world.until('a hook is told that the bad commit is halted', LONGEST_MS, () =>
    pods.ended.some(isHalt),
  );
  await clock.sleep(AFTER_HALT_MS);
  const [goodRuns, badRuns] = await Promise.all([world.runs(good), world.runs(bad)]);
  const applied = argo.applied.filter(({ application }) => !isSoak({ name: application }));
  const of = ({ revision }: Pushed) => applied.filter((one) => one.revision === revision);
  const hasGo = (cluster: string) =>
    goodRuns.some((run) => run.cluster === cluster && run.state === 'go') &&
    of(good).some((one) => one.cluster === cluster);
  return {
    arrived: PROCESS_WAVES.flatMap(({ clusters }) => clusters).filter(hasGo),
    harmed: [...new Set(of(bad).map(({ cluster }) => cluster))],
    decisions: badRuns.map(({ cluster, state }) => `${cluster} ${state}`),
    syncs: applied.length,
    hooks: pods.ended.length,
    minutes: Math.round((clock.now() - startedAt) / MINUTE_MS),
    broken: [
      ...brokenOrder(PROCESS_WAVES, of(good), goodRuns),
      ...brokenOrder(PROCESS_WAVES, of(bad), badRuns),
      ...pods.ended
        .filter(({ exitCode }) => TROUBLE.includes(exitCode))
        .map(({ pod, exitCode, output }) => `${pod.job} ended with ${exitCode}: ${output}`),
    ],
  };
}
