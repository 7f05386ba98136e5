import type { Bundle } from '../catalogue/bundle.ts';
import { type ClusterDiagnosis, diagnose } from './diagnose.ts';
import { emptyFacts } from './facts.ts';
import type { StoreRemarks } from './findings.ts';
import { needsOf } from './needs.ts';
import type { LabelAsked } from './questions.ts';
import { type ProbeReport, reportOf } from './report.ts';
import { type Ask, surveyStore, surveyValues } from './survey.ts';

/** What a probe is told. */
export interface ProbeOptions {
  readonly url: string;
  readonly ask: Ask;
  readonly bundle: Bundle;
  readonly clusterLabel: string;
  /** The only cluster to look at. */
  readonly cluster?: string;
  readonly onProgress: (read: number, of: number) => void;
  /** Read when everything was asked: how many questions there were, and what came with the answers. */
  readonly remarks: () => StoreRemarks & { readonly questions: number };
}

/** Values of labels that are shown beside what was looked for. */
const MOST_LABELS_ASKED = 12;

/**
 * First contact with a store: which signals of the bundle each of its clusters delivers. Only asks; does IO by `ask` alone.
 *
 * @throws NotFoundError, UnavailableError as `surveyStore`
 */
export async function probeStore(options: ProbeOptions): Promise<ProbeReport> {
  const { ask, bundle, clusterLabel, cluster, onProgress } = options;
  const needs = needsOf(bundle);
  const survey = await surveyStore({
    ask,
    needs: needs.flatMap((one) => one.needs),
    clusterLabel,
    ...(cluster === undefined ? {} : { cluster }),
    onProgress,
  });
  // Clusters that should be there and are not lack everything.
  const isAbsent = (name: string) =>
    survey.store.clusters.length > 0 && !survey.store.clusters.includes(name);
  const expected = cluster === undefined ? bundle.parameters.clusters.map(({ name }) => name) : [];
  const clusters = [...survey.clusters, ...expected.filter(isAbsent).map(emptyFacts)];
  const first = diagnose(clusters, { bundle, needs, values: new Map() });
  const values = await surveyValues({ ask, clusterLabel }, labelsInQuestion(first));
  const diagnoses = values.size === 0 ? first : diagnose(clusters, { bundle, needs, values });
  const { questions, ...remarks } = options.remarks();
  return reportOf({ url: options.url, questions, survey, diagnoses, bundle, remarks });
}

/** The labels whose values people want to see, each of the first cluster in which they are wrong. */
function labelsInQuestion(diagnoses: readonly ClusterDiagnosis[]): readonly LabelAsked[] {
  const asked = new Map<string, LabelAsked>();
  for (const { name, signals } of diagnoses) {
    for (const { code, metric, labels = [] } of signals.flatMap(({ problems }) => problems)) {
      if (metric === undefined || (code !== 'label/values' && code !== 'bucket/bounds')) continue;
      for (const label of labels) {
        const key = `${metric} ${label}`;
        if (!asked.has(key))
          asked.set(key, { metric, label, ...(name === undefined ? {} : { cluster: name }) });
      }
    }
  }
  return [...asked.values()].slice(0, MOST_LABELS_ASKED);
}
