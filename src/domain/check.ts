import type { Component } from './component.ts';

/**
 * A signal as the gate asks it: what to count, which limit, what its answer may do. Rendered from the catalogue
 * (`render/checks`), so that no number here is typed a second time.
 */
export type Check = CountCheck | StateCheck | GaugeCheck | PresenceCheck;

interface CheckBase {
  readonly signal: string;
  readonly component: Component;
  /** "Requests to the API server answered with 5xx": what a person reads. */
  readonly title: string;
  /** Whether harm seen by this check may halt; a check that may not is shown and can only hold. */
  readonly halts: boolean;
  /** Whether go needs this check's own evidence. */
  readonly required: boolean;
  /** Whether harm counts even when the change does not touch the component. */
  readonly critical: boolean;
  /** Compared with before (`change`), with its limit, or both. */
  readonly on: 'change' | 'limit' | 'change-or-limit';
  /** Share of alpha, 0..1; the weights of all halting checks sum to 1 and required ones weigh double. */
  readonly weight: number;
  /** The alert whose limit the check uses, for the runbook link. */
  readonly limitOf?: string;
}

/** Events among an exposure: error ratios, slow requests above an edge, events per minute. */
export interface CountCheck extends CheckBase {
  readonly kind: 'ratio' | 'latency' | 'events';
  /** One for ratios and events; one for each watched bucket bound of a histogram, in seconds. */
  readonly series: readonly CountSeries[];
  /** What one unit of exposure is: a request, a minute. */
  readonly exposureUnit: string;
  /** Share of good events promised over the SLO period, strictly between 0 and 1, and the edge it is about. */
  readonly objective?: { readonly target: number; readonly edge?: number };
}

export interface CountSeries {
  /** `dns-errors`, or `dns-latency@0.256` for an edge. */
  readonly key: string;
  readonly edge?: number;
  /** "answered with SERVFAIL", "slower than 256 ms": completes "n requests ...". */
  readonly what: string;
  /** Events per exposure above which the check breaches; only on the series that the alert's limit is about. */
  readonly limit?: number;
  /** Smallest rise of events per exposure worth acting on. */
  readonly floor: number;
  /** The recorded events as PromQL, to paste. */
  readonly query?: string;
}

/** Bad items among items: NotReady nodes, Deployments below their replicas. */
export interface StateCheck extends CheckBase {
  readonly kind: 'state';
  readonly item: string;
  /** Minutes in a row that the excess must last before it is structural harm. */
  readonly forMinutes: number;
}

/** A number of its own. */
export interface GaugeCheck extends CheckBase {
  readonly kind: 'gauge';
  readonly worse: 'up' | 'down';
  readonly limit?: number;
  readonly unit: string;
  /** Minutes in a row beyond the limit before it counts as a breach. */
  readonly forMinutes: number;
}

/** Something that should be seen; it never halts, what it misses is not known. */
export interface PresenceCheck extends CheckBase {
  readonly kind: 'presence';
  readonly halts: false;
}

/** Alerts the gate reads, with what each may do. */
export interface CheckedAlert {
  readonly name: string;
  readonly signal: string;
  readonly component: Component;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly summary: string;
  readonly halts: boolean;
  readonly critical: boolean;
  readonly runbookUrl: string;
}

/** Key of a recorded series: the signal, and the edge where there are several. */
export function seriesKey(signal: string, edge?: number): string {
  return edge === undefined ? signal : `${signal}@${edge}`;
}
