import type { Component } from './component.ts';

/** A signal as people read of it: why it is watched, what is made of it, and what the gate asks. */
export interface CataloguedSignal {
  readonly id: string;
  readonly component: Component;
  readonly title: string;
  readonly why: string;
  /** "99.9 % good over 30 days", where there is an objective. */
  readonly objective?: string;
  /** Name of its SLO, where there is one. */
  readonly slo?: string;
  /** What the gate asks of it, or why it does not. */
  readonly check: string;
  /** Whether the gate asks. */
  readonly isAsked: boolean;
  readonly alerts: readonly CataloguedAlert[];
  /** Exporters that deliver its metrics. */
  readonly requires: readonly string[];
  /** The board with its panels, for every cluster. */
  readonly boardUrl: string;
  /** Whether there is a CloudWatch alarm, too. */
  readonly hasAlarm: boolean;
}

/** An alert of a signal. */
export interface CataloguedAlert {
  readonly name: string;
  readonly severity: string;
  /** "more than 3 % of ... over 10m, for 5m". */
  readonly firesWhen: string;
  /** Why its numbers are what they are. */
  readonly because: string;
  readonly halts: boolean;
}
