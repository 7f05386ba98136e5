/** One thing to do about an alert, for people and for machines. */
export interface RunbookStep {
  readonly id: string;
  readonly title: string;
  /** Whether it only reads, or changes something. */
  readonly effect: 'none' | 'change';
  /** A shell command; `$CLUSTER`, `$REGION` and the alert's labels in upper case are its variables. */
  readonly run: string;
  readonly expect: string;
}

/** The page of an alert. */
export interface Runbook {
  readonly alert: string;
  readonly steps: readonly RunbookStep[];
  /** Markdown without the front matter. */
  readonly body: string;
}

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
