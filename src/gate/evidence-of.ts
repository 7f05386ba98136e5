import { MINUTE_MS, type MinuteReading, type Reading } from '../domain/reading.ts';
import type { GateParts } from './gate-parts.ts';
import { instantOf, parseLook } from './look-record.ts';
import { decodeOpening, type Opening } from './opening.ts';
import { runOf } from './persons-word.ts';
import { probeResults } from './probes.ts';
import { decodeMinute, readingAt } from './readings-json.ts';
import { withSentences } from './retold.ts';
import type { EvidenceMinute, RunEvidence } from './use-cases.ts';

/** What a reader is shown of the time before, in minutes. */
const SHOWN_BEFORE = 60;

/**
 * All that a run was judged by, for people: read from the store, so that it is what was judged. While nothing final is
 * decided it is told anew from the minutes.
 *
 * @throws NotFoundError `run/unknown`
 */
export async function evidenceOf({ store, cache }: GateParts, id: string): Promise<RunEvidence> {
  const run = await runOf(store, id);
  const [lookJson, minutes, openingJson, probes] = await Promise.all([
    store.look(id),
    store.minutes(id),
    store.opening(id),
    probeResults(store, id),
  ]);
  const look = parseLook(lookJson);
  const opening = openingJson === undefined ? undefined : decodeOpening(openingJson);
  const held = look && look.judgement === undefined ? await cache.read(run, look.at) : undefined;
  const judgement = look?.judgement ?? (look && held?.judge.decide(instantOf(look, run)).tell());
  return {
    run: held && judgement ? { ...run, reasons: withSentences(run.reasons, judgement.reasons) } : run,
    checks: judgement?.checks ?? [],
    ...(run.evidenceRetiredAt !== undefined && {
      retiredAt: new Date(run.evidenceRetiredAt).toISOString(),
    }),
    ...(look && { lookedAt: new Date(look.at).toISOString() }),
    before: opening === undefined ? [] : hourBefore(opening),
    minutes: minutes.map((stored) => {
      const { minute, ...readings } = decodeMinute(stored);
      return { minute: new Date(minute).toISOString(), readings };
    }),
    alertsBefore: opening?.alertsBefore ?? [],
    covered: opening?.covered ?? [],
    ...(opening?.controls && { controls: opening.controls.clusters }),
    probes,
  };
}

/** The last hour before the change, as it was read when the run opened. */
function hourBefore({ window, readings }: Opening): readonly EvidenceMinute[] {
  const from = Math.max(window.from, window.to - (SHOWN_BEFORE - 1) * MINUTE_MS);
  const length = Math.max(0, (window.to - from) / MINUTE_MS + 1);
  return Array.from({ length }, (_, at) => {
    const minute = from + at * MINUTE_MS;
    return {
      minute: new Date(minute).toISOString(),
      readings: {
        counts: allAt(readings.counts, minute),
        items: allAt(readings.items, minute),
        values: allAt(readings.values, minute),
      },
    };
  });
}

function allAt<T>(
  rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
  minute: number,
): Readonly<Record<string, Reading<T>>> {
  return Object.fromEntries([...rows].map(([key, row]) => [key, readingAt(row, minute)]));
}
