/**
 * Clusters of the same class that do not get the change while this run is judged: what happens to them too is not the
 * change's doing. Chosen once, when the run opens.
 */
export interface Controls {
  /** Their names, ascending; 3 to 12. */
  readonly clusters: readonly string[];
  /** What they did, pooled: the day before the sync and the time since, ascending. */
  readonly minutes: readonly ControlMinute[];
}

/** What the controls did in one minute, summed over those that delivered it. */
export interface ControlMinute {
  /** End of the minute, epoch milliseconds. */
  readonly minute: number;
  /** By series key. */
  readonly counts: Readonly<Record<string, ControlCount>>;
  /** By signal, of states and presence. */
  readonly items: Readonly<Record<string, ControlItems>>;
  /** By signal, of gauges. */
  readonly values: Readonly<Record<string, ControlValue>>;
}

/** Counts of a series, summed over the controls with a clean reading. */
export interface ControlCount {
  /** How many had traffic. */
  readonly clusters: number;
  readonly events: number;
  /** Events by their causes: the sum of what the class's declustering table makes of each control's; without one, `events`. */
  readonly causes: number;
  readonly exposure: number;
}

/** Bad items at the controls with a clean reading. */
export interface ControlItems {
  readonly clusters: number;
  /** How many of them show more than is tolerated beyond their own level before. */
  readonly beyond: number;
}

/** A gauge at the controls with a clean reading. */
export interface ControlValue {
  readonly clusters: number;
  readonly mean: number;
}

/** Fewer controls with traffic than this are no comparison: one odd cluster would decide. */
export const MIN_CONTROLS = 3;
