import { type Bundle, limitOf, runbookUrl } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { BURN_TIERS, burnThreshold, SLO_PERIOD } from '../../domain/burn-rate.ts';
import { printLines } from '../../promql/print.ts';
import { boardUrl } from '../board-link.ts';
import { canHalt } from '../checks/can-halt.ts';
import { formatNumber } from '../format.ts';
import { expressionOf } from './conditions.ts';
import type { Rule } from './rule.ts';

/** The alerting rule of one alert. */
export function alertingRule(signal: AnySignal, alert: AnyAlert, bundle: Bundle): Rule {
  const slo = alert.when.is === 'burning' && 'slo' in signal ? signal.slo : undefined;
  return {
    alert: alert.name,
    expr: printLines(expressionOf(signal, alert, bundle), bundle.print),
    for: alert.for,
    labels: {
      severity: alert.severity,
      component: signal.component,
      signal: signal.id,
      gate: canHalt(signal, alert) ? 'halt' : 'hold',
      ...(slo === undefined ? {} : { slo: slo.id }),
    },
    annotations: {
      summary: alert.summary,
      description: `${describe(signal, alert, bundle)} on cluster {{ $labels.cluster }}${itemText(signal, alert)}.`,
      runbook_url: `${runbookUrl(alert.name, bundle.parameters)}?cluster={{ $labels.cluster | urlquery }}`,
      dashboard_url: boardUrl(signal.component, bundle.parameters, '{{ $labels.cluster | urlquery }}'),
    },
  };
}

/** Labels of the item that an alert is about, as template text. */
function itemText(signal: AnySignal, { when }: AnyAlert): string {
  if (when.is === 'burning' || (signal.kind === 'state' && when.is === 'above')) return '';
  return (signal.by as readonly string[]).map((label) => `, ${label} {{ $labels.${label} }}`).join('');
}

/** What is measured, how it is, and where the limit lies; `{{ $value }}` is filled in by Prometheus. */
function describe(signal: AnySignal, alert: AnyAlert, bundle: Bundle): string {
  const { when } = alert;
  const limit = limitOf(alert, bundle.parameters) ?? 0;
  const percent = '{{ $value | humanizePercentage }}';
  switch (when.is) {
    case 'burning': {
      const { long, budget } = BURN_TIERS[when.tier];
      return `${percent} of the last ${long} was bad, which burns the ${SLO_PERIOD} error budget at more than ${burnThreshold(when.tier)} times its sustainable rate (${formatNumber(budget, 'percentunit')} of it in ${long}),`;
    }
    case 'slower':
      return `${percent} of ${wordsOf(signal)} took longer than ${formatNumber(when.than, 's')} in ${when.over} (limit ${formatNumber(limit, 'percentunit')})`;
    case 'filling':
      return `${percent} free, and none in ${when.within} by the trend of ${when.over}`;
    case 'missing':
      return `${signal.title}: not seen`;
    case 'any':
      return `${signal.title}`;
    case 'above':
    case 'below':
      return describeValue(signal, when.is, limit, when.over);
  }
}

function describeValue(
  signal: AnySignal,
  is: 'above' | 'below',
  limit: number,
  over: string | undefined,
): string {
  const time = over === undefined ? '' : ` in ${over}`;
  switch (signal.kind) {
    case 'ratio':
      return `{{ $value | humanizePercentage }} of ${signal.words.exposure} ${signal.words.events}${time} (limit ${formatNumber(limit, 'percentunit')})`;
    case 'events':
      return `{{ $value | humanize }} ${signal.words.events} a minute${time} (limit ${formatNumber(limit, 'short')})`;
    case 'state':
      return `{{ $value | humanizePercentage }} of all: ${signal.title} (limit ${formatNumber(limit, 'percentunit')})`;
    case 'gauge':
      return `${signal.title}: ${templateValue(signal.unit)}, ${is} ${formatNumber(limit, signal.unit)}`;
    default:
      return signal.title;
  }
}

function wordsOf(signal: AnySignal): string {
  return signal.kind === 'latency' || signal.kind === 'ratio' ? signal.words.exposure : 'events';
}

/** How Prometheus's templates write a value of a Grafana unit. */
function templateValue(unit: string): string {
  const filters: Readonly<Record<string, string>> = {
    percentunit: 'humanizePercentage',
    bytes: 'humanize1024',
    s: 'humanizeDuration',
  };
  return `{{ $value | ${filters[unit] ?? 'humanize'} }}`;
}
