import type { Bursts } from '../statistics/declustering.ts';
import type { StreamModel } from '../statistics/level-model.ts';

/** Lengths of a placebo window in minutes; a soak is compared with the shortest one that covers its longest duration. */
export const WINDOW_MINUTES = [30, 60, 120] as const;
export type WindowMinutes = (typeof WINDOW_MINUTES)[number];

const LONGEST_WINDOW = 120;

/** The shortest length that covers a soak of so many minutes; else the longest. */
export function windowLength(minutes: number): WindowMinutes {
  return WINDOW_MINUTES.find((length) => length >= minutes) ?? LONGEST_WINDOW;
}

/** Highest score of every placebo window, by length; every list is in the order of the windows. */
export type PlaceboScores = Readonly<Record<WindowMinutes, readonly number[]>>;

/** How many windows were replayed, and how many were left out, by cause. */
export interface WindowCounts {
  readonly used: number;
  readonly sync: number;
  readonly alert: number;
  readonly missing: number;
  /** Mean distance between the starts of a cluster's windows; windows longer than that share minutes. */
  readonly everyMinutes: number;
}

/** The count test against controls of the same minute, learned with a given number of them. */
export interface LearnedControlled extends StreamModel {
  readonly controls: number;
  readonly scores: PlaceboScores;
}

/** The pooled test of several clusters that got the change together. */
export interface LearnedPool {
  readonly clusters: number;
  readonly controls: number;
  /** Distance of a group's windows. */
  readonly everyMinutes: number;
  /** Of random groups of that many clusters, with controls from outside the group. */
  readonly scores: PlaceboScores;
}

/** How many times worse a promise may rule out. */
export const PROMISES = [3, 5, 10] as const;
export type Promised = (typeof PROMISES)[number];

/** What a class's clusters did in one count series while nothing was changed. */
export interface LearnedCounts {
  /** Minutes summed before a step; more than 1 where scrapes are further apart than a minute. */
  readonly blockMinutes: number;
  /** How events come in bursts; absent where they come singly. */
  readonly bursts?: Bursts;
  /** Events expected in the hour before each window, ascending; every list of scores has the same order. */
  readonly expected: readonly number[];
  /** By number of controls, ascending; empty for a class that is too small. */
  readonly controlled: readonly LearnedControlled[];
  /** Without controls; the patient rule's conditions only make its scores rarer, so they serve it too. */
  readonly plain: StreamModel & { readonly scores: PlaceboScores };
  /** Raw counts, for go, and the minutes until each window had proved it is not that many times worse; 0: never. */
  readonly raw: StreamModel & { readonly provedAfter: Readonly<Record<Promised, readonly number[]>> };
  /** By number of clusters, ascending. */
  readonly pooled: readonly LearnedPool[];
  readonly windows: WindowCounts;
}

/** What is needed to score a gauge, its own history alone or its distance to the controls. */
export interface LearnedShift {
  /** 75 % quantile of the shift's size after 1, 2, ... minutes; the first ones are 0, they are not scored. */
  readonly usual: readonly number[];
  readonly scores: PlaceboScores;
}

/** What a class's clusters did in one gauge while nothing was changed. */
export interface LearnedGauge {
  readonly worse: 'up' | 'down' | 'either';
  /** Median over the clusters of the long-run spread: how far values stray from their mean of three hours. */
  readonly spread: number;
  readonly own: LearnedShift;
  /** By number of controls, ascending; empty for a class that is too small. */
  readonly controlled: readonly (LearnedShift & { readonly controls: number; readonly spread: number })[];
  readonly windows: WindowCounts;
}

/** What a class did in its quiet hours, learned once a day; plain data, JSON keeps it exactly. */
export interface LearnedClass {
  readonly class: string;
  /** Epoch milliseconds. */
  readonly learnedAt: number;
  /** First and last minute learned from, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** How many clusters were learned from. */
  readonly clusters: number;
  /** By series key. */
  readonly counts: Readonly<Record<string, LearnedCounts>>;
  /** By signal. */
  readonly gauges: Readonly<Record<string, LearnedGauge>>;
}
