import type { Component } from '../../domain/component.ts';
import type { Vector } from '../../promql/vector.ts';

/**
 * A panel that no alert hangs on: it helps to find the cause of what the signals show. Panels of signals are not
 * written; they follow from the signals.
 */
export interface ContextPanel {
  /** Where it stands: on the board and in the section of this component. */
  readonly component: Component;
  readonly title: string;
  readonly about: string;
  /** Completes "Empty means". */
  readonly empty: string;
  /** Grafana's unit id. */
  readonly unit: string;
  /** Lines over time, all or only the highest or lowest; parts of a whole over time; the newest elements as rows. */
  readonly draw: 'lines' | 'highest' | 'lowest' | 'stack' | 'rows';
  readonly queries: readonly [ContextQuery, ...ContextQuery[]];
}

/** One expression of a context panel; its series are named by their cluster and labels. */
export interface ContextQuery {
  readonly of: Vector<string>;
  /** Tells the queries of one panel apart: `p99`. */
  readonly name?: string;
}
