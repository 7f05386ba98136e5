import type { RandomFor } from '../../src/simulator/random.ts';
import type { Tallies } from './tally.ts';

/** How large a run is: 1 is the full run, about twenty minutes on two free cores; a part of it draws fewer fleets. */
export type Size = number;

/** A part of a full number, 1 at least. */
export function partOf(full: number, size: Size): number {
  return Math.max(1, Math.round(full * size));
}

/** One piece of work, plain data: a section's name and what it needs to know; workers take one after the other. */
export interface Job {
  readonly section: string;
  /** Told on stderr while it runs. */
  readonly what: string;
  /** For randomness of its own. */
  readonly at: number;
  readonly given: unknown;
}

/** A chapter of the benchmark: its work, and how one piece of it is done. */
export interface Section {
  readonly jobs: (size: Size) => readonly Omit<Job, 'section'>[];
  readonly run: (job: Job, randomFor: RandomFor) => Tallies;
}
