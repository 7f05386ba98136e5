import { BURN_TIERS, type BurnTier } from '../domain/burn-rate.ts';
import { seconds } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import { metricsOf, type Node, walk } from '../promql/node.ts';
import type { Alert, AnySignal, Condition, Signal, Slo } from './signal.ts';

/**
 * A signal, checked: what the types can't see is refused here with a sentence.
 *
 * @throws DefinitionError `signal/...`
 */
export function defineSignal<const L extends string = never>(signal: Signal<L>): Signal<L> {
  const refuse: Refuse = (code, why) => {
    throw new DefinitionError(`signal/${code}`, `signal ${signal.id}: ${why}`);
  };
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(signal.id)) refuse('id', 'ids are flat kebab-case');
  for (const vector of vectorsOf(signal)) {
    for (const part of walk(vector)) refuseWhatLosesClusters(part, refuse);
  }
  if (signal.kind === 'gauge' || signal.kind === 'state') {
    const value = signal.kind === 'gauge' ? signal.value : signal.bad;
    if ([...signal.by].sort().join() !== value.labels.join()) {
      refuse('labels', `by is [${signal.by.join(', ')}] and the expression has [${value.labels.join(', ')}]`);
    }
  }
  checkEdges(signal as AnySignal, refuse);
  checkObjective(signal as AnySignal, refuse);
  for (const alert of signal.alerts) checkAlert(signal as AnySignal, alert as Alert, refuse);
  const check = signal.check;
  if ('halts' in check) {
    if (check.limitOf !== undefined && !signal.alerts.some((alert) => alert.name === check.limitOf)) {
      refuse('limit-of', `limitOf names ${check.limitOf}, which is no alert of it`);
    }
    if (check.on !== 'change' && check.limitOf === undefined) {
      refuse('limit-of', `a check on "${check.on}" needs limitOf: the alert whose limit it uses`);
    }
    if (check.halts && (signal.kind === 'presence' || signal.component === 'telemetry')) {
      refuse('halts', 'what a presence or telemetry signal misses is not known, and not knowing never halts');
    }
  }
  return Object.freeze(signal);
}

/** Throws what is wrong with a signal. */
type Refuse = (code: string, why: string) => never;

/** Functions that see a store instead of a cluster. */
const REFUSED_CALLS = ['absent', 'absent_over_time', 'vector', 'scalar'];

function refuseWhatLosesClusters(node: Node, refuse: Refuse): void {
  if (node.is === 'call' && REFUSED_CALLS.includes(node.name)) {
    refuse('function', `${node.name}() loses or merges clusters in a shared store; use a presence signal`);
  }
  if (node.is === 'aggregate' && !node.by.includes('cluster')) {
    refuse('cluster', `${node.name} by (${node.by.join(', ')}) loses the cluster`);
  }
  if (node.is === 'binary' && node.on !== undefined && !node.on.includes('cluster')) {
    refuse('cluster', `matching on (${node.on.join(', ')}) mixes clusters`);
  }
}

function vectorsOf(signal: { readonly kind: string }): readonly Node[] {
  const s = signal as AnySignal;
  const own =
    s.kind === 'gauge'
      ? [s.value]
      : s.kind === 'state'
        ? [s.bad, s.among]
        : s.kind === 'presence'
          ? [s.expected, s.seen]
          : [];
  const guards = s.alerts.flatMap(({ when }) =>
    (when.and ?? []).flatMap((guard) =>
      'only' in guard ? [guard.only] : 'except' in guard ? [guard.except] : [],
    ),
  );
  return [...own, ...guards].map(({ node }) => node);
}

/** Counts are exact on bucket bounds alone, and an SLO reads what is counted. */
function checkEdges(signal: AnySignal, refuse: Refuse): void {
  if (signal.kind !== 'latency') return;
  const { of, edges, slo } = signal;
  const guessed = edges.filter((edge: number) => !of.bounds.includes(edge));
  if (guessed.length > 0) {
    refuse(
      'edge',
      `${guessed.join(', ')} is no bucket bound of ${of.metric}; it has ${of.bounds.join(', ')}`,
    );
  }
  if (slo !== undefined && !edges.includes(slo.edge)) {
    refuse('edge', `its SLO is about ${slo.edge} s, which is none of the edges ${edges.join(', ')}`);
  }
}

function checkObjective(signal: AnySignal, refuse: Refuse): void {
  const slo = 'slo' in signal ? signal.slo : undefined;
  if (slo !== undefined && !(slo.objective > 0 && slo.objective < 1)) {
    refuse('objective', `${slo.objective} leaves no error budget; write 0.999 for 99.9 %`);
  }
}

/** Conditions that make sense for each kind. */
const CONDITIONS: Record<AnySignal['kind'], readonly Condition['is'][]> = {
  ratio: ['above', 'burning'],
  latency: ['slower', 'burning'],
  events: ['above'],
  gauge: ['above', 'below', 'filling'],
  state: ['above', 'any', 'burning'],
  presence: ['missing'],
};

function checkAlert(signal: AnySignal, alert: Alert, refuse: Refuse): void {
  const { when } = alert;
  if (!/^[A-Z][A-Za-z0-9]+$/.test(alert.name)) refuse('alert-name', `"${alert.name}" is not PascalCase`);
  if (!CONDITIONS[signal.kind].includes(when.is)) {
    refuse('condition', `${alert.name} is "${when.is}", which a ${signal.kind} signal can't be`);
  }
  if (/[{}%]|\d/.test(alert.summary.replaceAll(/5xx|99/g, ''))) {
    refuse('summary', `the summary of ${alert.name} holds a value; it is a constant sentence`);
  }
  if (!alert.because.endsWith('.'))
    refuse('because', `${alert.name} does not say in a sentence why its numbers are what they are`);
  if (when.is === 'slower' && signal.kind === 'latency' && !signal.edges.includes(when.than)) {
    refuse(
      'edge',
      `${alert.name} asks for ${when.than} s, which is none of the edges ${signal.edges.join(', ')}`,
    );
  }
  if (isShare(signal, when) && 'limit' in when && typeof when.limit === 'number' && when.limit > 1) {
    refuse('limit', `${alert.name} has the limit ${when.limit} of a share; write 0.03 for 3 %`);
  }
  if (when.is === 'burning') {
    const slo = 'slo' in signal ? signal.slo : undefined;
    const name = slo === undefined ? undefined : burnAlertName(slo, when.tier);
    if (name === undefined) refuse('slo', `${alert.name} burns a budget, and the signal has no SLO`);
    if (alert.name !== name) refuse('alert-name', `${alert.name} must be called ${name}`);
  }
  if (
    ['ratio', 'latency', 'events'].includes(signal.kind) &&
    when.is === 'above' &&
    when.over === undefined
  ) {
    refuse('over', `${alert.name} counts events; say over which time`);
  }
  if ('over' in when && when.over !== undefined && (seconds(when.over) < 60 || seconds(when.over) % 60 > 0)) {
    refuse('over', `${alert.name} counts over ${when.over}; events are counted by whole minutes`);
  }
  for (const guard of when.and ?? []) {
    if ('traffic' in guard && signal.kind !== 'ratio' && signal.kind !== 'latency') {
      refuse('guard', `${alert.name} wants traffic, which a ${signal.kind} signal does not count`);
    }
    const vector = 'only' in guard ? guard.only : 'except' in guard ? guard.except : undefined;
    const lacking = (vector?.labels ?? []).filter(
      (label) => !(signal.by as readonly string[]).includes(label),
    );
    if (lacking.length > 0) {
      refuse('guard', `a guard of ${alert.name} has the label ${lacking.join(', ')}, which the alert lacks`);
    }
  }
}

/** Whether what is compared lies between 0 and 1. */
function isShare({ kind }: AnySignal, { is }: Condition): boolean {
  return kind === 'ratio' || kind === 'latency' || (kind === 'state' && is === 'above');
}

/** The name of an SLO's burn alert. */
export function burnAlertName(slo: Slo, tier: BurnTier): string {
  return `${slo.alertPrefix}ErrorBudgetBurn${tier.charAt(0).toUpperCase()}${tier.slice(1)}`;
}

/** What each tier tells the person who is paged. */
const BURN_SUMMARIES: Record<BurnTier, string> = {
  fast: 'is being spent so fast that it is gone within days',
  medium: 'is being spent several times faster than it can last',
  slow: 'is being spent faster than it can last',
  trickle: 'is being spent as fast as it is earned, or faster',
};

/** Where each tier's numbers come from. */
const BURN_BECAUSE: Record<BurnTier, string> = {
  fast: 'The fastest row of table 5-8 in the Google SRE Workbook, chapter 5; the short window ends the page soon after the trouble.',
  medium:
    'The second row of table 5-8 in the Google SRE Workbook, chapter 5: slower trouble that would still empty the budget within days.',
  slow: 'The row of a day in Sloth’s google-30d windows, between the Google SRE Workbook’s pages and its ticket.',
  trickle:
    'The ticket’s row of table 5-8 in the Google SRE Workbook, chapter 5: nothing is left of the budget at the end of the period.',
};

/**
 * The four burn alerts of an SLO.
 *
 * @param what whose budget it is, for the summary: "The error budget of the API server's availability"
 */
export function burnAlerts(slo: Slo, what: string): readonly Alert[] {
  return (Object.keys(BURN_TIERS) as BurnTier[]).map((tier) => ({
    name: burnAlertName(slo, tier),
    severity: BURN_TIERS[tier].severity,
    for: BURN_TIERS[tier].for,
    summary: `${what} ${BURN_SUMMARIES[tier]}.`,
    because: `${BURN_BECAUSE[tier]} The objective: ${slo.why}`,
    when: {
      is: 'burning' as const,
      tier,
      ...(slo.minTraffic === undefined ? {} : { and: [{ traffic: slo.minTraffic }] }),
    },
  }));
}

/** Names of every metric a signal reads. */
export function metricsOfSignal(signal: AnySignal): ReadonlySet<string> {
  const names = new Set(vectorsOf(signal).flatMap((node) => [...metricsOf(node)]));
  if (signal.kind === 'ratio') names.add(signal.bad.metric).add(signal.total.metric);
  if (signal.kind === 'events') names.add(signal.events.metric);
  if (signal.kind === 'latency') names.add(`${signal.of.metric}_bucket`).add(`${signal.of.metric}_count`);
  return names;
}
