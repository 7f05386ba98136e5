import type { Bundle } from '../catalogue/bundle.ts';
import { limitOf } from '../catalogue/bundle.ts';
import { EXPORTERS, type ExporterName } from '../catalogue/exporters.ts';
import type { AnyAlert, AnySignal } from '../catalogue/signal.ts';
import type { Component } from '../domain/component.ts';
import { seconds } from '../domain/duration.ts';
import { type ExporterContext, exporterProblems } from './exporter-problems.ts';
import { type ExporterState, exporterStates } from './exporter-state.ts';
import type { ClusterFacts, LabelValues } from './facts.ts';
import { METRIC_HINTS } from './metric-hints.ts';
import { needProblems } from './need-problems.ts';
import type { SignalNeeds } from './needs.ts';
import { type Problem, type SignalState, stateOf } from './problem.ts';

/** How one signal of one cluster arrives. */
export interface SignalDiagnosis {
  readonly id: string;
  readonly component: Component;
  /** Go needs its evidence. */
  readonly required: boolean;
  readonly state: SignalState;
  /** The state once the settings that the problems name are made. */
  readonly stateWithSettings: SignalState;
  readonly problems: readonly Problem[];
  /** What is worth knowing although nothing is wrong. */
  readonly note?: string;
}

/** How everything of one cluster arrives. */
export interface ClusterDiagnosis {
  readonly name?: string;
  readonly facts: ClusterFacts;
  readonly exporters: readonly ExporterState[];
  readonly signals: readonly SignalDiagnosis[];
}

/** What fleets are judged by. */
export interface DiagnosisOptions {
  readonly bundle: Bundle;
  readonly needs: readonly SignalNeeds[];
  /** Values of labels in question, as far as they were asked for. */
  readonly values: LabelValues;
}

/** Judges every signal of every cluster; pure. */
export function diagnose(
  clusters: readonly ClusterFacts[],
  { bundle, needs, values }: DiagnosisOptions,
): readonly ClusterDiagnosis[] {
  const all = needs.flatMap((one) => one.needs);
  const states = clusters.map((facts) => exporterStates(facts, all, bundle.parameters.jobs));
  const context: ExporterContext = {
    jobToSet: jobsToSet(states),
    mostDown: mostDown(bundle),
    intervalSeconds: seconds(bundle.parameters.scrapeInterval),
    alone: (exporter) => signalsAlone(exporter, needs),
  };
  return clusters.map((facts, at) => {
    const exporters = states[at] ?? new Map<ExporterName, ExporterState>();
    return {
      ...(facts.name === undefined ? {} : { name: facts.name }),
      facts,
      exporters: [...exporters.values()],
      signals: needs.map((one) => diagnoseSignal(one, { facts, exporters, context, values })),
    };
  });
}

interface ClusterContext {
  readonly facts: ClusterFacts;
  readonly exporters: ReadonlyMap<ExporterName, ExporterState>;
  readonly context: ExporterContext;
  readonly values: LabelValues;
}

function diagnoseSignal(of: SignalNeeds, cluster: ClusterContext): SignalDiagnosis {
  const { signal } = of;
  const problems = distinct(problemsOf(of, cluster));
  const note = problems.length === 0 ? noteOf(of, cluster.facts) : undefined;
  return {
    id: signal.id,
    component: signal.component,
    required: isRequired(signal),
    state: stateOf(problems),
    stateWithSettings: stateOf(problems.filter(({ setting }) => setting === undefined)),
    problems,
    ...(note === undefined ? {} : { note }),
  };
}

function problemsOf({ signal, needs, up }: SignalNeeds, cluster: ClusterContext): readonly Problem[] {
  const { facts, exporters, context, values } = cluster;
  const names = new Set([...needs.flatMap(({ exporter }) => exporter ?? []), ...up]);
  const own: Problem[] = [];
  for (const name of names) {
    const state = exporters.get(name);
    if (state === undefined) continue;
    own.push(...exporterProblems(signal, state, up.includes(name), context));
    if (state.is !== 'scraped') continue;
    const series = needs.filter(({ exporter }) => exporter === name);
    own.push(...series.flatMap((need) => needProblems(signal, need, { facts, jobs: state.jobs, values })));
  }
  if (needs.some(({ exporter }) => exporter === undefined) && !facts.isInventoried) own.push(NO_INVENTORY);
  if (names.size === 0 && facts.targets.size === 0) own.push(NO_UP);
  return own;
}

const NO_INVENTORY: Problem = {
  code: 'rules/absent',
  makes: 'missing',
  what: 'no rule names the clusters that should exist',
  mend: 'render the rules with the fleet in tidegate.yaml (render --config) and load them',
};

const NO_UP: Problem = {
  code: 'up/absent',
  makes: 'missing',
  what: 'the store has no series "up"',
  mend: 'let "up" through where series are filtered (write_relabel_configs)',
};

/** The `job` to configure for the exporters that some cluster has under another name, which is theirs alone. */
function jobsToSet(
  fleet: readonly ReadonlyMap<ExporterName, ExporterState>[],
): ReadonlyMap<ExporterName, string> {
  const names = Object.keys(EXPORTERS) as ExporterName[];
  return new Map(
    names.flatMap((name): [ExporterName, string][] => {
      const states = fleet
        .flatMap((cluster) => cluster.get(name) ?? [])
        .filter(
          (state) => state.is !== 'absent' && (state.hasConfiguredJob || state.sharedWith.length === 0),
        );
      if (states.every(({ hasConfiguredJob }) => hasConfiguredJob)) return [];
      const jobs = new Set(states.flatMap(({ jobs: own }) => own));
      return [[name, [...jobs].sort().join('|')]];
    }),
  );
}

/** The share of down targets that the bundle itself alerts on. */
function mostDown({ signals, parameters }: Bundle): number {
  const alerts = signals
    .filter(({ id }) => id === 'targets-down')
    .flatMap((signal) => signal.alerts as readonly AnyAlert[]);
  return alerts.map((alert) => limitOf(alert, parameters)).find((limit) => limit !== undefined) ?? 0;
}

/** Signals that an exporter alone brings: all that read it, whatever else they read. */
function signalsAlone(exporter: ExporterName, needs: readonly SignalNeeds[]): readonly string[] {
  return needs
    .filter((one) => one.up.includes(exporter) || one.needs.some((need) => need.exporter === exporter))
    .map(({ signal }) => signal.id);
}

function noteOf({ needs }: SignalNeeds, { metrics }: ClusterFacts): string | undefined {
  const unseen = needs.find(({ role, metric }) => role === 'events' && !metrics.has(metric));
  const comesWith = METRIC_HINTS.find(({ metric }) => metric === unseen?.metric)?.comesWith;
  return comesWith === undefined ? undefined : `none yet: the series comes with ${comesWith}`;
}

function isRequired({ check }: AnySignal): boolean {
  return 'halts' in check && check.required === true;
}

/** Several selectors of a signal may lack the same thing. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.what}`, problem])).values()];
}
