import { stringify } from 'yaml';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { CLUSTER_INFO, RECORDED } from '../../domain/recorded-series.ts';
import type { Node } from '../../promql/node.ts';
import { printLines } from '../../promql/print.ts';
import { GENERATED, type RenderedFile } from '../file.ts';
import { alertingRule } from './alerting.ts';
import { recordedSelector, recordingsOf } from './recorded.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { budgetGroup, sloRecordings, sloSeriesOf } from './slo.ts';
import { watchdogGroups } from './watchdog.ts';

/** The groups of one signal: what it records and the alerts that read it, then its SLO. */
export function groupsOf(signal: AnySignal, bundle: Bundle): readonly RuleGroup[] {
  const alerts = signal.alerts as readonly AnyAlert[];
  const burns = alerts.filter(({ when }) => when.is === 'burning');
  const others = alerts.filter(({ when }) => when.is !== 'burning');
  const rule = (alert: AnyAlert) => alertingRule(signal, alert, bundle);
  const own: RuleGroup = {
    name: `tidegate/${signal.id}`,
    interval: '1m',
    rules: [...recordingRules(signal, bundle), ...others.map(rule)],
  };
  const slo = sloSeriesOf(signal);
  if (slo === undefined) return [own];
  const burning: RuleGroup = {
    name: `tidegate/slo/${slo.slo.id}`,
    interval: '1m',
    rules: [...sloRecordings(slo), ...burns.map(rule)],
  };
  return [own, burning, budgetGroup(slo)];
}

function recordingRules(signal: AnySignal, bundle: Bundle): readonly Rule[] {
  return recordingsOf(signal, bundle).map(({ kind, edge, of }) => ({
    record: RECORDED[kind],
    expr: printLines(kind === 'events' ? orZero(of.node, signal.id) : of.node, bundle.print),
    labels: { signal: signal.id, ...(edge === undefined ? {} : { edge: String(edge) }) },
  }));
}

/** No events where there was exposure is zero events; neither is no data. */
function orZero(events: Node, signal: string): Node {
  const none: Node = {
    is: 'binary',
    operator: '*',
    left: { is: 'number', value: 0 },
    right: recordedSelector('exposure', signal),
  };
  return { is: 'binary', operator: 'or', on: ['cluster'], left: events, right: none };
}

/** The inventory as rules, so that a silent cluster is noticed and a dead gate silences nothing. */
export function inventoryGroup(bundle: Bundle): RuleGroup {
  return {
    name: 'tidegate/inventory',
    interval: '1m',
    rules: bundle.parameters.clusters.map(({ name, wave, class: klass, region }) => ({
      record: CLUSTER_INFO,
      // The one place where vector() stands. Its cluster is a label of the rule: rules of one name are told apart
      // by their labels, and two clusters may share wave, class and region.
      expr: 'vector(1)',
      labels: { cluster: name, wave, class: klass, region },
    })),
  };
}

/** All groups of a bundle by file name. */
export function ruleGroups(bundle: Bundle): ReadonlyMap<string, readonly RuleGroup[]> {
  const files = new Map<string, RuleGroup[]>();
  for (const signal of bundle.signals) {
    const file = signal.component.replace('/', '-');
    files.set(file, [...(files.get(file) ?? []), ...groupsOf(signal, bundle)]);
  }
  const watchdog = watchdogGroups(bundle);
  if (watchdog.length > 0) files.set('gate', [...(files.get('gate') ?? []), ...watchdog]);
  if (bundle.parameters.clusters.length > 0) files.set('inventory', [inventoryGroup(bundle)]);
  return files;
}

/** Prometheus rule files, one for each component. */
export function renderRules(bundle: Bundle): readonly RenderedFile[] {
  return [...ruleGroups(bundle)].map(([name, groups]) => ({
    path: `alerts/prometheus/${name}.rules.yaml`,
    content: `# ${GENERATED}\n${toYaml({ groups })}`,
  }));
}

/** YAML as Kubernetes and Prometheus read it: version 1.1, so that `on` and `yes` are quoted; lines are not folded. */
export function toYaml(value: unknown): string {
  return stringify(value, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
