import type { Check } from '../domain/check.ts';
import type { Component } from '../domain/component.ts';
import type { FactId, FactRow } from '../domain/fact.ts';
import { MINUTE_MS } from '../domain/reading.ts';

/** Trouble on a cluster for a time; without a signal and a component it hits every signal of a kind that it can hit. */
export type Fault = FaultScope & FaultEffect;

/** Where and when. */
interface FaultScope {
  /** All clusters when absent. */
  readonly cluster?: string;
  readonly signal?: string;
  readonly component?: Component;
  /** Epoch milliseconds, included; -Infinity for ever since. */
  readonly from: number;
  /** Epoch milliseconds, excluded; Infinity for no end. */
  readonly to: number;
}

/** What happens; shares are 0..1. */
export type FaultEffect =
  /** A share of the requests takes so many seconds longer: latency signals. */
  | { readonly kind: 'slow'; readonly share: number; readonly seconds: number }
  /** A share of the requests fails (SERVFAIL, 5xx): ratio signals. */
  | { readonly kind: 'errors'; readonly share: number }
  /** So many events more a minute (panics, evictions): events signals. */
  | { readonly kind: 'events'; readonly perMinute: number }
  /** So many items more are bad, such as nodes that are not ready: states and presence. */
  | { readonly kind: 'lost'; readonly items: number }
  /** Bad events and slow requests so many times as often, gauges so many times as bad. */
  | { readonly kind: 'regression'; readonly factor: number }
  /** Nobody uses it: exposure 0. */
  | { readonly kind: 'no-traffic' }
  /** Nothing is scraped: the minutes are missing for good. */
  | { readonly kind: 'exporter-away' }
  /** A fact has these rows and no others, or is not delivered; signal and component do not matter. */
  | { readonly kind: 'fact'; readonly fact: FactId; readonly rows: readonly FactRow[] | 'absent' }
  /** Nodes are replaced one after the other between `from` and `to`, and then all run this; signal and component do not matter. */
  | {
      readonly kind: 'replacement';
      readonly toVersion: { readonly kubelet_version: string; readonly os_image: string };
    }
  /** The store does not answer while this lasts, alerts included; afterwards it has everything. Signal and component do not matter. */
  | { readonly kind: 'source-away'; readonly cause: string };

/** Faults of a kind that hit a signal of a cluster. */
export function faultsOf<K extends Fault['kind']>(
  faults: readonly Fault[],
  kind: K,
  cluster: string,
  check: Check,
): readonly Extract<Fault, { kind: K }>[] {
  return faults.filter(
    (fault): fault is Extract<Fault, { kind: K }> =>
      fault.kind === kind &&
      (fault.cluster ?? cluster) === cluster &&
      (fault.signal ?? check.signal) === check.signal &&
      (fault.component ?? check.component) === check.component,
  );
}

/** Whether a fault is in force at a time. */
export function isInForce({ from, to }: Fault, timeMs: number): boolean {
  return from <= timeMs && timeMs < to;
}

/** Share of the minute that ends at `minute` during which a fault was in force, 0..1. */
export function shareOfMinute({ from, to }: Fault, minute: number): number {
  const overlap = Math.min(to, minute) - Math.max(from, minute - MINUTE_MS);
  return Math.max(0, overlap) / MINUTE_MS;
}
