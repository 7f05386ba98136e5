import { type Bundle, limitOf, runbookUrl } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { type Check, type CheckedAlert, type CountSeries, seriesKey } from '../../domain/check.ts';
import { seconds } from '../../domain/duration.ts';
import { formatNumber } from '../format.ts';
import { recordedQuery } from '../prometheus/recorded.ts';
import { canHalt } from './can-halt.ts';

/** A required check weighs this many times another: alpha is spent where go depends on it. */
const REQUIRED_WEIGHT = 2;

/** The gate's questions: every signal that has a check, with the limits of its alerts. */
export function renderChecks(bundle: Bundle): readonly Check[] {
  const signals = bundle.signals.filter(({ check }) => 'halts' in check);
  const weights = signals.map(weightOf);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return signals.map((signal, at) => checkOf(signal, (weights[at] ?? 0) / sum, bundle));
}

/** Only checks that look for a regression spend alpha. */
function weightOf({ kind, check }: AnySignal): number {
  if (!('halts' in check) || !check.halts) return 0;
  if (kind !== 'ratio' && kind !== 'latency' && kind !== 'events') return 0;
  return check.required ? REQUIRED_WEIGHT : 1;
}

function checkOf(signal: AnySignal, weight: number, bundle: Bundle): Check {
  const { check } = signal;
  if (!('halts' in check)) throw new TypeError(`signal ${signal.id} has no check`);
  const alert = (signal.alerts as readonly AnyAlert[]).find(({ name }) => name === check.limitOf);
  const base = {
    signal: signal.id,
    component: signal.component,
    title: signal.title,
    halts: check.halts,
    required: check.required ?? false,
    critical: check.critical ?? false,
    on: check.on,
    weight,
    ...(check.limitOf === undefined ? {} : { limitOf: check.limitOf }),
  };
  const limit = alert === undefined ? undefined : limitOf(alert, bundle.parameters);
  const withLimit = limit === undefined ? {} : { limit };
  const forMinutes = alert === undefined ? 1 : Math.max(1, Math.ceil(seconds(alert.for) / 60));
  switch (signal.kind) {
    case 'ratio':
    case 'latency':
    case 'events': {
      const { slo } = signal.kind === 'events' ? { slo: undefined } : signal;
      const edge = slo !== undefined && 'edge' in slo ? { edge: slo.edge as number } : {};
      return {
        ...base,
        kind: signal.kind,
        series: seriesOf(signal, check.floor ?? 0, alert, limit),
        exposureUnit: signal.kind === 'events' ? 'minute' : signal.words.exposure,
        ...(slo === undefined ? {} : { objective: { target: slo.objective, ...edge } }),
      };
    }
    case 'gauge':
      return { ...base, kind: 'gauge', worse: signal.worse, unit: signal.unit, forMinutes, ...withLimit };
    case 'state':
      return { ...base, kind: 'state', item: signal.item, forMinutes };
    case 'presence':
      return { ...base, kind: 'presence', halts: false };
  }
}

function seriesOf(
  signal: Extract<AnySignal, { kind: 'ratio' | 'latency' | 'events' }>,
  floor: number,
  alert: AnyAlert | undefined,
  limit: number | undefined,
): readonly CountSeries[] {
  if (signal.kind !== 'latency') {
    const withLimit = limit === undefined ? {} : { limit };
    const query = recordedQuery('events', signal.id);
    return [{ key: signal.id, what: signal.words.events, floor, ...withLimit, query }];
  }
  return signal.edges.map((edge: number) => {
    const isLimited = alert?.when.is === 'slower' && alert.when.than === edge && limit !== undefined;
    return {
      key: seriesKey(signal.id, edge),
      edge,
      what: `slower than ${formatNumber(edge, 's')}`,
      floor,
      ...(isLimited ? { limit } : {}),
      query: recordedQuery('events', signal.id, edge),
    };
  });
}

/** Alerts that the gate reads, with what each may do. */
export function renderCheckedAlerts(bundle: Bundle): readonly CheckedAlert[] {
  return bundle.signals.flatMap((signal) =>
    (signal.alerts as readonly AnyAlert[]).map((alert) => ({
      name: alert.name,
      signal: signal.id,
      component: signal.component,
      severity: alert.severity,
      summary: alert.summary,
      halts: canHalt(signal, alert),
      critical: 'halts' in signal.check && (signal.check.critical ?? false),
      runbookUrl: runbookUrl(alert.name, bundle.parameters),
    })),
  );
}
