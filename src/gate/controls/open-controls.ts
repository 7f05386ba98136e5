import { cleanValue, MINUTE_MS } from '../../domain/reading.ts';
import type { Cluster } from '../../domain/run.ts';
import { alertIdentity } from '../../judge/alert-identity.ts';
import { MIN_CONTROLS } from '../../judge/controls.ts';
import type { MinuteWindow, Observation } from '../../sources/signal-source.ts';
import type { GateParts } from '../gate-parts.ts';
import { candidatesFor, pickControls } from './choose-controls.ts';
import { blindnessOf, isUnread, type Unread, unread } from './control-days.ts';
import type { OpenedControls } from './opened-controls.ts';
import { isStill } from './standstill.ts';

/** Candidates that are read, of which twelve are taken. */
export const MOST_CANDIDATES = 16;

/** Candidates that are looked up in the ledger: late in a rollout few stand still. */
const MOST_LOOKED_UP = 64;

/** Minutes of the window's end in which a control must have traffic. */
export const NEWEST_MINUTES = 15;

/** For which run controls are sought. */
export interface ControlsAsked {
  readonly cluster: string;
  /** The day before the sync. */
  readonly window: MinuteWindow;
  /** Signals that the cluster delivers. */
  readonly covered: readonly string[];
}

/**
 * Chooses the controls of a run and reads what they did in the day before; undefined when there are too few, unread when
 * nobody can tell now.
 */
export async function openControls(
  parts: GateParts,
  asked: ControlsAsked,
): Promise<OpenedControls | Unread | undefined> {
  const own = parts.inventory.cluster(asked.cluster);
  const source = parts.sources(asked.cluster);
  if (own === undefined || source === undefined) return undefined;
  const candidates = await stillClusters(parts, own);
  if (candidates.length < MIN_CONTROLS) return undefined;
  const { window, covered } = asked;
  const now = parts.clock.now();
  const newest = { from: Math.max(window.from, window.to - (NEWEST_MINUTES - 1) * MINUTE_MS), to: window.to };
  const seen = await source.observe(candidates, newest, now);
  const clusters = pickControls(candidates.map((name) => seenCandidate(parts, seen, name))).toSorted();
  if (clusters.length === 0) {
    const blind = blindnessOf(seen, candidates, parts.checks);
    return blind && unread(blind);
  }
  const learned = parts.learned.newest(own.class)?.learned;
  const day = await parts.controlDays.read({ source, clusters, covered, learned, window, now });
  if (isUnread(day)) return day;
  return { clusters, ...day, alertsBefore: firingOn(seen, clusters) };
}

/** The best candidates that do not change, by the ledger. */
async function stillClusters(parts: GateParts, own: Cluster): Promise<readonly string[]> {
  const { inventory, store, clock, moves, sources } = parts;
  await moves.refresh();
  const { waves, clusters: fleet } = inventory;
  // A wave gets the change together, whether or not all of it has asked yet.
  const changing = new Set(fleet.filter(({ wave }) => wave === own.wave).map(({ name }) => name));
  const still: string[] = [];
  for (const { name } of candidatesFor({ cluster: own, waves, fleet, changing }).slice(0, MOST_LOOKED_UP)) {
    if (still.length === MOST_CANDIDATES) break;
    if (sources(name) !== sources(own.name)) continue;
    const applied = await store.runs({ cluster: name, applied: true, limit: NEWEST_RUNS });
    const newest = new Map(applied.toReversed().map((run) => [run.app, run]));
    if (isStill([...newest.values()], clock.now())) still.push(name);
  }
  return still;
}

/** Among these is the newest run of every app of a cluster. */
const NEWEST_RUNS = 50;

function seenCandidate({ checks, alerts }: GateParts, { counts, alerts: firing }: Observation, name: string) {
  const halting = new Set(alerts.filter(({ halts }) => halts).map((alert) => alert.name));
  const hasTraffic = checks.some(
    (check) =>
      'series' in check &&
      check.kind !== 'events' &&
      check.series.some(({ key }) =>
        counts
          .get(name)
          ?.get(key)
          ?.some(({ reading }) => (cleanValue(reading)?.exposure ?? 0) > 0),
      ),
  );
  // What fires there is not known when the alerts are not: not knowing keeps nobody out.
  const known = firing.is === 'value' || firing.is === 'partial' ? firing.value : [];
  const isAlerting = known.some(
    (alert) => alert.cluster === name && alert.state === 'firing' && halting.has(alert.name),
  );
  return { name, hasTraffic, isAlerting };
}

function firingOn({ alerts }: Observation, clusters: readonly string[]): readonly string[] {
  if (alerts.is !== 'value' && alerts.is !== 'partial') return [];
  const firing = alerts.value.filter((one) => one.state === 'firing' && clusters.includes(one.cluster));
  return [...new Set(firing.map(alertIdentity))].sort();
}
