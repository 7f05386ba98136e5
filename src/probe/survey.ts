import { NotFoundError, UnavailableError } from '../domain/errors.ts';
import { CLUSTER_INFO } from '../domain/recorded-series.ts';
import {
  type ClusterFacts,
  emptyFacts,
  type LabelValues,
  labelKey,
  type Row,
  type StoreFacts,
  type Survey,
  type Targets,
} from './facts.ts';
import { type Need, needKey } from './needs.ts';
import {
  clustersQuery,
  distinctNeeds,
  FACT,
  type LabelAsked,
  labelsQuery,
  matchesQuery,
  metricsQuery,
  recordedQuery,
  type Scope,
  targetsQuery,
  VALUE,
  valuesQuery,
} from './questions.ts';
import { readStore } from './read-store.ts';

/** Asks an instant query. Rejects with UnavailableError when the store has no answer. */
export type Ask = (query: string) => Promise<readonly Row[]>;

/** What is surveyed, and how. */
export interface SurveyOptions {
  readonly ask: Ask;
  readonly needs: readonly Need[];
  readonly clusterLabel: string;
  /** The only cluster to look at. */
  readonly cluster?: string;
  /** Called after each group of clusters, where there are several. */
  readonly onProgress: (read: number, of: number) => void;
}

/** Clusters of one question. Their raw series are aggregated by the store, so this bounds its work and not our answer. */
const CLUSTERS_PER_QUESTION = 40;

/**
 * Asks a store what it has: one question for the clusters, five for every forty of them, one more where series have no
 * cluster label. The number of signals makes no difference.
 *
 * @throws NotFoundError `probe/unknown-cluster` when the one cluster is not there
 * @throws UnavailableError when the store does not answer even for a single cluster
 */
export async function surveyStore(options: SurveyOptions): Promise<Survey> {
  const { ask, clusterLabel, cluster, needs } = options;
  const store = readStore(await ask(clustersQuery(clusterLabel)), clusterLabel);
  if (cluster !== undefined && !store.clusters.includes(cluster))
    throw unknownCluster(cluster, store, clusterLabel);
  if (store.clusters.length === 0) {
    const [facts = emptyFacts()] = store.isEmpty ? [] : await readScope(options, { label: clusterLabel });
    return { clusterLabel, store, clusters: [facts], unlabelledJobs: [] };
  }
  const unlabelled =
    store.hasUnlabelled && cluster === undefined
      ? await ask(metricsQuery(needs, { label: clusterLabel, clusters: [] }))
      : [];
  const wanted = cluster === undefined ? store.clusters : [cluster];
  const clusters: ClusterFacts[] = [];
  for (let from = 0; from < wanted.length; from += CLUSTERS_PER_QUESTION) {
    const group = wanted.slice(from, from + CLUSTERS_PER_QUESTION);
    clusters.push(...(await readGroup(options, group)));
    if (wanted.length > CLUSTERS_PER_QUESTION) options.onProgress(clusters.length, wanted.length);
  }
  return { clusterLabel, store, clusters, unlabelledJobs: [...jobsOf(unlabelled)].sort() };
}

/** Values of labels, in one question. */
export async function surveyValues(
  { ask, clusterLabel }: Pick<SurveyOptions, 'ask' | 'clusterLabel'>,
  asked: readonly LabelAsked[],
): Promise<LabelValues> {
  if (asked.length === 0) return new Map();
  const rows = await ask(valuesQuery(asked, clusterLabel));
  return new Map(
    asked.map(({ metric, label, cluster }, place) => {
      const own = rows.filter(({ labels }) => labels[FACT] === String(place));
      const values = own.flatMap(({ labels }) => labels[VALUE] ?? []).sort();
      return [labelKey(metric, label), { ...(cluster === undefined ? {} : { cluster }), values }];
    }),
  );
}

function unknownCluster(cluster: string, { clusters }: StoreFacts, label: string): NotFoundError {
  const there =
    clusters.length > 10
      ? `${clusters.slice(0, 10).join(', ')} and ${clusters.length - 10} more`
      : clusters.join(', ');
  const has =
    clusters.length === 0
      ? `no series with a label ${label} at all; leave --cluster out to look at the store as one cluster`
      : `series of ${there}`;
  return new NotFoundError(
    'probe/unknown-cluster',
    `the store has no series of the last five minutes with ${label}="${cluster}"; it has ${has}`,
  );
}

/** A group too large for the store is asked in halves; a single cluster it can't answer for ends the survey. */
async function readGroup(options: SurveyOptions, group: readonly string[]): Promise<readonly ClusterFacts[]> {
  try {
    return await readScope(options, { label: options.clusterLabel, clusters: group });
  } catch (error) {
    if (!(error instanceof UnavailableError) || group.length === 1) throw error;
    const half = Math.ceil(group.length / 2);
    const first = await readGroup(options, group.slice(0, half));
    return [...first, ...(await readGroup(options, group.slice(half)))];
  }
}

async function readScope({ ask, needs }: SurveyOptions, scope: Scope): Promise<readonly ClusterFacts[]> {
  const distinct = distinctNeeds(needs);
  const [targets, metrics, matches, labels, recorded] = [
    await ask(targetsQuery(scope)),
    await ask(metricsQuery(needs, scope)),
    await ask(matchesQuery(distinct, scope)),
    await ask(labelsQuery(needs, scope)),
    await ask(recordedQuery(scope)),
  ];
  return (scope.clusters ?? [undefined]).map((name): ClusterFacts => {
    const own = (rows: readonly Row[]) => rows.filter(({ labels }) => labels[scope.label] === name);
    const rules = own(recorded);
    return {
      ...(name === undefined ? {} : { name }),
      targets: readTargets(own(targets)),
      metrics: jobsBy(own(metrics), ({ __name__ }) => __name__),
      matched: jobsBy(own(matches), (of) => {
        const need = distinct[Number(of[FACT])];
        return need && needKey(need);
      }),
      labelled: jobsBy(own(labels), (of) => labelKey(of['__name__'] ?? '', of[FACT] ?? '')),
      recorded: new Set(rules.flatMap(({ labels: { signal } }) => (signal === undefined ? [] : [signal]))),
      isInventoried: rules.some(({ labels: { __name__ } }) => __name__ === CLUSTER_INFO),
    };
  });
}

function readTargets(rows: readonly Row[]): ReadonlyMap<string, Targets> {
  const targets = new Map<string, Targets>();
  for (const { labels, value } of rows) {
    const job = labels['job'] ?? '';
    const known = targets.get(job) ?? { count: 0, down: 0 };
    const part = { targets: 'count', down: 'down', samples: 'samples' }[labels[FACT] ?? ''];
    if (part !== undefined) targets.set(job, { ...known, [part]: value });
  }
  return targets;
}

function jobsBy(
  rows: readonly Row[],
  keyOf: (labels: Row['labels']) => string | undefined,
): ReadonlyMap<string, ReadonlySet<string>> {
  const jobs = new Map<string, Set<string>>();
  for (const { labels } of rows) {
    const key = keyOf(labels);
    if (key !== undefined) jobs.set(key, (jobs.get(key) ?? new Set()).add(labels['job'] ?? ''));
  }
  return jobs;
}

function jobsOf(rows: readonly Row[]): ReadonlySet<string> {
  const named = rows.filter(({ labels: { __name__ } }) => __name__ !== 'up');
  return new Set(named.map(({ labels: { job } }) => job ?? ''));
}
