import type { Run } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { type Freeze, freezesOn } from './freezes.ts';
import type { App, AppMode, Inventory } from './ports.ts';
import type { Place } from './rollout-cluster.ts';
import { frozenOf, rolloutNotes } from './rollout-notes.ts';
import { type RolloutWave, rolloutWave } from './rollout-wave.ts';
import { isOpen } from './run-times.ts';
import { earlierWavesOf } from './turn.ts';
import { newestByCluster, targetsByWave, waveProgress } from './wave-order.ts';

/** Where a rollout stands, what needs a person first. */
export const ROLLOUT_STATUSES = [
  'frozen',
  'halted',
  'stalled',
  'inconclusive',
  'held',
  'open',
  'superseded',
  'complete',
] as const;
export type RolloutStatus = (typeof ROLLOUT_STATUSES)[number];

/** One digest of one app on its way through the waves. Times are epoch milliseconds. */
export interface Rollout {
  readonly app: string;
  readonly digest: string;
  readonly revision: string;
  readonly mode: AppMode;
  /** Why nothing protects it; absent when the gate does. */
  readonly notProtected?: string;
  readonly status: RolloutStatus;
  /** When somebody asked for the digest first. */
  readonly startedAt: number;
  /** When the status began. */
  readonly since: number;
  /** The digest that came after it. */
  readonly supersededBy?: string;
  /** What stands against the rollout as a whole, and what a person should know of it. */
  readonly notes: readonly Reason[];
  readonly waves: readonly RolloutWave[];
}

/** What a rollout is derived from; nothing of it is stored as a rollout. */
export interface RolloutFacts {
  readonly app: App;
  readonly digest: string;
  /** All runs of the digest, the newest first; at least one. */
  readonly runs: readonly [Run, ...Run[]];
  /** The newest run of the app on each cluster, whatever its digest. */
  readonly newest: readonly Run[];
  readonly inventory: Pick<Inventory, 'waves' | 'cluster' | 'waveRules'>;
  /** Those in force now. */
  readonly freezes: readonly Freeze[];
  readonly baseUrl: string;
  readonly now: number;
}

/** Where a digest stands on the app's targets, wave by wave; pure. */
export function rolloutOf(facts: RolloutFacts): Rollout {
  const { app, digest, runs, newest } = facts;
  const startedAt = Math.min(...runs.map(({ askedAt }) => askedAt));
  const lastAsked = Math.max(...runs.map(({ askedAt }) => askedAt));
  const later = newest.find((run) => run.digest !== digest && run.askedAt > lastAsked);
  const waves = wavesOf(facts, startedAt, later !== undefined);
  const isOver = later !== undefined && !runs.some(isOpen);
  const frozen = frozenOf(facts);
  const { status, since } = frozen
    ? { status: 'frozen' as const, since: frozen.since }
    : statusOf(waves, isOver ? later.askedAt : undefined);
  const notProtected = whyNotProtected(app, runs[0]);
  return {
    app: app.name,
    digest,
    revision: runs[0].revision,
    mode: app.mode,
    ...(notProtected !== undefined && { notProtected }),
    status,
    startedAt,
    since: since ?? startedAt,
    ...(status === 'superseded' && later && { supersededBy: later.digest }),
    notes: [...(frozen ? [frozen.why] : []), ...rolloutNotes(facts)],
    waves,
  };
}

/** Rollouts in the order in which a person should read them: what needs one first, the newest first. */
export function inReadingOrder(rollouts: readonly Rollout[]): readonly Rollout[] {
  const rank = ({ status }: Rollout) => ROLLOUT_STATUSES.indexOf(status);
  return rollouts.toSorted((a, b) => rank(a) - rank(b) || b.since - a.since);
}

function wavesOf(
  { app, runs, newest, inventory, freezes, baseUrl, now }: RolloutFacts,
  startedAt: number,
  isOvertaken: boolean,
): readonly RolloutWave[] {
  const byCluster = newestByCluster(runs);
  const argoApps = new Map([...newest, ...runs].map(({ cluster, argoApp }) => [cluster, argoApp]));
  const placeOf = (name: string): Place => {
    const run = byCluster.get(name);
    const argoApp = run?.argoApp ?? argoApps.get(name);
    const wave = inventory.cluster(name)?.wave ?? '';
    const [freeze] = freezesOn(freezes, { app: app.name, cluster: { name, wave } });
    return {
      name,
      ...(run && { run }),
      ...(argoApp !== undefined && { argoApp }),
      ...(freeze && { freeze }),
    };
  };
  const targets = targetsByWave(app, inventory);
  const waves: RolloutWave[] = [];
  for (const { name, clusters } of targets) {
    const before = earlierWavesOf({
      app,
      cluster: { wave: name },
      runs,
      waves: targets,
      rulesOf: inventory.waveRules,
      freezes,
    });
    const unfinished = before.filter((wave) => !waveProgress(wave).isReady);
    waves.push(
      rolloutWave({
        name,
        places: clusters.map(placeOf),
        waitsForWaves: unfinished.map((wave) => wave.name),
        turnSince: Math.max(startedAt, ...waves.flatMap(({ since }) => since ?? [])),
        isOvertaken,
        owners: app.owners,
        baseUrl,
        now,
      }),
    );
  }
  return waves;
}

// An app without targets is held: that nothing is left to wait for must not look like the end.
function statusOf(
  waves: readonly RolloutWave[],
  supersededAt: number | undefined,
): { readonly status: RolloutStatus; readonly since?: number | undefined } {
  const own = waves.filter(({ status }) => status !== 'skipped');
  const current = own.find(({ status }) => status !== 'complete');
  if (own.length > 0 && current === undefined) {
    return { status: 'complete', since: Math.max(...own.flatMap(({ since }) => since ?? [])) };
  }
  if (supersededAt !== undefined) return { status: 'superseded', since: supersededAt };
  const stopped =
    own.find(({ status }) => status === 'halted') ?? own.find(({ status }) => status === 'inconclusive');
  const deciding = stopped ?? current;
  if (deciding === undefined) return { status: 'held' };
  const { status, since } = deciding;
  switch (status) {
    // The first wave without all its go waits for none before it.
    case 'waiting':
    case 'skipped':
    case 'complete':
      return { status: 'open', since };
    default:
      return { status, since };
  }
}

function whyNotProtected({ name, mode }: App, { digest, revision }: Run): string | undefined {
  if (mode === 'observe') return `${name} is in observe mode: every answer is go`;
  if (digest === revision) return 'no digest was given: the Git revision stands in for it';
  return undefined;
}
