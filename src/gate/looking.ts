import { setImmediate as breathe } from 'node:timers/promises';
import type { Facts } from '../domain/fact.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { isOwn, SHARDS } from '../domain/shards.ts';
import type { WaveEvidence } from '../judge/wave-evidence.ts';
import { finalMinute } from '../sources/minutes.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import { abandon } from './abandoning.ts';
import { watchedAfterGo } from './after-go.ts';
import type { GateParts } from './gate-parts.ts';
import { inTurn } from './in-turn.ts';
import { isStale } from './ledger.ts';
import { type LookWrite, lookAtRun, resume } from './look-at-run.ts';
import type { LedgerRun } from './ports.ts';
import { isWatched } from './run-times.ts';
import { isJudged, observeGroup, type Seeing, sightOf, type Watched, watchedOf } from './seeing.ts';
import { poolWaves } from './wave-pooling.ts';

/** Does a batch of a look when no other is under way. */
type Batch = (work: () => Promise<void>) => Promise<void>;

/** Runs that wait for more minutes than this are asked for apart, so that one straggler doesn't widen everybody's window. */
const STRAGGLER_MINUTES = 15;

/** Runs that are seen together: of ten thousand at once, what the store says would fill the memory before one is judged. */
const RUNS_SEEN_AT_ONCE = 1_000;

/** Runs that share a write to the disk. */
const RUNS_A_WRITE = 500;

/** Runs that are judged in one go; asks are answered between two of them. */
const RUNS_AT_ONCE = 16;

/**
 * One look: every watched run, every go of a rollout that is not complete, and every run that ended blind and could go
 * on, is seen, judged and written; what left the configuration is abandoned.
 * A source is asked once for all its clusters. What fails for one run is logged and touches no other.
 *
 * @param clusters only runs on these, all when absent
 * @param between  is waited for after every write of many: nothing is half done then, and other looks have their turn
 */
export async function look(
  parts: GateParts,
  clusters?: ReadonlySet<string>,
  between?: () => Promise<void>,
): Promise<void> {
  const { store, clock, metrics } = parts;
  const startedAt = clock.now();
  const [own, open, ended] = await Promise.all([
    // Who is told of an alert looks at once, whoever's cluster it is: of two that write, the ledger refuses one.
    clusters === undefined ? store.claimShards() : ('all' as const),
    store.runs({ open: true }),
    store.runs({ state: 'inconclusive', reason: 'run/max-blind', newest: true }),
  ]);
  await parts.moves.refresh(open);
  const here = await withoutAbandoned(parts, open, startedAt);
  const going = await watchedAfterGo(parts, here, startedAt);
  const watched = [...here.filter(isWatched), ...ended, ...going];
  const chosen = watched.filter(({ cluster }) => isOwn(own, cluster) && (clusters?.has(cluster) ?? true));
  // The others are over, or another replica goes on with them: what is held here would be old when they come back.
  if (clusters === undefined) parts.cache.keepOnly(new Set(chosen.map(({ id }) => id)));
  const waves = await poolWaves(parts, here.filter(isWatched), startedAt);
  const groups = [...bySource(parts, chosen)];
  // One batch at a time, whatever the source: between two of them nothing is half done.
  const batch = inTurn(async (work: () => Promise<void>) => {
    await work();
    await between?.();
  });
  const results = await Promise.all(
    groups.map(([source, runs]) => lookThrough(parts, source, runs, { now: startedAt, batch, waves })),
  );
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  if (clusters === undefined) {
    metrics.held(own === 'all' ? SHARDS : own.size);
    reportBlindness(parts, results);
  }
  metrics.looked({ durationMs: clock.now() - startedAt, runs: chosen.length, failed });
}

async function withoutAbandoned(
  parts: GateParts,
  open: readonly LedgerRun[],
  now: number,
): Promise<readonly LedgerRun[]> {
  const left = new Set<string>();
  for (const run of open) {
    try {
      if (await abandon(parts, run, now)) left.add(run.id);
    } catch (err) {
      // A person or another replica was faster; the next look sees what they left.
      if (!isStale(err)) throw err;
    }
  }
  return left.size === 0 ? open : open.filter(({ id }) => !left.has(id));
}

/** How a look at the runs of one source went. */
interface SourceResult {
  readonly source: string | undefined;
  readonly failed: number;
  /** Open runs that could not be seen. */
  readonly blind: number;
}

// A source without open runs is asked no more: what was last said of it would stand for ever.
function reportBlindness({ metrics, blindSources }: GateParts, results: readonly SourceResult[]): void {
  const named = results.flatMap(({ source, blind }) =>
    source === undefined ? [] : [[source, blind] as const],
  );
  const now = new Map([...[...blindSources].map((source) => [source, 0] as const), ...named]);
  for (const [source, blind] of now) {
    metrics.blind(source, blind);
    if (blind > 0) blindSources.add(source);
    else blindSources.delete(source);
  }
}

function bySource(
  { sources }: GateParts,
  runs: readonly LedgerRun[],
): ReadonlyMap<SignalSource | undefined, readonly LedgerRun[]> {
  const groups = new Map<SignalSource | undefined, LedgerRun[]>();
  for (const run of runs) {
    const source = sources(run.cluster);
    const group = groups.get(source);
    if (group) group.push(run);
    else groups.set(source, [run]);
  }
  return groups;
}

/** What is common to a look at the runs of all sources. */
interface LookSetting {
  readonly now: number;
  readonly batch: Batch;
  /** What the runs of a wave show together, by run. */
  readonly waves: ReadonlyMap<string, WaveEvidence>;
}

async function lookThrough(
  parts: GateParts,
  source: SignalSource | undefined,
  runs: readonly LedgerRun[],
  { now, batch: inBatch, waves }: LookSetting,
): Promise<SourceResult> {
  const newest = finalMinute(now, source?.settleDelayMs ?? 0);
  const watched: Watched[] = [];
  for (const slice of slices(runs, RUNS_AT_ONCE)) {
    watched.push(...(await Promise.all(slice.map((run) => watchedOf(parts, run, { newest, now })))));
  }
  const isStraggler = ({ lastMinute = newest }: Watched) =>
    newest - lastMinute > STRAGGLER_MINUTES * MINUTE_MS;
  const groups = [watched.filter((one) => !isStraggler(one)), watched.filter(isStraggler)].flatMap((all) =>
    slices(all, RUNS_SEEN_AT_ONCE),
  );
  const see = (group: readonly Watched[]) => observeGroup(parts, source, group, { newest, now });
  let failed = 0;
  let blind = 0;
  const attempt = async <T>({ run }: Watched, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (err) {
      parts.cache.drop(run.id);
      // A person or another replica was faster; the next look sees what they left.
      if (isStale(err)) return undefined;
      failed += 1;
      parts.log.error({ err, runId: run.id, cluster: run.cluster }, 'a look at a run failed');
      return undefined;
    }
  };
  const judge = async (some: readonly Watched[], seeing: Seeing) => {
    const writes: (() => Promise<unknown>)[] = [];
    for (const slice of slices(some, RUNS_AT_ONCE)) {
      await Promise.all(
        slice.map(async (one) => {
          const seen = await attempt(one, () =>
            lookAt(parts, one, { ...seeing, wave: waves.get(one.run.id) }),
          );
          if (seen?.isBlind) blind += 1;
          const write = seen?.write;
          if (write) writes.push(() => attempt(one, write));
        }),
      );
      await breathe();
    }
    await Promise.all(writes.map((write) => write()));
  };
  let next = groups[0] && see(groups[0]);
  for (const [at, group] of groups.entries()) {
    const seeing = (await next) as Seeing;
    // The store answers for the next ones while these are judged.
    const following = groups[at + 1];
    next = following && see(following);
    for (const some of slices(group, RUNS_A_WRITE)) await inBatch(() => judge(some, seeing));
  }
  return { source: source?.name, failed, blind };
}

const NO_FACTS: Facts = new Map();

/** One run after it was looked at. */
interface Seen {
  /** Whether it is open and could not be seen. */
  readonly isBlind: boolean;
  readonly write?: LookWrite | undefined;
}

async function lookAt(
  parts: GateParts,
  watched: Watched,
  seeing: Seeing & { readonly wave: WaveEvidence | undefined },
): Promise<Seen> {
  const { run, lastMinute } = watched;
  const sight = await sightOf(parts, watched, seeing);
  if (isJudged(run)) {
    const facts = seeing.facts?.get(run.cluster) ?? NO_FACTS;
    const write = await lookAtRun(parts, { run, lastMinute, sight, facts, now: seeing.now });
    return { isBlind: isWatched(run) && sight.blind !== undefined, write };
  }
  return { isBlind: false, write: sight.blind ? undefined : await resume(parts, run, seeing.now) };
}

function slices<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}
