import type { Bundle } from '../catalogue/bundle.ts';
import type { ExporterName } from '../catalogue/exporters.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { ClusterDiagnosis, SignalDiagnosis } from './diagnose.ts';
import type { ExporterState } from './exporter-state.ts';
import type { Survey } from './facts.ts';
import { type Finding, findingsOf, type StoreRemarks } from './findings.ts';
import type { Setting } from './problem.ts';

/** What a probe found; printed as it is by `--json`. Fields are added, never renamed. */
export interface ProbeReport {
  readonly store: {
    readonly url: string;
    /** How many questions it was asked. */
    readonly questions: number;
    readonly clusterLabel: string;
    /** How many clusters it has, whether looked at or not. */
    readonly clusters: number;
  };
  /** Of every cluster together. */
  readonly coverage: Coverage;
  readonly findings: readonly Finding[];
  /** Values for tidegate's own configuration that mend problems. */
  readonly settings: readonly Setting[];
  readonly clusters: readonly ClusterReport[];
}

/** One cluster of the report. */
export interface ClusterReport {
  /** Null where the store's series have no cluster label. */
  readonly name: string | null;
  readonly coverage: Coverage;
  readonly exporters: readonly {
    readonly exporter: ExporterName;
    readonly is: ExporterState['is'];
    readonly configuredJob: string;
    readonly jobs: readonly string[];
    readonly targets: number;
    readonly down: number;
    readonly intervalSeconds: number | null;
  }[];
  readonly signals: readonly SignalDiagnosis[];
}

/** What a report is made of. */
export interface ReportParts {
  readonly url: string;
  readonly questions: number;
  readonly survey: Survey;
  readonly diagnoses: readonly ClusterDiagnosis[];
  readonly bundle: Bundle;
  readonly remarks: StoreRemarks;
}

/** Puts everything together; pure. */
export function reportOf({ url, questions, survey, diagnoses, bundle, remarks }: ReportParts): ProbeReport {
  const { clusterLabel, store } = survey;
  return {
    store: { url, questions, clusterLabel, clusters: store.clusters.length },
    coverage: coverageOf(diagnoses),
    findings: findingsOf(survey, diagnoses, bundle, remarks),
    settings: settingsOf(diagnoses),
    clusters: diagnoses.map(clusterReport),
  };
}

function clusterReport(diagnosis: ClusterDiagnosis): ClusterReport {
  return {
    name: diagnosis.name ?? null,
    coverage: coverageOf([diagnosis]),
    exporters: diagnosis.exporters.map(
      ({ exporter, is, configuredJob, jobs, targets, down, intervalSeconds }) => ({
        exporter,
        is,
        configuredJob,
        jobs,
        targets,
        down,
        intervalSeconds: intervalSeconds ?? null,
      }),
    ),
    signals: diagnosis.signals,
  };
}

/** The settings that any problem names; of several scrape intervals the slowest is the one to count by. */
function settingsOf(diagnoses: readonly ClusterDiagnosis[]): readonly Setting[] {
  const named = diagnoses.flatMap(({ signals }) =>
    signals.flatMap(({ problems }) => problems.flatMap(({ setting }) => setting ?? [])),
  );
  const byPath = new Map<string, Setting>();
  for (const setting of named) {
    const known = byPath.get(setting.path);
    if (known === undefined || Number.parseInt(setting.value, 10) > Number.parseInt(known.value, 10)) {
      byPath.set(setting.path, setting);
    }
  }
  return [...byPath.values()].sort((a, b) => a.path.localeCompare(b.path));
}
