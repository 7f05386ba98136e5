import { execFileSync } from 'node:child_process';

/** The commit that is measured, and a seed made of it: nobody tunes on numbers that the next commit replaces. */
export interface Measured {
  readonly commit: string;
  readonly seed: number;
}

/** Digits of the commit that make the seed. */
const SEED_DIGITS = 8;

/** What is checked out. @throws Error outside of a Git repository */
export function measuredCommit(): Measured {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
  return { commit, seed: Number.parseInt(commit.slice(0, SEED_DIGITS), 16) };
}
