import { MINUTE_MS } from '../domain/reading.ts';
import { BASELINE_MINUTES } from '../judge/baseline.ts';
import type { WaveEvidence } from '../judge/wave-evidence.ts';
import type { FactsByCluster, MinuteWindow, Observation, SignalSource } from '../sources/signal-source.ts';
import { ARRIVAL_FACTS } from './arrival.ts';
import { type ControlsSeen, seeControls, stillControls } from './controls/watch-controls.ts';
import type { GateParts } from './gate-parts.ts';
import { messageOf, noSource } from './observing.ts';
import { coveredChecks, type OpeningFacts } from './opening.ts';
import type { LedgerRun } from './ports.ts';
import { isWatched } from './run-times.ts';
import { type Sight, seeCluster, unseen } from './sight.ts';

/** A run that a look is about, and what of it is stored already. */
export interface Watched {
  readonly run: LedgerRun;
  /** The last minute that is stored; undefined while the run has no opening. */
  readonly lastMinute?: number;
  /** What is fixed of it; undefined while it has no opening. */
  readonly opening?: OpeningFacts;
  /** Its controls, as far as they still stand still. */
  readonly controls: readonly string[];
}

/** A run that is judged at a look; the others only wait for their source. */
export function isJudged(run: LedgerRun): boolean {
  return isWatched(run) || run.state === 'go';
}

/** What a look needs to know of a run before it asks its source. */
export async function watchedOf(
  { cache, moves }: GateParts,
  run: LedgerRun,
  { newest, now }: { readonly newest: number; readonly now: number },
): Promise<Watched> {
  if (!isJudged(run)) return { run, lastMinute: newest - MINUTE_MS, controls: [] };
  const [lastMinute, opening] = await Promise.all([cache.lastMinute(run.id), cache.opening(run, now)]);
  return {
    run,
    ...(lastMinute !== undefined && { lastMinute }),
    ...(opening && { opening }),
    controls: opening ? stillControls(opening, moves) : [],
  };
}

/** What a group of runs was seen with: an observation, or why there is none. */
export interface Seeing {
  readonly window: MinuteWindow;
  readonly now: number;
  readonly observation?: Observation;
  /** Of the clusters on which a change settles. */
  readonly facts?: FactsByCluster;
  readonly controls?: ControlsSeen;
  readonly failure?: string;
}

/** Asks a source once for all the clusters of a group; what it does not answer is said, never thrown. */
export async function observeGroup(
  { log, checks }: GateParts,
  source: SignalSource | undefined,
  group: readonly Watched[],
  { newest, now }: { readonly newest: number; readonly now: number },
): Promise<Seeing> {
  const oldest = Math.min(...group.map(({ lastMinute = newest }) => lastMinute));
  const dayAgo = newest - BASELINE_MINUTES * MINUTE_MS;
  const window = { from: Math.max(oldest, dayAgo) + MINUTE_MS, to: newest };
  if (source === undefined) return { window, now };
  try {
    const clusters = [...new Set([...clustersOf(group), ...group.flatMap(({ controls }) => controls)])];
    const settling = clustersOf(group.filter(({ run }) => run.state === 'settling'));
    const [observation, facts] = await Promise.all([
      source.observe(clusters, window, now),
      settling.length === 0 ? undefined : source.facts(settling, ARRIVAL_FACTS, now),
    ]);
    return { window, now, observation, controls: seeControls(observation, checks), ...(facts && { facts }) };
  } catch (err) {
    log.error({ err, source: source.name }, 'a source failed instead of answering');
    return { window, now, failure: `source ${source.name} failed: ${messageOf(err)}` };
  }
}

function clustersOf(group: readonly Watched[]): readonly string[] {
  return [...new Set(group.map(({ run }) => run.cluster))];
}

/** What one run of a group is seen with. */
export async function sightOf(
  { checks, learned }: GateParts,
  { run: { cluster }, opening, controls }: Watched,
  seeing: Seeing & { readonly wave: WaveEvidence | undefined },
): Promise<Sight> {
  const { observation, window, failure } = seeing;
  if (observation === undefined) return unseen(window, failure ?? noSource(cluster));
  const own = seeCluster(observation, cluster, opening ? coveredChecks(checks, opening.covered) : checks);
  const pooled = seeing.wave && { wave: seeing.wave };
  if (opening?.controls === undefined || seeing.controls === undefined) return { ...own, ...pooled };
  const known = opening.learned && (await learned.at(opening.learned));
  return { ...own, ...pooled, ...seeing.controls.of(opening, controls, known) };
}
