/** One thing to do about an alert, for people and for machines. */
export interface RunbookStep {
  readonly id: string;
  readonly title: string;
  /** Whether it only reads, or changes something. */
  readonly effect: 'none' | 'change';
  /**
   * A shell command; `$CLUSTER`, `$REGION` and the alert's labels in upper case are its only variables, and about the
   * gate itself `$TIDEGATE_URL` and `$TIDEGATE_TOKEN`.
   */
  readonly run: string;
  readonly expect: string;
}

/** The page of an alert, taken apart. */
export interface Runbook {
  readonly alert: string;
  readonly steps: readonly RunbookStep[];
  /** Markdown without the front matter. */
  readonly body: string;
}
