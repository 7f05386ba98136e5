import type { Count } from '../../../src/domain/reading.ts';
import { RECORDED } from '../../../src/domain/recorded-series.ts';
import type { JudgeMinute } from '../../../src/judge/run-facts.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import { type OwnCounts, SERIES_TOTALS } from './own-counts.ts';

/** Counts of the gate beside CoreDNS's own, of the same minutes. */
export interface CountComparison {
  readonly series: string;
  readonly minutes: number;
  readonly gate: Count;
  readonly own: Count;
}

/** A minute of the evidence, as the gate answers it. */
export interface EvidenceMinute {
  readonly minute: string;
  readonly readings: JudgeMinute;
}

/** What is compared. */
export interface Compared {
  readonly cluster: string;
  readonly series: string;
  readonly own: OwnCounts;
  readonly minutes: readonly EvidenceMinute[];
  /** Minutes that count something from before this are left out, in epoch milliseconds. */
  readonly countsFrom?: number;
}

/**
 * Adds up the minutes that a gate judged and what CoreDNS counted in the same time.
 *
 * A recorded minute is no minute of the clock: the rule is evaluated somewhere in it, and counts what was scraped in
 * the minute up to then. Prometheus says when both were; CoreDNS's own readings are taken in between, so that both
 * sides are about the same seconds.
 */
export async function compareCounts(prometheus: Prometheus, compared: Compared): Promise<CountComparison> {
  const { cluster, series, own, minutes, countsFrom = 0 } = compared;
  const totals = SERIES_TOTALS[series];
  if (totals === undefined) throw new TypeError(`nothing of CoreDNS is known for the series ${series}`);
  const gate = { events: 0, exposure: 0 };
  const itself = { events: 0, exposure: 0 };
  let compares = 0;
  for (const { minute, readings } of minutes) {
    const reading = readings.counts[series];
    if (reading?.is !== 'value') continue;
    const span = await countedSpan(prometheus, cluster, signalOf(series), Date.parse(minute));
    if (span.begin < countsFrom) continue;
    const [before, after] = [own.at(span.begin), own.at(span.end)];
    gate.events += reading.value.events;
    gate.exposure += reading.value.exposure;
    itself.events += after[totals.events] - before[totals.events];
    itself.exposure += after[totals.exposure] - before[totals.exposure];
    compares += 1;
  }
  return { series, minutes: compares, gate, own: itself };
}

/** How far the gate's number is from the truth, as a share of it; 0 of nothing is 0. */
export function errorOf(gate: number, own: number): number {
  if (own === 0) return gate === 0 ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(gate - own) / own;
}

function signalOf(series: string): string {
  return series.split('@')[0] ?? series;
}

/** Times of the first and last scrape between which a recorded minute counts, in epoch milliseconds. */
async function countedSpan(
  prometheus: Prometheus,
  cluster: string,
  signal: string,
  minuteMs: number,
): Promise<{ begin: number; end: number }> {
  const at = async (expression: string, seconds: number) => {
    const [sample] = await prometheus.query(`max(timestamp(${expression}))`, seconds);
    if (sample === undefined) {
      throw new Error(`Prometheus has no ${expression} at ${new Date(seconds * 1000).toISOString()}`);
    }
    return sample.value;
  };
  const recorded = `{__name__="${RECORDED.exposure}", cluster="${cluster}", signal="${signal}"}`;
  const scraped = `coredns_dns_responses_total{cluster="${cluster}"}`;
  const evaluated = await at(recorded, minuteMs / 1000);
  const [begin, end] = await Promise.all([at(scraped, evaluated - 60), at(scraped, evaluated)]);
  return { begin: begin * 1000, end: end * 1000 };
}
