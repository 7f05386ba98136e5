/**
 * The typed answer to one question about one minute or one instant. The five ways of not having a number are
 * five things, because each has another consequence: nothing but a value can support go, and nothing but a
 * value can convict.
 */
export type Reading<T> =
  | { readonly is: 'value'; readonly value: T }
  /** The thing is watched and nobody used it: exposure 0. */
  | { readonly is: 'no-traffic' }
  /** The store answered, and has nothing for it. */
  | { readonly is: 'no-data' }
  /** The store answered and warned that the answer is incomplete. */
  | { readonly is: 'partial'; readonly value: T; readonly cause: string }
  /** The store could not be asked, or what it said can't be a measurement (NaN, Inf). */
  | { readonly is: 'unknown'; readonly cause: string };

/** Events among an exposure in one minute, both exact counts: 3 errors in 1,200 requests. */
export interface Count {
  readonly events: number;
  readonly exposure: number;
}

/** Bad items among all items at the end of a minute: 1 of 40 nodes. */
export interface ItemCount {
  readonly bad: number;
  readonly among: number;
}

/** One minute's reading; `minute` is the end of the minute in epoch milliseconds, a multiple of 60,000. */
export interface MinuteReading<T> {
  readonly minute: number;
  readonly reading: Reading<T>;
}

/** What an alerting rule of ours says about one set of labels right now. */
export interface AlertReading {
  readonly name: string;
  readonly cluster: string;
  readonly state: 'firing' | 'pending';
  /** Labels below the cluster, without `alertname`, `alertstate` and `cluster`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Length of the judge's unit of time, in milliseconds. */
export const MINUTE_MS = 60_000;

/** The reading's number when it is a clean value, else undefined. */
export function cleanValue<T>(reading: Reading<T>): T | undefined {
  return reading.is === 'value' ? reading.value : undefined;
}
