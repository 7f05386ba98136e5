import type { Check } from '../../domain/check.ts';
import { MINUTE_MS, type MinuteReading, type Reading } from '../../domain/reading.ts';
import { COUNT, ITEMS, SLOT, VALUE } from '../../judge/cell.ts';
import type { ClusterReadings } from '../../judge/judge-input.ts';
import type { JudgeMinute } from '../../judge/run-facts.ts';
import { emptyTrack, layOut, slotAt, type Track } from '../../judge/track.ts';
import { minutesOf } from '../../sources/minutes.ts';
import type { MinuteWindow, Observation } from '../../sources/signal-source.ts';
import type { CleanReadings } from '../controls/pool-controls.ts';

/** What one cluster did in a span, as bare numbers: a tenth of what its readings take. */
export interface Tape {
  readonly cluster: string;
  readonly window: MinuteWindow;
  /** By series key. */
  readonly counts: ReadonlyMap<string, Track>;
  /** By signal id. */
  readonly items: ReadonlyMap<string, Track>;
  readonly values: ReadonlyMap<string, Track>;
  /** Ends of the minutes in which an alert fired, by its name. */
  readonly fired: Map<string, ReadonlySet<number>>;
}

/** A tape on which nothing is. */
export function emptyTape(cluster: string, checks: readonly Check[], window: MinuteWindow): Tape {
  const span = { first: window.from, length: (window.to - window.from) / MINUTE_MS + 1 };
  const tracks = (keys: readonly string[]) => new Map(keys.map((key) => [key, emptyTrack(span)]));
  const signals = (kinds: readonly Check['kind'][]) =>
    checks.filter(({ kind }) => kinds.includes(kind)).map(({ signal }) => signal);
  return {
    cluster,
    window,
    counts: tracks(checks.flatMap((check) => ('series' in check ? check.series.map(({ key }) => key) : []))),
    items: tracks(signals(['state', 'presence'])),
    values: tracks(signals(['gauge'])),
    fired: new Map(),
  };
}

/** Writes what was observed of the cluster onto its tape; a minute is written once. */
export function fillTape({ cluster, counts, items, values }: Tape, seen: Observation): void {
  for (const [key, track] of counts) layOut(seen.counts.get(cluster)?.get(key), COUNT, track);
  for (const [key, track] of items) layOut(seen.items.get(cluster)?.get(key), ITEMS, track);
  for (const [key, track] of values) layOut(seen.values.get(cluster)?.get(key), VALUE, track);
}

/** The readings of a part of a tape. */
export function readingsOf({ counts, items, values }: Tape, part: MinuteWindow): ClusterReadings {
  const minutes = minutesOf(part);
  const rows = <T>(tracks: ReadonlyMap<string, Track>, make: Make<T>) =>
    new Map(
      [...tracks].map(([key, track]): [string, readonly MinuteReading<T>[]] => [
        key,
        minutes.map((minute) => ({ minute, reading: readingAt(track, minute, make) })),
      ]),
    );
  return { counts: rows(counts, count), items: rows(items, itemCount), values: rows(values, plain) };
}

/** One minute of a tape. */
export function minuteAt({ counts, items, values }: Tape, minute: number): JudgeMinute {
  const all = <T>(tracks: ReadonlyMap<string, Track>, make: Make<T>) =>
    Object.fromEntries([...tracks].map(([key, track]) => [key, readingAt(track, minute, make)] as const));
  return { minute, counts: all(counts, count), items: all(items, itemCount), values: all(values, plain) };
}

/** The clean readings of some tapes. */
export function cleanReadingsOf(tapes: ReadonlyMap<string, Tape>): CleanReadings {
  const clean = <T>(track: Track | undefined, minute: number, make: Make<T>): T | undefined => {
    if (track === undefined) return undefined;
    const at = (minute - track.first) / MINUTE_MS;
    if (slotAt(track, at) !== SLOT.value) return undefined;
    return make(track.amounts[at] ?? 0, track.wholes[at] ?? 0);
  };
  return {
    count: (cluster, key, minute) => clean(tapes.get(cluster)?.counts.get(key), minute, count),
    items: (cluster, signal, minute) => clean(tapes.get(cluster)?.items.get(signal), minute, itemCount),
    value: (cluster, signal, minute) => clean(tapes.get(cluster)?.values.get(signal), minute, plain),
  };
}

/** Whether a minute of the cluster has no number at all, not even "nobody uses it". */
export function isSilent({ counts, items, values, window }: Tape, minute: number): boolean {
  const at = (minute - window.from) / MINUTE_MS;
  const tells = (track: Track) => TELLING.includes(slotAt(track, at));
  return ![counts, items, values].some((tracks) => [...tracks.values()].some(tells));
}

/** Names of the alerts that fired in a minute. */
export function firingAt({ fired }: Tape, minute: number): readonly string[] {
  return [...fired].flatMap(([name, minutes]) => (minutes.has(minute) ? [name] : []));
}

const TELLING: readonly number[] = [SLOT.value, SLOT.partial, SLOT.noTraffic];

type Make<T> = (amount: number, whole: number) => T;

const count = (events: number, exposure: number) => ({ events, exposure });
const itemCount = (bad: number, among: number) => ({ bad, among });
const plain = (value: number) => value;

const CAUSE = 'the store had no clean number of that minute';
const NO_DATA = { is: 'no-data' } as const;
const NO_TRAFFIC = { is: 'no-traffic' } as const;
const UNKNOWN = { is: 'unknown', cause: CAUSE } as const;

function readingAt<T>(track: Track, minute: number, make: Make<T>): Reading<T> {
  const at = (minute - track.first) / MINUTE_MS;
  const value = () => make(track.amounts[at] ?? 0, track.wholes[at] ?? 0);
  switch (slotAt(track, at)) {
    case SLOT.value:
      return { is: 'value', value: value() };
    case SLOT.partial:
      return { is: 'partial', value: value(), cause: CAUSE };
    case SLOT.noTraffic:
      return NO_TRAFFIC;
    case SLOT.unknown:
      return UNKNOWN;
    default:
      return NO_DATA;
  }
}
