import { RECORDED, type RecordedKind, type RecordedSeries } from '../../domain/recorded-series.ts';
import { literal, quote } from '../../promql/print.ts';

/** Label that tells the kinds apart in a live expression, where no recorded name does. */
export const KIND_LABEL = 'tidegate_kind';

/**
 * Names as the value of a `=~` matcher, quotes included: matches each of them and nothing else.
 * Control characters and U+FFFD are written as escapes, because Prometheus refuses some of them raw.
 */
export function anyOf(names: readonly string[]): string {
  // Half a surrogate pair is no text; the label can't hold it either.
  const quoted = quote(names.map(literal).join('|').toWellFormed());
  return quoted.replaceAll(
    /[\p{Cc}\uFFFD]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The raw samples of recorded series of the last minutes before the evaluation time. */
export function recordedQuery(
  kinds: readonly RecordedKind[],
  clusterLabel: string,
  clusters: readonly string[],
  minutes: number,
): string {
  const names = anyOf(kinds.map((kind) => RECORDED[kind]));
  return `{__name__=~${names}, ${clusterLabel}=~${anyOf(clusters)}}[${minutes}m]`;
}

/** Alerts that are firing or pending. */
export function alertsQuery(
  alertNames: readonly string[],
  clusterLabel: string,
  clusters: readonly string[],
): string {
  return `ALERTS{alertstate=~"firing|pending", alertname=~${anyOf(alertNames)}, ${clusterLabel}=~${anyOf(clusters)}}`;
}

/** Of each cluster one series, in the minutes in which any of these alerts fired. */
export function firedQuery(
  alertNames: readonly string[],
  clusterLabel: string,
  clusters: readonly string[],
): string {
  return `max by (${clusterLabel}) (ALERTS{alertstate="firing", alertname=~${anyOf(alertNames)}, ${clusterLabel}=~${anyOf(clusters)}})`;
}

/** What rules would record, evaluated live: each series under its labels, all in one expression. */
export function liveQuery(series: readonly RecordedSeries[]): string {
  return series.map(liveExpression).join(' or ');
}

/** One recorded series as a live expression with the labels that its rule would set. */
export function liveExpression({ kind, signal, edge, expr }: RecordedSeries): string {
  const labels = { signal, ...(edge === undefined ? {} : { edge: String(edge) }), [KIND_LABEL]: kind };
  return Object.entries(labels).reduce(
    (inner, [label, value]) => `label_replace(${inner}, ${quote(label)}, ${quote(value)}, "", "")`,
    expr,
  );
}
