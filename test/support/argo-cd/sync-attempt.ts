import type { Clock } from '../../../src/gate/ports.ts';
import type { LiveObjects } from './live-objects.ts';
import { type Hook, type HookPhase, keyOf, type Manifest, syncPlan } from './manifest.ts';

/** What a sync has come to. */
export interface Operation {
  phase: 'Running' | 'Succeeded' | 'Failed';
  revision: string;
  readonly startedAt: number;
  finishedAt?: number;
  /** Attempts after the first. */
  retries: number;
  waitsForRetry: boolean;
  /** The phase that it is in. */
  stage: HookPhase;
  /** Hooks that it ran or counted as done. */
  readonly hooksDone: Set<string>;
  readonly aborted: AbortSignal;
}

/** What an attempt works on. */
export interface AttemptParts {
  readonly clock: Clock;
  readonly live: LiveObjects;
  readonly operation: Operation;
  readonly manifests: readonly Manifest[];
  /** Of a partial sync: what is to be applied. Hooks are skipped then. */
  readonly only?: readonly string[];
  readonly prune: boolean;
  /** Hooks of the operation before this one. */
  readonly before: ReadonlySet<string>;
  /** Told when objects were applied or pruned. */
  readonly applied: (changed: readonly Manifest[]) => void;
  /** Resolves when the health of an object may have changed. */
  readonly changed: () => Promise<void>;
}

/** A pass of the controller over an operation. */
const PASS_MS = 1_000;

/** One attempt of a sync: its phases one after the other. @returns whether it succeeded */
export async function attemptSync(parts: AttemptParts): Promise<boolean> {
  const { clock, live, operation, manifests, only } = parts;
  const { hooks, resources } = syncPlan(manifests);
  const own = only === undefined ? hooks : [];
  await clock.sleep(PASS_MS, operation.aborted);
  const before = own.filter(({ phases }) => phases.includes('PreSync'));
  if (isStale(before, parts)) {
    if (operation.retries > 0) {
      // Measured: every second retry finds the failed Job of the one before, deletes it, and asks nobody.
      for (const { manifest } of before) live.deleteHook(manifest);
      return false;
    }
    // Measured: the hook of the last operation counts for this one, so that what is new is applied before it runs.
    for (const { manifest } of before) live.deleteHook(manifest);
    const early = resources.filter((manifest) => !live.has(manifest));
    await clock.sleep(PASS_MS, operation.aborted);
    apply(early, [], parts);
  }
  const isDone =
    (await runHooks('PreSync', own, parts)) &&
    (await syncResources(own, resources, parts)) &&
    (await runHooks('PostSync', own, parts));
  if (!isDone && !operation.aborted.aborted) await runHooks('SyncFail', own, parts);
  const ends = isDone ? 'HookSucceeded' : 'HookFailed';
  for (const { manifest, deletePolicies } of own)
    if (deletePolicies.includes(ends)) live.deleteHook(manifest);
  return isDone;
}

/** Whether all hooks before the sync are still there from the last time, and are to be deleted before they run again. */
function isStale(hooks: readonly Hook[], { live, before, operation }: AttemptParts): boolean {
  return (
    hooks.length > 0 &&
    hooks.every(
      ({ manifest, deletePolicies }) =>
        live.hooks.has(keyOf(manifest)) &&
        deletePolicies.includes('BeforeHookCreation') &&
        (operation.retries > 0 || before.has(keyOf(manifest))),
    )
  );
}

async function runHooks(phase: HookPhase, hooks: readonly Hook[], parts: AttemptParts): Promise<boolean> {
  const { live, operation, clock } = parts;
  operation.stage = phase;
  for (const hook of hooks.filter(({ phases }) => phases.includes(phase))) {
    if (operation.aborted.aborted) return false;
    const { deletePolicies } = hook;
    const manifest = named(hook.manifest, operation);
    const left = live.hooks.get(keyOf(manifest));
    if (left && deletePolicies.includes('BeforeHookCreation')) live.deleteHook(manifest);
    // A hook that is there and not to be deleted is unchanged: its old end counts.
    const job = live.hooks.get(keyOf(manifest))?.job ?? live.createHook(manifest);
    if (job?.health === 'Progressing') await Promise.race([job.ended, aborted(operation.aborted)]);
    operation.hooksDone.add(keyOf(manifest));
    await clock.sleep(PASS_MS, operation.aborted);
    if (operation.aborted.aborted || job?.health === 'Degraded') return false;
  }
  return true;
}

async function syncResources(
  hooks: readonly Hook[],
  resources: readonly Manifest[],
  parts: AttemptParts,
): Promise<boolean> {
  const { operation, only, live, prune, clock } = parts;
  operation.stage = 'Sync';
  const wanted = only === undefined ? resources : resources.filter((one) => only.includes(keyOf(one)));
  apply(wanted, only === undefined && prune ? live.extraneous(resources) : [], parts);
  if (!(await runHooks('Sync', hooks, parts))) return false;
  // Only a phase that comes after it waits for health.
  if (!hooks.some(({ phases }) => phases.includes('PostSync'))) return true;
  while (live.health() === 'Progressing' && !operation.aborted.aborted) {
    await Promise.race([parts.changed(), aborted(operation.aborted)]);
  }
  await clock.sleep(PASS_MS, operation.aborted);
  return live.health() === 'Healthy' && !operation.aborted.aborted;
}

function apply(wanted: readonly Manifest[], unwanted: readonly Manifest[], parts: AttemptParts): void {
  const changed = [...wanted.filter((manifest) => parts.live.apply(manifest)), ...unwanted];
  for (const manifest of unwanted) parts.live.remove(manifest);
  if (changed.length > 0) parts.applied(changed);
}

/** A generated name is made of the revision and the start of the operation: the same in all its attempts. */
function named(manifest: Manifest, { startedAt }: Operation): Manifest {
  const { generateName, ...metadata } = manifest.metadata;
  if (generateName === undefined) return manifest;
  return { ...manifest, metadata: { ...metadata, name: `${generateName}${startedAt}` } };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
