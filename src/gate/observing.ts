import { MINUTE_MS } from '../domain/reading.ts';
import { finalMinute } from '../sources/minutes.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import { FRESH_MINUTES } from './admission.ts';
import { isUnread, type Unread, unread } from './controls/control-days.ts';
import { openControls } from './controls/open-controls.ts';
import type { GateParts } from './gate-parts.ts';
import { harmedTime } from './harmed-time.ts';
import { baselineWindow, type Opening, takeOpening } from './opening.ts';
import { type Sight, seeCluster, unseen } from './sight.ts';

/** Most runs of a cluster that are looked through; a day has fewer. */
const MOST_RUNS = 100;

/** The newest minutes of one cluster: enough to tell whether it is watched and well. */
export function glance(parts: GateParts, cluster: string): Promise<Sight> {
  const from = (to: number) => to - (FRESH_MINUTES - 1) * MINUTE_MS;
  return see(parts, cluster, (to) => ({ from: from(to), to }));
}

/**
 * A cluster's last day before a moment, as the opening of a run; undefined while it can't be read, or while the clusters that
 * it is to be compared with can't: without them an incident of the fleet would look like the change's doing.
 *
 * @param baselineEnd epoch milliseconds
 */
export async function readOpening(
  parts: GateParts,
  cluster: string,
  baselineEnd: number,
): Promise<{ readonly sight: Sight; readonly opening?: Opening }> {
  const lastMinute = Math.floor(baselineEnd / MINUTE_MS) * MINUTE_MS;
  const sight = await see(parts, cluster, (to) => baselineWindow(Math.min(to, lastMinute)));
  if (sight.blind) return { sight };
  const taken = takeOpening(sight, parts.checks, baselineEnd);
  const harmed = harmedTime(
    await parts.store.runs({ cluster, applied: true, limit: MOST_RUNS }),
    taken.window,
  );
  const opening = await withControls(parts, cluster, { ...taken, ...(harmed.length > 0 && { harmed }) });
  return isUnread(opening) ? { sight: { ...sight, blind: opening.unread } } : { sight, opening };
}

async function withControls(parts: GateParts, cluster: string, opening: Opening): Promise<Opening | Unread> {
  const className = parts.inventory.cluster(cluster)?.class ?? '';
  const known = parts.learned.newest(className)?.learned;
  const learned = known && { learned: { class: className, learnedAt: known.learnedAt } };
  try {
    const { window, covered } = opening;
    const controls = await openControls(parts, { cluster, window, covered });
    if (controls !== undefined && isUnread(controls)) return controls;
    return { ...opening, ...learned, ...(controls && { controls }) };
  } catch (err) {
    parts.log.error({ err, cluster }, 'a source failed instead of answering about the controls');
    return unread({ code: 'data/unknown', text: `The source failed: ${messageOf(err)}` });
  }
}

async function see(
  { sources, clock, checks, log }: GateParts,
  cluster: string,
  windowTo: (newest: number) => MinuteWindow,
): Promise<Sight> {
  const source = sources(cluster);
  const now = clock.now();
  const window = windowTo(finalMinute(now, source?.settleDelayMs ?? 0));
  if (source === undefined) return unseen(window, noSource(cluster));
  try {
    return seeCluster(await source.observe([cluster], window, now), cluster, checks);
  } catch (err) {
    log.error({ err, source: source.name, cluster }, 'a source failed instead of answering');
    return unseen(window, `source ${source.name} failed: ${messageOf(err)}`);
  }
}

/** Why nothing can be read of a cluster without a source. */
export function noSource(cluster: string): string {
  return `cluster ${cluster} has no metric source; name one of the configured sources in its inventory`;
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
