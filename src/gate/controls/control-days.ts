import { setImmediate as breathe } from 'node:timers/promises';
import type { Check } from '../../domain/check.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import type { Reason } from '../../domain/verdict.ts';
import type { ControlMinute } from '../../judge/controls.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { minutesOf } from '../../sources/minutes.ts';
import type { MinuteWindow, Observation, SignalSource } from '../../sources/signal-source.ts';
import { seeCluster } from '../sight.ts';
import { causesBy } from './causes.ts';
import { type ClusterDay, emptyDay, fillDay, movedDay, readingsOfDays } from './cluster-day.ts';
import { type CleanReadings, poolMinute, type UsualBad } from './pool-controls.ts';

/** Whose day is read. */
export interface DayAsked {
  readonly source: SignalSource;
  /** Ascending. */
  readonly clusters: readonly string[];
  readonly covered: readonly string[];
  readonly learned: LearnedClass | undefined;
  readonly window: MinuteWindow;
  readonly now: number;
}

/** What controls did in a day, pooled. */
export interface ControlDay {
  readonly usualBad: UsualBad;
  readonly minutes: readonly ControlMinute[];
}

/** Days of controls: runs that open soon after each other share what is read. */
export interface ControlDays {
  /** What the source doesn't know has no entries; what it can't tell now is unread, and asked anew. */
  read(asked: DayAsked): Promise<ControlDay | Unread>;
}

/** Why controls can't be read now. */
export interface Unread {
  readonly unread: Reason;
}

/** Whether they could not be read. */
export function isUnread(found: object): found is Unread {
  return 'unread' in found;
}

/** What is said of controls that can't be read. */
export function unread({ code, text }: Reason): Unread {
  return { unread: { code, text: `The clusters without the change can't be compared with yet: ${text}` } };
}

/** Why one of the clusters can't be read in an observation, if so. */
export function blindnessOf(
  seen: Observation,
  clusters: readonly string[],
  checks: readonly Check[],
): Reason | undefined {
  for (const name of clusters) {
    const { blind } = seeCluster(seen, name, checks);
    if (blind) return blind;
  }
  return undefined;
}

/** Readings that are in memory at once: 150 bytes each, so 15 MB. */
const READINGS_AT_ONCE = 100_000;

/** The level of bad items is that of the window's last hour. */
const LEVEL_MINUTES = 60;

/** Clusters whose days are kept: a megabyte each. */
const MOST_DAYS = 36;

/** Reads days of controls and keeps the newest ones, so that only what is missing of them is asked for. */
export function createControlDays(checks: readonly Check[]): ControlDays {
  const kept = new Map<string, ClusterDay>();
  let newest: { readonly key: string; readonly day: ControlDay } | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const read = async (asked: DayAsked): Promise<ControlDay | Unread> => {
    const { source, clusters, covered, learned, window } = asked;
    const key = JSON.stringify([source.name, clusters, covered, learned?.learnedAt, window]);
    if (newest?.key === key) return newest.day;
    const days = new Map(clusters.map((name) => [name, kept.get(name)] as const));
    const read = await completed(asked, checks, days);
    if (isUnread(read)) return read;
    for (const [name, day] of read) {
      kept.delete(name);
      kept.set(name, day);
    }
    for (const oldest of [...kept.keys()].slice(0, -MOST_DAYS)) kept.delete(oldest);
    const own = checks.filter(({ signal }) => covered.includes(signal));
    const readings = readingsOfDays(read);
    const usualBad = usualBadOf(own, clusters, window, readings);
    const pooling = { clusters, usualBad, checks: own, causesOf: causesBy(learned) };
    const minutes = minutesOf(window).map((minute) => poolMinute(readings, minute, pooling));
    newest = { key, day: { usualBad, minutes } };
    return newest.day;
  };
  return {
    read(asked) {
      // Of those that come at once the first one reads; whoever follows finds it read.
      const turn = last.then(() => read(asked));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}

/** The days of all clusters over the window; what is missing of them is read together. */
async function completed(
  { source, window, now }: DayAsked,
  checks: readonly Check[],
  known: ReadonlyMap<string, ClusterDay | undefined>,
): Promise<ReadonlyMap<string, ClusterDay> | Unread> {
  const days = new Map<string, ClusterDay>();
  const missing = new Map<number, string[]>();
  for (const [name, day] of known) {
    const isOfUse = day !== undefined && day.window.from <= window.from && day.window.to >= window.from;
    const from = isOfUse ? day.window.to + MINUTE_MS : window.from;
    days.set(name, isOfUse ? movedDay(day, checks, window) : emptyDay(checks, window));
    missing.set(from, [...(missing.get(from) ?? []), name]);
  }
  for (const [from, names] of missing) {
    const blind = await readInto(source, names, { from, to: window.to }, { now, checks, days });
    if (blind) return unread(blind);
  }
  return days;
}

/** @returns why they could not be read, if so */
async function readInto(
  source: SignalSource,
  clusters: readonly string[],
  window: MinuteWindow,
  into: {
    readonly now: number;
    readonly checks: readonly Check[];
    readonly days: ReadonlyMap<string, ClusterDay>;
  },
): Promise<Reason | undefined> {
  const { now, checks, days } = into;
  const series = checks.reduce((sum, check) => sum + ('series' in check ? check.series.length : 1), 0);
  const step = Math.max(1, Math.floor(READINGS_AT_ONCE / Math.max(1, clusters.length * series))) * MINUTE_MS;
  for (let from = window.from; from <= window.to; from += step) {
    const part = { from, to: Math.min(window.to, from + step - MINUTE_MS) };
    const seen = await source.observe(clusters, part, now);
    const blind = blindnessOf(seen, clusters, checks);
    if (blind) return blind;
    for (const name of clusters) {
      const day = days.get(name);
      if (day) fillDay(day, name, seen);
    }
    await breathe();
  }
  return undefined;
}

/** How many items of each signal are usually bad on clusters: the median of the window's last hour. */
export function usualBadOf(
  checks: readonly Check[],
  clusters: readonly string[],
  { from, to }: MinuteWindow,
  readings: CleanReadings,
): UsualBad {
  const minutes = minutesOf({ from: Math.max(from, to - (LEVEL_MINUTES - 1) * MINUTE_MS), to });
  const signals = checks.filter(({ kind }) => kind === 'state' || kind === 'presence');
  const of = (cluster: string) =>
    signals.flatMap(({ signal }) => {
      const bad = minutes.flatMap((minute) => readings.items(cluster, signal, minute)?.bad ?? []);
      const median = bad.sort((a, b) => a - b)[bad.length >> 1] ?? 0;
      return median > 0 ? [[signal, Math.ceil(median)] as const] : [];
    });
  const usual = clusters.map((cluster) => [cluster, Object.fromEntries(of(cluster))] as const);
  return Object.fromEntries(usual.filter(([, bad]) => Object.keys(bad).length > 0));
}
