import { MINUTE_MS } from '../../domain/reading.ts';
import { RECORDED, type RecordedKind, type RecordedSeries } from '../../domain/recorded-series.ts';
import type { MinuteWindow } from '../signal-source.ts';
import type { Answer } from './answer.ts';
import { type Chunk, chunksOf } from './chunks.ts';
import type { PrometheusClient } from './client.ts';
import { inTurn } from './in-turn.ts';
import { LIMITS } from './limits.ts';
import { recordedQuery } from './queries.ts';
import type { Found } from './readings.ts';
import { collectSamples, type MinuteSamples, type SampleTable } from './samples.ts';

/** The three questions for recorded series; the last one holds what has one number an instant. */
const QUESTIONS = {
  events: ['events'],
  exposure: ['exposure'],
  states: ['value', 'bad', 'among'],
} as const satisfies Record<string, readonly RecordedKind[]>;

type QuestionName = keyof typeof QUESTIONS;
const QUESTION_OF: Readonly<Record<RecordedKind, QuestionName>> = {
  events: 'events',
  exposure: 'exposure',
  value: 'states',
  bad: 'states',
  among: 'states',
};

/** What the store said about one chunk, question by question. */
export interface RecordedPart extends Chunk {
  readonly answers: Readonly<Record<QuestionName, Answer<SampleTable>>>;
}

/**
 * Asks for the recorded series of the clusters. An instant query with a range selector gives the samples as they were
 * recorded, with their own times; a range query would repeat an old sample for five minutes.
 */
export async function readRecorded(
  client: PrometheusClient,
  clusters: readonly string[],
  window: MinuteWindow,
  { series, clusterLabel }: { readonly series: readonly RecordedSeries[]; readonly clusterLabel: string },
): Promise<readonly RecordedPart[]> {
  if (window.to < window.from) return [];
  const ask = async (name: QuestionName, { clusters, window }: Chunk): Promise<Answer<SampleTable>> => {
    const minutes = (window.to - window.from) / MINUTE_MS + 1;
    const query = recordedQuery(QUESTIONS[name], clusterLabel, clusters, minutes);
    const time = String(window.to / 1000);
    const answer = await client.ask({ subject: name, type: 'matrix', form: { query, time } });
    return answer.ok ? { ...answer, result: await collectSamples(answer.result, clusterLabel) } : answer;
  };
  const tasks = chunksOf(clusters, window, mostSeries(series)).map((chunk) => async () => {
    const [events, exposure, states] = await Promise.all([
      ask('events', chunk),
      ask('exposure', chunk),
      ask('states', chunk),
    ]);
    return { ...chunk, answers: { events, exposure, states } };
  });
  return inTurn(tasks, LIMITS.concurrency);
}

/** Most series of one cluster in one answer. */
function mostSeries(series: readonly RecordedSeries[]): number {
  const counts = { events: 0, exposure: 0, states: 0 };
  for (const { kind } of series) counts[QUESTION_OF[kind]] += 1;
  return Math.max(...Object.values(counts));
}

/** Looks up the minutes of one recorded series of one cluster in the parts, which are in the order of time. */
export function recordedMinutes(
  parts: readonly RecordedPart[],
  kind: RecordedKind,
  key: string,
  cluster: string,
): (minute: number) => Found {
  const own = parts.map(({ window, answers }) => {
    const answer = answers[QUESTION_OF[kind]];
    return {
      to: window.to,
      find: foundIn(answer, (table) => table.of(kind, key, cluster), `${RECORDED[kind]} of ${key}`),
    };
  });
  return (minute) => own.find(({ to }) => minute <= to)?.find(minute) ?? { is: 'absent' };
}

/** What an answer says about the minutes of one series. */
export function foundIn(
  answer: Answer<SampleTable>,
  pick: (table: SampleTable) => MinuteSamples,
  what: string,
): (minute: number) => Found {
  if (!answer.ok) return () => ({ is: 'failed', cause: answer.cause });
  const samples = pick(answer.result);
  const warned = answer.warning === undefined ? {} : { warning: answer.warning };
  return (minute) => {
    const value = samples.get(minute);
    if (value === undefined) return { is: 'absent', ...warned };
    if (value !== 'ambiguous') return { is: 'number', value, ...warned };
    return {
      is: 'failed',
      cause: `${what} has two samples in one minute under different labels; one cluster has one: drop the label that tells them apart`,
    };
  };
}
