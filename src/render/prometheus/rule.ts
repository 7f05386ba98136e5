import type { Duration } from '../../domain/duration.ts';

/** A rule group as in a Prometheus rule file; one shape for files, PrometheusRule and AMP. */
export interface RuleGroup {
  readonly name: string;
  readonly interval: Duration;
  readonly rules: readonly Rule[];
}

export type Rule =
  | { readonly record: string; readonly expr: string; readonly labels?: Labels }
  | {
      readonly alert: string;
      readonly expr: string;
      readonly for: Duration;
      readonly labels: Labels;
      readonly annotations: Labels;
    };

type Labels = Readonly<Record<string, string>>;
