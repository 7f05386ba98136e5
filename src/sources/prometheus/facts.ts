import {
  ASKED_CLUSTERS,
  type FactId,
  type FactQuestion,
  type FactReading,
  type FactRow,
} from '../../domain/fact.ts';
import { quote } from '../../promql/print.ts';
import type { FactsByCluster } from '../signal-source.ts';
import type { RangeSeries } from './answer.ts';
import type { PrometheusClient } from './client.ts';
import { LIMITS } from './limits.ts';
import { anyOf } from './queries.ts';
import { partialCause } from './readings.ts';
import { readStoreClock } from './store-clock.ts';

/** Labels that tell facts, and their rows from what shows that they are delivered, apart in one answer. */
const FACT = 'tidegate_fact';
const PART = 'tidegate_part';

/** Which facts of which clusters are asked, and when. */
export interface FactsAsked {
  readonly clusters: readonly string[];
  readonly ids: readonly FactId[];
  readonly questions: readonly FactQuestion[];
  readonly clusterLabel: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** All facts of all clusters in one question, and the store's clock in another. */
export async function readFacts(client: PrometheusClient, asked: FactsAsked): Promise<FactsByCluster> {
  const clusters = [...new Set(asked.clusters)];
  const questions = asked.questions.filter(({ fact }) => asked.ids.includes(fact));
  if (clusters.length === 0 || questions.length === 0) return factsOf(clusters, asked.ids, () => NO_DATA);
  const time = String(asked.now / 1000);
  // A range of one step: of instants the client reads no values.
  const form = { query: factsQuery(questions, clusters), start: time, end: time, step: '60' };
  const [clock, answer] = await Promise.all([
    readStoreClock(client, asked.now),
    client.ask({ subject: 'facts', type: 'matrix', form }),
  ]);
  const cause = clock.cause ?? (answer.ok ? undefined : answer.cause);
  if (cause !== undefined || !answer.ok) {
    return factsOf(clusters, asked.ids, () => ({ is: 'unknown', cause: cause ?? 'no answer' }));
  }
  const table = tableOf(answer.result, asked.clusterLabel);
  return factsOf(clusters, asked.ids, (cluster, fact) =>
    readingOf(table.get(keyOf(cluster, fact)), answer.warning),
  );
}

/** Every fact, and what shows that it is delivered, in one expression. */
function factsQuery(questions: readonly FactQuestion[], clusters: readonly string[]): string {
  const own = anyOf(clusters);
  const matcher = own.length <= LIMITS.factsMatcherChars ? own : quote('.+');
  const part = (expr: string, fact: FactId, part: string) => {
    const marked = `label_replace(${expr}, "${FACT}", "${fact}", "", "")`;
    return `label_replace(${marked}, "${PART}", "${part}", "", "")`;
  };
  return questions
    .flatMap(({ fact, rows, seen }) => [part(rows, fact, 'rows'), part(seen, fact, 'seen')])
    .join(' or ')
    .replaceAll(ASKED_CLUSTERS, () => matcher);
}

interface Found {
  isSeen: boolean;
  readonly rows: FactRow[];
}

function tableOf(result: readonly RangeSeries[], clusterLabel: string): ReadonlyMap<string, Found> {
  const table = new Map<string, Found>();
  for (const { metric, values } of result) {
    const { [FACT]: fact = '', [PART]: part, [clusterLabel]: cluster = '', ...labels } = metric;
    const value = values.at(-1)?.[1];
    if (value === undefined) continue;
    const key = keyOf(cluster, fact);
    const found = table.get(key) ?? { isSeen: false, rows: [] };
    table.set(key, found);
    if (part === 'seen') found.isSeen = true;
    else found.rows.push({ labels: withoutEmpty(labels), value });
  }
  return table;
}

const NO_DATA: FactReading = { is: 'no-data' };

function readingOf(found: Found | undefined, warning: string | undefined): FactReading {
  if (warning !== undefined) {
    const cause = partialCause(warning);
    return found?.isSeen ? { is: 'partial', value: found.rows, cause } : { is: 'unknown', cause };
  }
  if (!found?.isSeen) return NO_DATA;
  const odd = found.rows.find(({ value }) => !Number.isFinite(value));
  if (odd)
    return { is: 'unknown', cause: `a value of ${JSON.stringify(odd.labels)} is ${odd.value}, not a number` };
  return { is: 'value', value: found.rows };
}

function factsOf(
  clusters: readonly string[],
  ids: readonly FactId[],
  read: (cluster: string, fact: FactId) => FactReading,
): FactsByCluster {
  return new Map(clusters.map((cluster) => [cluster, new Map(ids.map((id) => [id, read(cluster, id)]))]));
}

/** An empty label is no label; some stores write it out all the same. */
function withoutEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== ''));
}

function keyOf(cluster: string, fact: string): string {
  return JSON.stringify([cluster, fact]);
}
