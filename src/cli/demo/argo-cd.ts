import { UnavailableError } from '../../domain/errors.ts';
import type { Clock } from '../../gate/ports.ts';
import { EXIT_CODES } from '../../hook/exit-codes.ts';
import type { FaultEffect } from '../../simulator/fault.ts';
import { DEMO_APP } from './fleet.ts';
import type { HookOutcome, RunHook, Urgency } from './hook-process.ts';

/** A commit, and what it really does to the clusters that use it. */
export interface Commit {
  readonly revision: string;
  /** The same for commits with the same bill of materials. */
  readonly digest: string;
  readonly fault?: FaultEffect;
}

/** A commit that was applied to a cluster. */
export interface Sync {
  readonly cluster: string;
  readonly digest: string;
  /** Epoch milliseconds of the fleet. */
  readonly at: number;
}

/** A hook process that ended. */
export interface HookRun {
  readonly cluster: string;
  readonly digest: string;
  readonly phase: 'pre-sync' | 'post-sync';
  readonly exitCode: number;
}

/** What it was seen doing so far. */
export interface ArgoCd {
  readonly syncs: readonly Sync[];
  readonly hooks: readonly HookRun[];
  /** Makes a commit the newest; every cluster's Application notices at once. */
  push(commit: Commit): void;
  /** The digest that a cluster has now. */
  digestOn(cluster: string): string | undefined;
  /** Syncs until the signal aborts; rejects when a hook is refused, which nobody expects here. */
  run(aborted: AbortSignal): Promise<void>;
}

/** What it works on. */
export interface ArgoCdParts {
  readonly gateUrl: string;
  readonly clock: Clock;
  /** In the order in which it happens to start them. */
  readonly clusters: readonly string[];
  readonly runHook: RunHook;
  /** Told when a commit's manifests are on a cluster. */
  readonly applied: (cluster: string, commit: Commit, at: number) => void;
}

/** How long applying takes, in fleet time. */
const SYNC_MS = 30_000;

/** Pause until a held or unanswered sync is tried again, in fleet time. */
const RETRY_MS = 300_000;

/**
 * A driver that behaves as Argo CD 3.5 does: it starts every wave at once, runs every hook twice, tries a held sync again
 * with the newest commit, and leaves it to the gate to keep the waves apart.
 */
export function createArgoCd({ gateUrl, clock, clusters, runHook, applied }: ArgoCdParts): ArgoCd {
  const syncs: Sync[] = [];
  const hooks: HookRun[] = [];
  /** The commit that each Application is done with. */
  const done = new Map<string, Commit>();
  let newest: Commit | undefined;
  let noticed = new AbortController();

  const digestOn = (name: string) => syncs.findLast(({ cluster }) => cluster === name)?.digest;
  const apply = (cluster: string, commit: Commit) => {
    const at = clock.now();
    applied(cluster, commit, at);
    syncs.push({ cluster, digest: commit.digest, at });
  };
  const hook = async (phase: HookRun['phase'], cluster: string, commit: Commit, urgency: Urgency) => {
    const outcome = await runHook(hookArguments(phase, cluster, commit, gateUrl), urgency);
    hooks.push({ cluster, digest: commit.digest, phase, exitCode: outcome.exitCode });
    return outcome;
  };

  /** One sync, with all its hooks; false when it was not let through, and is to be tried again. */
  async function sync(cluster: string, commit: Commit, isRetry: boolean, aborted: AbortSignal) {
    const asked = await hook('pre-sync', cluster, commit, isRetry ? 'retry' : 'first');
    const isHeld = asked.exitCode === EXIT_CODES.hold || asked.exitCode === EXIT_CODES['no-answer'];
    if (aborted.aborted || isHeld) return false;
    done.set(cluster, commit);
    if (!isThrough(asked, cluster) || commit.digest === digestOn(cluster)) return true;
    // The second run of a hook overlaps what comes after the first.
    const again = hook('pre-sync', cluster, commit, 'retry');
    await clock.sleep(SYNC_MS, aborted);
    apply(cluster, commit);
    await hook('post-sync', cluster, commit, 'first');
    await Promise.all([again, hook('post-sync', cluster, commit, 'retry')]);
    return true;
  }

  async function reconcile(cluster: string, aborted: AbortSignal): Promise<void> {
    let isRetry = false;
    while (!aborted.aborted) {
      const commit = newest;
      if (commit === undefined || commit === done.get(cluster)) {
        await untilAborted(AbortSignal.any([aborted, noticed.signal]));
        continue;
      }
      isRetry = !(await sync(cluster, commit, isRetry, aborted));
      if (isRetry) await clock.sleep(RETRY_MS, aborted);
    }
  }

  return {
    syncs,
    hooks,
    push(commit) {
      newest = commit;
      noticed.abort();
      noticed = new AbortController();
    },
    digestOn,
    async run(aborted) {
      await Promise.all(clusters.map((cluster) => reconcile(cluster, aborted)));
    },
  };
}

function hookArguments(
  phase: HookRun['phase'],
  cluster: string,
  { revision, digest }: Commit,
  gateUrl: string,
): readonly string[] {
  const how = phase === 'pre-sync' ? ['--on-hold', 'fail'] : ['--mode', 'register'];
  const what = ['--app', DEMO_APP, '--cluster', cluster, '--revision', revision, '--digest', digest];
  return [phase, ...what, '--argo-app', `bom-${cluster}`, '--gate-url', gateUrl, ...how];
}

function isThrough({ exitCode, text }: HookOutcome, cluster: string): boolean {
  if (exitCode === EXIT_CODES.go) return true;
  if (exitCode === EXIT_CODES.halt || exitCode === EXIT_CODES.inconclusive) return false;
  throw new UnavailableError('demo/hook', `a hook on ${cluster} ended with ${exitCode}: ${text}`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
