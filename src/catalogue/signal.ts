import type { BurnTier } from '../domain/burn-rate.ts';
import type { Component } from '../domain/component.ts';
import type { Duration } from '../domain/duration.ts';
import type { Counter, Histogram } from '../promql/counter.ts';
import type { Vector } from '../promql/vector.ts';
import type { ExporterName } from './exporters.ts';

/** Numbers that differ from fleet to fleet; their values are parameters of the bundle. */
export type Setting = 'etcd.limitBytes' | 'coredns.minReplicas';

/** A limit of an alert: a number, or a share of a setting. */
export type Limit = number | { readonly share: number; readonly of: Setting };

/**
 * One thing worth watching, defined once. From it come the rules, the panels, the runbook link and live values,
 * the CloudWatch alarm and the gate's check. L are the labels that tell items apart below the cluster.
 */
export type Signal<L extends string = never> =
  | RatioSignal<L>
  | LatencySignal<L>
  | EventsSignal<L>
  | GaugeSignal<L>
  | StateSignal<L>
  | PresenceSignal<L>;

interface Base<L extends string> {
  /** Flat kebab-case; a public label. */
  readonly id: string;
  readonly component: Component;
  /** What is measured, in words, for panels and pages. */
  readonly title: string;
  /** Why it is watched, and what an empty panel means. */
  readonly why: string;
  readonly by: readonly L[];
  /** Exporters that must be scraped. */
  readonly requires: readonly ExporterName[];
  readonly alerts: readonly Alert<NoInfer<L>>[];
  readonly check: CheckDefinition;
  readonly cloudwatch?: CloudWatch;
}

/** Bad events among all events. */
export interface RatioSignal<L extends string = never> extends Base<L> {
  readonly kind: 'ratio';
  readonly bad: Counter;
  readonly total: Counter;
  readonly words: Words;
  readonly slo?: Slo;
}

/** The distribution of durations, watched at bucket bounds ("edges"), where counts are exact. */
export interface LatencySignal<L extends string = never> extends Base<L> {
  readonly kind: 'latency';
  readonly of: Histogram;
  /** Bucket bounds in seconds. */
  readonly edges: readonly number[];
  /** What is slow: `requests`. */
  readonly words: Pick<Words, 'exposure'>;
  /** `edge` is the bound that the objective is about. */
  readonly slo?: Slo & { readonly edge: number };
}

/**
 * Events that should be rare, per minute in which the exporter was scraped.
 *
 * Every event counts as a fact of its own, up to bursts that the judge learns. What one object repeats without end (the
 * restarts of a pod in a crash loop) is one fact however often it is counted: watch it as a state, whose items are
 * distinct objects.
 */
export interface EventsSignal<L extends string = never> extends Base<L> {
  readonly kind: 'events';
  readonly events: Counter;
  readonly words: Pick<Words, 'events'>;
}

/** A number with a direction that is worse. */
export interface GaugeSignal<L extends string = never> extends Base<L> {
  readonly kind: 'gauge';
  readonly value: Vector<NoInfer<L>>;
  readonly worse: 'up' | 'down';
  /** Grafana's unit id: `percentunit`, `s`, `bytes`, `short`. */
  readonly unit: string;
}

/** Items that are bad or good. `bad` is 1 for a bad item and 0 for a good one; `among` has one element an item. */
export interface StateSignal<L extends string = never> extends Base<L> {
  readonly kind: 'state';
  readonly bad: Vector<NoInfer<L>>;
  readonly among: Vector<NoInfer<L>>;
  /** One item: `node`. */
  readonly item: string;
  /** In item-minutes. */
  readonly slo?: Slo;
}

/** Something that should be seen, per cluster. */
export interface PresenceSignal<L extends string = never> extends Base<L> {
  readonly kind: 'presence';
  readonly expected: Vector<never>;
  readonly seen: Vector<never>;
}

/** Completes "n <exposure> <events>": 12 requests answered with 5xx. */
export interface Words {
  readonly exposure: string;
  readonly events: string;
}

/** A promise over 30 days. Burn alerts of the signal are named `<alertPrefix>ErrorBudgetBurn<Tier>`. */
export interface Slo {
  readonly id: string;
  readonly alertPrefix: string;
  /** Share of good events, strictly between 0 and 1. */
  readonly objective: number;
  /** Events per second below which no burn alert fires: one error on a quiet cluster is no burn. Not for states. */
  readonly minTraffic?: number;
  readonly why: string;
}

export type Severity = 'critical' | 'warning' | 'info';

export interface Alert<L extends string = never> {
  readonly name: string;
  readonly severity: Severity;
  readonly for: Duration;
  /** A constant sentence without values. */
  readonly summary: string;
  /** Why limit, window and wait are what they are: whose numbers they are, or that they are a judgement. */
  readonly because: string;
  readonly when: Condition<L>;
}

/**
 * When an alert fires. What is compared follows from the kind: events per exposure for ratios, latencies and
 * events (per minute for those), the value of a gauge, the share of bad items for states. With `by` labels, ratios,
 * latencies, events and gauges are compared item by item, states only by `any`.
 */
export type Condition<L extends string = never> = { readonly and?: readonly Guard<L>[] } & (
  | { readonly is: 'above' | 'below'; readonly limit: Limit; readonly over?: Duration }
  /** p99 above 1 s is "more than 1 % slower than 1 s": exact on a bucket bound. */
  | { readonly is: 'slower'; readonly than: number; readonly limit: number; readonly over: Duration }
  | { readonly is: 'burning'; readonly tier: BurnTier }
  /** Below zero within `within`, by the trend of `over`, and already under `below`. */
  | { readonly is: 'filling'; readonly within: Duration; readonly over: Duration; readonly below: number }
  | { readonly is: 'any' }
  | { readonly is: 'missing' }
);

/** What must hold besides: at least so many events per second, or only (not) where another vector has an element. */
export type Guard<L extends string = never> =
  | { readonly traffic: number }
  | { readonly only: Vector<L> }
  | { readonly except: Vector<L> };

/** What the gate does with the signal, or the reason why nothing. */
export type CheckDefinition =
  | {
      readonly halts: boolean;
      readonly on: 'change' | 'limit' | 'change-or-limit';
      /** The alert whose limit the check uses: no threshold is written twice. */
      readonly limitOf?: string;
      /** Go needs its evidence. */
      readonly required?: true;
      /** Harm counts whatever the change touches. */
      readonly critical?: true;
      /** Smallest rise of events per exposure worth acting on; it is no limit of any alert. */
      readonly floor?: number;
    }
  | { readonly none: string };

/** The same signal in CloudWatch, where AWS publishes the metric without an exporter. */
export type CloudWatch =
  | { readonly namespace: string; readonly bad: string; readonly total: string }
  | {
      readonly namespace: string;
      readonly metric: string;
      readonly stat: 'Sum' | 'Maximum' | 'Average';
      /** Why its number differs from the signal's, where it does. */
      readonly differs?: string;
    }
  /** Alarms when the metric is missing. */
  | { readonly namespace: string; readonly present: string };

/** A signal whatever its labels; what renderers take. */
// biome-ignore lint/suspicious/noExplicitAny: L is existential here; every renderer reads labels as data.
export type AnySignal = Signal<any>;
// biome-ignore lint/suspicious/noExplicitAny: as above.
export type AnyAlert = Alert<any>;
