/** A value of `tidegate.yaml` that mends a problem. */
export interface Setting {
  /** `bundle.jobs.coredns` */
  readonly path: string;
  readonly value: string;
}

/** Why a signal does not arrive whole; `missing` is worse than `partly`. */
export interface Problem {
  readonly code: ProblemCode;
  readonly makes: 'missing' | 'partly';
  /** What is missing, as a sentence without its point. */
  readonly what: string;
  /** What brings it, as a clause. */
  readonly mend: string;
  /** Set where tidegate's own configuration mends it. */
  readonly setting?: Setting;
  /** The metric it is about, where it is about one, and its labels in question. */
  readonly metric?: string;
  readonly labels?: readonly string[];
}

/** Kinds of problems, for machines. */
export type ProblemCode =
  | 'exporter/not-scraped'
  | 'exporter/down'
  | 'exporter/targets-down'
  | 'job/other-name'
  | 'job/shared'
  | 'up/absent'
  | 'metric/absent'
  | 'metric/old-name'
  | 'metric/native-histogram'
  | 'label/absent'
  | 'label/pushed-aside'
  | 'label/values'
  | 'bucket/bounds'
  | 'scrape/too-slow'
  | 'scrape/slower-than-set'
  | 'rules/absent';

/** What a signal of a cluster is, as a whole. */
export const SIGNAL_STATES = ['delivered', 'partly', 'missing'] as const;
export type SignalState = (typeof SIGNAL_STATES)[number];

/** The state that problems leave a signal in. */
export function stateOf(problems: readonly Problem[]): SignalState {
  if (problems.length === 0) return 'delivered';
  return problems.some(({ makes }) => makes === 'missing') ? 'missing' : 'partly';
}
