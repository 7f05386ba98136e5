import type { Bundle } from '../catalogue/bundle.ts';
import type { ClusterDiagnosis } from './diagnose.ts';
import { UNREACHABLE_JOBS } from './exporter-hints.ts';
import type { StoreFacts, Survey } from './facts.ts';

/** One thing about the store as a whole, or about some of its clusters, that is worth mending or knowing. */
export interface Finding {
  /** For machines: `cluster-label/absent`, `rules/absent`, ... */
  readonly code: string;
  /** Empty where it concerns the store. */
  readonly clusters: readonly string[];
  readonly what: string;
  readonly mend: string;
}

/** What the store said besides its series. */
export interface StoreRemarks {
  /** Warnings that came with answers. */
  readonly warnings: readonly string[];
  /** Why its clock can't be bridged, where it can't. */
  readonly skew?: string;
}

/** The label that rules, boards and alerts group by. */
const MODEL_LABEL = 'cluster';

/** Everything worth saying that concerns no single signal, the weightiest first. */
export function findingsOf(
  survey: Survey,
  diagnoses: readonly ClusterDiagnosis[],
  bundle: Bundle,
  { warnings, skew }: StoreRemarks,
): readonly Finding[] {
  return [
    ...(skew === undefined
      ? []
      : [
          storeFinding(
            'store/clock-skew',
            skew,
            'the gate takes nothing that such a store says, because it can’t be placed in time',
          ),
        ]),
    ...warnings.map((warning) =>
      storeFinding(
        'store/warned',
        `the store warns: ${warning}`,
        'what is missing below may only be out of reach',
      ),
    ),
    ...labelFindings(survey),
    ...clusterFindings(survey.store),
    ...inventoryFindings(survey, diagnoses, bundle),
    ...ruleFindings(diagnoses),
    ...unreachable(diagnoses),
  ];
}

function storeFinding(code: string, what: string, mend: string): Finding {
  return { code, clusters: [], what, mend };
}

function labelFindings({ clusterLabel: label, store, unlabelledJobs }: Survey): readonly Finding[] {
  if (store.isEmpty) {
    const what =
      'the store answers, and has no series of the last five minutes that every cluster has (up, kube_node_info)';
    return [
      storeFinding(
        'store/empty',
        what,
        'look whether anything is scraped or written into it, and whether this is the right tenant',
      ),
    ];
  }
  if (store.clusters.length === 0) return [noLabel(label, store)];
  const findings: Finding[] = [];
  if (label !== MODEL_LABEL) {
    const what = `clusters are told apart by the label ${label}; rules, boards and alerts group by ${MODEL_LABEL}`;
    findings.push(storeFinding('cluster-label/other', what, relabelTo(label)));
  }
  if (unlabelledJobs.length > 0) {
    const what = `beside the clusters there are series without the label ${label}, of the jobs ${unlabelledJobs.join(', ')}; no cluster is judged by them`;
    findings.push(storeFinding('cluster-label/partly', what, HOW_TO_LABEL));
  }
  return findings;
}

const HOW_TO_LABEL =
  'add it where a cluster’s series are scraped: for a store that is fed by remote_write, global.external_labels: {cluster: NAME} (or write_relabel_configs: [{target_label: cluster, replacement: NAME}]) in each cluster; for a Prometheus that is asked itself, relabel_configs: [{target_label: cluster, replacement: NAME}] in every scrape job, because external_labels reach only what leaves it';

function noLabel(label: string, { otherLabels }: StoreFacts): Finding {
  const what = `no series has the label ${label}: clusters can’t be told apart, and the store is judged as one`;
  const [other] = otherLabels;
  if (other === undefined) return storeFinding('cluster-label/absent', what, HOW_TO_LABEL);
  const [name, value] = other;
  const mend =
    name === MODEL_LABEL
      ? `the label ${MODEL_LABEL} is there (${value}): leave --cluster-label out`
      : `the label ${name} looks like it (${value}): probe with --cluster-label ${name}, and ${relabelTo(name)}`;
  return storeFinding('cluster-label/absent', what, mend);
}

function relabelTo(name: string): string {
  return `copy it where series are scraped or written: {source_labels: [${name}], target_label: ${MODEL_LABEL}}`;
}

function clusterFindings({ regions, doubled }: StoreFacts): readonly Finding[] {
  const places = [...regions].map(([cluster, names]) => ({
    code: 'cluster/two-regions',
    clusters: [cluster],
    what: `series of ${cluster} come from ${names.join(' and ')}: two clusters share one name, and their counts are added up`,
    mend: `give each a name of its own in its label, such as ${cluster}-${names[0]}`,
  }));
  if (doubled.length === 0) return places;
  const what = 'series come from several replicas of one Prometheus: everything is counted several times';
  const mend = 'let the store remove doubles (by the replica label), or send one replica only';
  return [...places, { code: 'cluster/doubled', clusters: doubled, what, mend }];
}

function inventoryFindings(
  { store }: Survey,
  diagnoses: readonly ClusterDiagnosis[],
  bundle: Bundle,
): readonly Finding[] {
  const expected = bundle.parameters.clusters.map(({ name }) => name);
  if (expected.length === 0 || store.clusters.length === 0) return [];
  const looked = diagnoses.flatMap(({ name }) => name ?? []);
  const gone = looked.filter((name) => !store.clusters.includes(name));
  const strange = looked.filter((name) => !expected.includes(name));
  const findings: Finding[] = [];
  if (gone.length > 0) {
    const what = 'clusters of the inventory have no series of the last five minutes';
    findings.push({
      code: 'cluster/not-in-store',
      clusters: gone,
      what,
      mend: 'look whether they send their series here, and under this name',
    });
  }
  if (strange.length > 0) {
    const what =
      'clusters report that the inventory does not name: no rollout waits for them, and nobody notices when they fall silent';
    findings.push({
      code: 'cluster/not-in-inventory',
      clusters: strange,
      what,
      mend: 'add them to fleet.clusters',
    });
  }
  return findings;
}

const LOAD_RULES = 'render the rules and load them into the store (rule_files, PrometheusRule or its ruler)';

function ruleFindings(diagnoses: readonly ClusterDiagnosis[]): readonly Finding[] {
  const without = diagnoses.filter(({ facts }) => facts.recorded.size === 0);
  if (without.length === diagnoses.length) {
    const what =
      'the rules are not loaded: the store has none of the series that they record. Their expressions are evaluated live until then, and no alert fires';
    return [storeFinding('rules/absent', what, LOAD_RULES)];
  }
  const nameOf = ({ name }: ClusterDiagnosis) => name ?? [];
  const findings: Finding[] = [];
  if (without.length > 0) {
    const what = 'the rules record nothing of some clusters';
    findings.push({ code: 'rules/some-clusters', clusters: without.flatMap(nameOf), what, mend: LOAD_RULES });
  }
  const unrecorded = new Map<string, string[]>();
  for (const diagnosis of diagnoses.filter(({ facts }) => facts.recorded.size > 0)) {
    const signals = diagnosis.signals.filter(
      ({ id, state }) => state === 'delivered' && !diagnosis.facts.recorded.has(id),
    );
    for (const { id } of signals)
      unrecorded.set(id, [...(unrecorded.get(id) ?? []), ...[nameOf(diagnosis)].flat()]);
  }
  if (unrecorded.size > 0) {
    const what = `the rules do not record ${[...unrecorded.keys()].join(', ')}, whose metrics are there`;
    const mend =
      'rules of another version or with other job names are loaded, or these are a minute old: render and load them again';
    findings.push({
      code: 'rules/some-signals',
      clusters: [...new Set([...unrecorded.values()].flat())].sort(),
      what,
      mend,
    });
  }
  return findings;
}

/** Scrapes that can't work on EKS and would keep an alert firing for ever. */
function unreachable(diagnoses: readonly ClusterDiagnosis[]): readonly Finding[] {
  return UNREACHABLE_JOBS.flatMap(({ job, what, mend }) => {
    const having = diagnoses.filter(({ facts }) =>
      [...facts.targets].some(([name, { count, down }]) => job.test(name) && down === count),
    );
    if (having.length === 0) return [];
    const clusters = having.flatMap(({ name }) => name ?? []);
    return [{ code: 'job/unreachable', clusters, what: `${what}, and its targets are down`, mend }];
  });
}
