import type { Runbook } from '../../domain/runbook.ts';

/** Pages by the name of their alert. */
export type Runbooks = ReadonlyMap<string, Runbook>;

/** One number as it is now, ready to print with its unit. */
export interface LiveRow {
  readonly label: string;
  readonly value: string;
  readonly limit?: string;
  /** End of the minute it is about, epoch milliseconds. */
  readonly minute: number;
}

/** What an alert's signal says on a cluster now, or why that is not known. */
export type LiveValues =
  | { readonly is: 'values'; readonly title: string; readonly rows: readonly LiveRow[] }
  | { readonly is: 'unknown'; readonly cause: string };

/** Reads the live values of an alert's signal; trouble of a source is an answer and no rejection. */
export type ReadLiveValues = (alert: string, cluster: string) => Promise<LiveValues>;
