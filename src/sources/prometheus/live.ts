import { type Check, seriesKey } from '../../domain/check.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import type { RecordedKind, RecordedSeries } from '../../domain/recorded-series.ts';
import type { MinuteWindow } from '../signal-source.ts';
import type { Answer } from './answer.ts';
import { groupsOf, windowsOf } from './chunks.ts';
import type { PrometheusClient } from './client.ts';
import { inTurn } from './in-turn.ts';
import { LIMITS } from './limits.ts';
import { liveExpression, liveQuery } from './queries.ts';
import type { Found } from './readings.ts';
import { foundIn, type RecordedPart } from './recorded.ts';
import { collectSamples, type SampleTable } from './samples.ts';

/** Minutes without records at the start of a window that are worth asking live for: only baselines are that long. */
const MIN_GAP_MINUTES = 10;

/** A signal whose rules recorded nothing yet in the first minutes of a window. */
export interface Gap {
  readonly signal: string;
  /** The last minute without records. */
  readonly to: number;
}

/** What was evaluated live: some series in some minutes. */
export interface LivePart {
  readonly series: ReadonlySet<string>;
  readonly window: MinuteWindow;
  readonly answer: Answer<SampleTable>;
}

/**
 * The signals whose rules are younger than the window. A signal that any cluster has records of was recorded from then
 * on for all of them. Nothing is known of gaps, and none is filled, when a question failed.
 */
export function gapsOf(
  parts: readonly RecordedPart[],
  checks: readonly Check[],
  window: MinuteWindow,
): readonly Gap[] {
  const answers = parts.flatMap((part) => Object.values(part.answers));
  if (answers.some((answer) => !answer.ok)) return [];
  const tables = answers.flatMap((answer) => (answer.ok ? [answer.result] : []));
  return checks.flatMap(({ signal }) => {
    const first = Math.min(...tables.map((table) => table.firstMinute(signal)));
    const to = Math.min(window.to, first - MINUTE_MS);
    return to - window.from >= MIN_GAP_MINUTES * MINUTE_MS ? [{ signal, to }] : [];
  });
}

/**
 * Evaluates the rules' expressions over the gaps: one range query with a step of a minute for all of them, or as few as
 * the limits allow. The expressions see every cluster of the store; the others are left out on arrival.
 */
export async function readLive(
  client: PrometheusClient,
  gaps: readonly Gap[],
  from: number,
  {
    series,
    clusterLabel,
    clusterCount,
  }: {
    readonly series: readonly RecordedSeries[];
    readonly clusterLabel: string;
    readonly clusterCount: number;
  },
): Promise<readonly LivePart[]> {
  const signals = new Set(gaps.map(({ signal }) => signal));
  const to = Math.max(...gaps.map((gap) => gap.to));
  const asked = series.filter(({ signal }) => signals.has(signal));
  const groups = groupsOf(asked, (one) => liveExpression(one).length, LIMITS.queryChars);
  const tasks = groups.flatMap((group) => {
    const mostMinutes = Math.floor(LIMITS.pointsPerAnswer / (group.length * clusterCount));
    return windowsOf({ from, to }, mostMinutes).map((window) => async (): Promise<LivePart> => {
      const form = {
        query: liveQuery(group),
        start: String(window.from / 1000),
        end: String(window.to / 1000),
        step: '60',
      };
      const answer = await client.ask({ subject: 'live', type: 'matrix', form });
      return {
        series: new Set(group.map(({ kind, signal, edge }) => idOf(kind, seriesKey(signal, edge)))),
        window,
        answer: answer.ok ? { ...answer, result: await collectSamples(answer.result, clusterLabel) } : answer,
      };
    });
  });
  return inTurn(tasks, LIMITS.concurrency);
}

/** Looks up the minutes of a series that was evaluated live. */
export function liveMinutes(
  parts: readonly LivePart[],
  kind: RecordedKind,
  key: string,
  cluster: string,
): (minute: number) => Found {
  const own = parts
    .filter(({ series }) => series.has(idOf(kind, key)))
    .map(({ window, answer }) => ({
      to: window.to,
      find: foundIn(answer, (table) => table.of(kind, key, cluster), `the live expression of ${key}`),
    }));
  return (minute) => own.find(({ to }) => minute <= to)?.find(minute) ?? { is: 'absent' };
}

function idOf(kind: RecordedKind, key: string): string {
  return `${kind} ${key}`;
}
