import { type Bundle, runbookUrl } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { seconds } from '../../domain/duration.ts';
import { conditionInWords } from '../runbooks/definition-block.ts';

/** What is said about a panel of a signal. */
export interface PanelWords {
  readonly signal: AnySignal;
  /** The alerts that the panel draws. */
  readonly alerts: readonly AnyAlert[];
  /** What the numbers are, where the title does not say it. */
  readonly drawn?: string;
  /** Completes "Empty means". */
  readonly empty: string;
}

/** Markdown: why it is watched, then the same lines for every panel: alerts, what empty means, runbooks. */
export function describePanel({ signal, alerts, drawn, empty }: PanelWords, bundle: Bundle): string {
  return [
    signal.why,
    ...(drawn === undefined ? [] : [drawn]),
    ...alerts.map((alert) => alertInWords(signal, alert, bundle)),
    `Empty means: ${empty}.`,
    ...runbooks(alerts, bundle),
  ].join('\n\n');
}

function alertInWords(signal: AnySignal, alert: AnyAlert, bundle: Bundle): string {
  const lasting = seconds(alert.for) === 0 ? 'at once' : `for ${alert.for}`;
  const condition = conditionInWords(signal, alert, bundle);
  return `Alert: ${alert.name} (${alert.severity}) when ${condition}, ${lasting}. ${alert.summary}`;
}

function runbooks(alerts: readonly AnyAlert[], { parameters }: Bundle): readonly string[] {
  if (alerts.length === 0) return [];
  const links = alerts.map(({ name }) => `[${name}](${runbookUrl(name, parameters)})`);
  return [`Runbook: ${links.join(', ')}`];
}

/** What it means when the numbers of a signal are missing, which is never that all is well. */
export function emptyNumbers({ kind, requires }: AnySignal): string {
  const unscraped =
    requires.length === 0 ? 'nothing at all is scraped' : `${requires.join(' or ')} is not scraped`;
  return kind === 'ratio' || kind === 'latency' ? `no traffic, or ${unscraped}` : unscraped;
}
