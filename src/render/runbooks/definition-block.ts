import { type Bundle, limitOf } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { BURN_TIERS, burnThreshold } from '../../domain/burn-rate.ts';
import { print } from '../../promql/print.ts';
import { boardUrl } from '../board-link.ts';
import { canHalt } from '../checks/can-halt.ts';
import { formatNumber } from '../format.ts';
import { expressionOf } from '../prometheus/conditions.ts';

/** The marks between which a runbook page holds what is generated from the alert's definition. */
export const BLOCK_BEGIN = '<!-- definition:begin -->';
export const BLOCK_END = '<!-- definition:end -->';

/** Everything about an alert that a number or a name stands in: no page types them. */
export function definitionBlock(signal: AnySignal, alert: AnyAlert, bundle: Bundle): string {
  const slo = alert.when.is === 'burning' && 'slo' in signal ? signal.slo : undefined;
  const rows: readonly (readonly [string, string])[] = [
    ['Severity', alert.severity],
    ['Component', `\`${signal.component}\``],
    ['Signal', `\`${signal.id}\`: ${signal.title}`],
    ['Why it is watched', signal.why],
    [
      'Fires when',
      `${conditionInWords(signal, alert, bundle)}, ${alert.for === '0s' ? 'at once' : `for ${alert.for}`}`,
    ],
    ['Why these numbers', alert.because],
    ...(slo === undefined ? [] : [['SLO', sloInWords(signal, slo.objective, slo.id)] as const]),
    ['Rollouts', gateInWords(signal, alert)],
    ['Board', boardUrl(signal.component, bundle.parameters, '$CLUSTER')],
  ];
  const table = [
    '| | |',
    '| --- | --- |',
    ...rows.map(([name, text]) => `| **${name}** | ${escapeCell(text)} |`),
  ];
  const query = print(expressionOf(signal, alert, bundle), bundle.print);
  return [
    BLOCK_BEGIN,
    '',
    ...table,
    '',
    variablesInWords(signal),
    '',
    '<details><summary>Expression</summary>',
    '',
    '```promql',
    query,
    '```',
    '',
    '</details>',
    '',
    BLOCK_END,
  ].join('\n');
}

/** What the commands about the gate itself are sent to, and the token they carry. */
const GATE_VARIABLES = ['TIDEGATE_URL', 'TIDEGATE_TOKEN'];

/** Shell variables that the commands on the pages of a signal's alerts may use. */
export function runbookVariables(signal: AnySignal): readonly string[] {
  return [...labelVariables(signal), ...(signal.component === 'gate' ? GATE_VARIABLES : [])];
}

function labelVariables({ by }: AnySignal): readonly string[] {
  return ['CLUSTER', 'REGION', ...by.map((label: string) => label.toUpperCase())];
}

function variablesInWords(signal: AnySignal): string {
  const labels = labelVariables(signal).map((name) => `\`$${name}\``);
  const fromLabels = `Set first: ${labels.join(', ')}.`;
  if (signal.component !== 'gate') return fromLabels;
  return `${fromLabels} \`$TIDEGATE_URL\` is the address of the gate, \`$TIDEGATE_TOKEN\` its token.`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** The condition of an alert as a clause, its guard included: `more than 3 % of API requests ... over 10m`. */
export function conditionInWords(signal: AnySignal, alert: AnyAlert, bundle: Bundle): string {
  return `${comparisonInWords(signal, alert, bundle)}${trafficInWords(signal, alert)}`;
}

/** A quiet cluster may stand above the limit without an alert; page and panel have to say so. */
function trafficInWords(signal: AnySignal, { when }: AnyAlert): string {
  const guard = (when.and ?? []).find((candidate) => 'traffic' in candidate);
  if (guard === undefined || !('traffic' in guard)) return '';
  const exposure = 'words' in signal && 'exposure' in signal.words ? signal.words.exposure : 'events';
  return `, with ${exposure} above ${guard.traffic}/s`;
}

function comparisonInWords(signal: AnySignal, alert: AnyAlert, bundle: Bundle): string {
  const { when } = alert;
  const limit = limitOf(alert, bundle.parameters) ?? 0;
  switch (when.is) {
    case 'burning': {
      const { long, short, budget } = BURN_TIERS[when.tier];
      const times = burnThreshold(when.tier);
      const speed = times === 1 ? 'faster than it lasts' : `more than ${times} times as fast as it lasts`;
      return `the error budget burns ${speed}, over ${long} and over ${short} (${formatNumber(budget, 'percentunit')} of it in ${long})`;
    }
    case 'slower':
      return `more than ${formatNumber(limit, 'percentunit')} of ${signal.kind === 'latency' ? signal.words.exposure : 'events'} are slower than ${formatNumber(when.than, 's')} over ${when.over}`;
    case 'filling':
      return `less than ${formatNumber(when.below, 'percentunit')} is free, and the trend of ${when.over} reaches zero within ${when.within}`;
    case 'missing':
    case 'any':
      return alert.summary.replace(/\.$/, '').replace(/^(An?|The) /, (article) => article.toLowerCase());
    case 'above':
    case 'below':
      return `${measureInWords(signal)} ${when.is === 'above' ? 'above' : 'below'} ${limitInWords(signal, limit)}${when.over === undefined ? '' : ` over ${when.over}`}`;
  }
}

function measureInWords(signal: AnySignal): string {
  switch (signal.kind) {
    case 'ratio':
      return `share of ${signal.words.exposure} ${signal.words.events}`;
    case 'events':
      return `${signal.words.events} a minute`;
    case 'state':
      return `share of bad ${signal.item}s`;
    default:
      return signal.title;
  }
}

function limitInWords(signal: AnySignal, limit: number): string {
  if (signal.kind === 'ratio' || signal.kind === 'state') return formatNumber(limit, 'percentunit');
  return formatNumber(limit, signal.kind === 'gauge' ? signal.unit : 'short');
}

/** An objective as a clause: `99.9 % good over 30 days`, with the id of its SLO before it. */
export function sloInWords(signal: AnySignal, objective: number, id: string): string {
  const what =
    signal.kind === 'latency' && signal.slo !== undefined
      ? `within ${formatNumber(signal.slo.edge, 's')}`
      : signal.kind === 'state'
        ? `of all ${signal.item}-minutes good`
        : 'good';
  return `\`${id}\`: ${formatNumber(objective, 'percentunit')} ${what} over 30 days`;
}

function gateInWords(signal: AnySignal, alert: AnyAlert): string {
  if (!canHalt(signal, alert)) return 'does not halt a rollout by itself';
  const { check } = signal;
  const whatever = 'halts' in check && check.critical;
  return whatever
    ? 'halts a rollout when it starts firing after the sync, whatever the change touches'
    : `halts a rollout of \`${signal.component}\` when it starts firing after the sync; holds any other`;
}
