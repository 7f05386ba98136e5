import { UnavailableError } from '../domain/errors.ts';
import { ApiRefusal, getLines } from './api-server.ts';
import { listMetadata, type MetadataList, type ObjectsAsked, queryOf } from './list-metadata.ts';
import { METADATA_EVENTS, type ObjectMeta, parseEvent } from './object-meta.ts';

/** How a set is followed, and what following needs of its surroundings. */
export interface FollowOptions {
  /** How often the whole list is read anew, in milliseconds: what a watch lost in silence is found then. */
  readonly refreshMs: number;
  readonly sleep: (ms: number, aborted: AbortSignal) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** All objects there are, after the first list and whenever they may have changed. */
  readonly onObjects: (objects: readonly ObjectMeta[]) => Promise<void>;
  /** Why they can't be read now. */
  readonly onTrouble: (error: UnavailableError) => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** What a server that ends its watches in time may be late. */
const LATE_MS = 10_000;

/**
 * Follows a set of objects until the signal aborts: lists it, watches it for a while, and lists it again. An answer that
 * fails is told and tried again, later each time; the objects known so far stay what they are.
 */
export async function followMetadata(
  asked: ObjectsAsked,
  options: FollowOptions,
  aborted: AbortSignal,
): Promise<void> {
  let pause = FIRST_PAUSE_MS;
  while (!aborted.aborted) {
    try {
      const list = await listMetadata(asked, aborted);
      await options.onObjects(list.items);
      pause = FIRST_PAUSE_MS;
      await watch(asked, list, options, aborted);
      // A server that ends every watch at once must not be asked without end.
      await options.sleep(FIRST_PAUSE_MS, aborted);
    } catch (error) {
      if (aborted.aborted) return;
      if (!(error instanceof UnavailableError)) throw error;
      // A version that is too old is no trouble: the list is read again, at once.
      if (error instanceof ApiRefusal && error.gone && pause === FIRST_PAUSE_MS) {
        pause *= 2;
        continue;
      }
      options.onTrouble(error);
      await options.sleep(pause * (0.5 + options.random() / 2), aborted);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }
}

/** Tells of every change until it is time to list again. */
async function watch(
  asked: ObjectsAsked,
  list: MetadataList,
  { refreshMs, onObjects }: FollowOptions,
  aborted: AbortSignal,
): Promise<void> {
  const known = new Map(list.items.map((object) => [object.uid, object]));
  const seconds = Math.max(1, Math.round(refreshMs / 1000));
  const query = queryOf(asked, {
    watch: '1',
    allowWatchBookmarks: 'true',
    resourceVersion: list.resourceVersion,
    timeoutSeconds: String(seconds),
  });
  const lines = getLines(asked.server, {
    path: `${asked.path}?${query}`,
    accept: METADATA_EVENTS,
    aborted,
    silenceMs: refreshMs + LATE_MS,
  });
  for await (const line of lines) {
    const event = eventIn(line);
    if (event.is === 'bookmark') continue;
    if (event.is === 'error')
      throw new ApiRefusal(event.status, `the watch of ${asked.path} ended: ${event.message}`);
    if (event.is === 'gone') known.delete(event.object.uid);
    else known.set(event.object.uid, event.object);
    await onObjects([...known.values()]);
  }
}

function eventIn(line: string) {
  let body: unknown;
  try {
    body = JSON.parse(line);
  } catch {
    // Not JSON: told below, with what is no event.
  }
  const event = parseEvent(body);
  if (event !== undefined) return event;
  throw new UnavailableError(
    'kubernetes/odd-answer',
    `a watch told something that is no event: ${line.slice(0, 100)}`,
  );
}
