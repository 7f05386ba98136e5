import { acknowledge } from './acknowledging.ts';
import { adopt } from './adopting.ts';
import { ask, askAndWait } from './asking.ts';
import { awaitVerdict } from './awaiting.ts';
import { createControlDays } from './controls/control-days.ts';
import { createFleetMoves } from './controls/fleet-moves.ts';
import { reportDeployed } from './deployed.ts';
import { evidenceOf } from './evidence-of.ts';
import { evidenceOverTime } from './evidence-over-time.ts';
import { freeze, freezes, thaw } from './freezing.ts';
import type { GateOptions, GateParts, RecentHold } from './gate-parts.ts';
import { inTurn } from './in-turn.ts';
import { createLearnedClasses } from './learning/learned-classes.ts';
import { summaryOf } from './learning/learned-summary.ts';
import { createLedger } from './ledger.ts';
import { findRollout, listRollouts } from './list-rollouts.ts';
import { loopLooks } from './look-loop.ts';
import { look } from './looking.ts';
import { createNudges } from './nudges.ts';
import { override, retry, runOf } from './persons-word.ts';
import { clusterStanding } from './preflight/cluster-standing.ts';
import { reportProbe } from './probes.ts';
import { createReadingsCache } from './run-readings.ts';
import type { Gate } from './use-cases.ts';
import { createWatch } from './watch.ts';

/** Entries that "what changed" answers with at most. */
const MAX_CHANGES = 500;

/** The gate over its ports. It keeps nothing that the store does not: thrown away and made again, it goes on. */
export function createGate(options: GateOptions): Gate {
  const { store, clock, log, metrics, aroundLook = (work) => work() } = options;
  const { learned = createLearnedClasses(store), watch = createWatch() } = options;
  const cache = createReadingsCache(store, { ...options, learned });
  const holds = new Map<string, RecentHold>();
  const ledger = createLedger({ store, watch, cache, holds, log, metrics });
  const parts: GateParts = {
    ...options,
    ledger,
    watch,
    cache,
    holds,
    learned,
    moves: createFleetMoves({ store, clock }),
    controlDays: createControlDays(options.checks),
    blindSources: new Set(),
  };
  const nudges = createNudges();
  const { nudge = nudges.add } = options;
  const lookNow = (clusters?: ReadonlySet<string>, between?: () => Promise<void>) =>
    aroundLook(() => look(parts, clusters, between));
  // Two looks at once would judge minutes that the other has not stored yet.
  const lookInTurn = inTurn(lookNow);
  return {
    ask: (question, caller) => ask(parts, question, caller),
    askAndWait: (question, caller, waitMs, aborted) =>
      askAndWait(parts, question, caller, { waitMs, aborted }),
    awaitVerdict: (change, waitMs, aborted) => awaitVerdict(parts, change, { waitMs, aborted }),
    run: (id) => runOf(store, id),
    runs: (filter) => store.runs(filter),
    evidence: (id) => evidenceOf(parts, id),
    evidenceOverTime: (id) => evidenceOverTime(parts, id),
    standing: (cluster) => clusterStanding(parts, cluster),
    override: (id, verdict, word) => override(parts, id, verdict, word),
    reportProbe: (id, name, report, caller) => reportProbe(parts, id, { name, report }, caller),
    retry: (id, word) => retry(parts, id, word),
    acknowledge: (id, word) => acknowledge(parts, id, word),
    freeze: (order, word) => freeze(parts, order, word),
    thaw: (id, word) => thaw(parts, id, word),
    freezes: () => freezes(parts),
    adopt: (places, word) => adopt(parts, places, word),
    deployed: (seen, caller) => reportDeployed(parts, seen, caller),
    rollouts: (app) => listRollouts(parts, app),
    rollout: (app, digest) => findRollout(parts, app, digest),
    audit: (after, limit) => store.audit(after, limit),
    auditHead: () => store.auditHead(),
    record: ({ kind, actor, data }) => ledger.note({ at: clock.now(), kind, actor, data }),
    nudge(clusters) {
      const known = clusters.filter((name) => options.inventory.cluster(name) !== undefined);
      // Strangers alone are no reason to look; the empty list would mean everywhere.
      if (clusters.length === 0 || known.length > 0) nudge(known);
      return known;
    },
    look: () => lookInTurn(),
    start: (aborted) => loopLooks({ clock, log, nudges }, { inTurn: lookInTurn, between: lookNow }, aborted),
    learned: (className) => summaryOf(learned, className),
    changes: (cluster, since) => store.auditOfCluster(cluster, since, MAX_CHANGES),
  };
}
