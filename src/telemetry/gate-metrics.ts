import type { Run, RunState } from '../domain/run.ts';
import { TARGET_CLUSTER } from '../domain/target-metrics.ts';
import type { LearningMetrics } from '../gate/learning/learn-classes.ts';
import type { LearnedClasses } from '../gate/learning/learned-classes.ts';
import type { GateMetrics } from '../gate/ports.ts';
import { OPEN_STATES } from '../gate/run-times.ts';
import type { Metrics } from './metrics.ts';

/**
 * What the gate tells, as metrics.
 *
 * @param open runs that are open when the gate starts; from then on they are counted by their changes
 * @param now  epoch milliseconds
 */
export function createGateMetrics(
  metrics: Metrics,
  open: readonly Pick<Run, 'state'>[],
  now: () => number,
): GateMetrics {
  for (const state of OPEN_STATES) {
    metrics.openRuns.set({ state }, open.filter((run) => run.state === state).length);
  }
  return {
    answered: (phase, verdict, reason) => metrics.answers.inc({ phase, verdict, reason }),
    changed({ app, cluster, state, verdict, decidedAt }, from) {
      if (decidedAt !== undefined && !isOpen(state)) {
        metrics.verdictTime.set({ app, [TARGET_CLUSTER]: cluster, verdict }, decidedAt / 1000);
      }
      if (from !== undefined && isOpen(from)) metrics.openRuns.dec({ state: from });
      if (isOpen(state)) metrics.openRuns.inc({ state });
    },
    looked({ durationMs, failed }) {
      metrics.looks.inc({ outcome: failed === 0 ? 'completed' : 'failed' });
      metrics.lookDuration.observe(durationMs / 1000);
      metrics.lastLook.set(now() / 1000);
    },
    held: (shards) => metrics.shardsHeld.set(shards),
    blind: (source, runs) => metrics.blindRuns.set({ source }, runs),
    auditHead: ({ seq }) => metrics.auditHead.set(seq),
  };
}

/** Tells how old what is known of each class is; what was never learned has no age. */
export function tellLearnedAge(
  { classLearnedAge }: Pick<Metrics, 'classLearnedAge'>,
  {
    learned,
    classes,
    now,
  }: {
    readonly learned: Pick<LearnedClasses, 'newest'>;
    readonly classes: Iterable<string>;
    readonly now: number;
  },
): void {
  classLearnedAge.reset();
  for (const name of classes) {
    const newest = learned.newest(name)?.learned;
    if (newest) classLearnedAge.set({ class: name }, Math.max(0, now - newest.learnedAt) / 1000);
  }
}

/** What the gate learns of classes, as metrics. */
export function createLearningMetrics(metrics: Metrics): LearningMetrics {
  return {
    learned: (className, learnedAt) => metrics.classLearned.set({ class: className }, learnedAt / 1000),
    failed: (className) => metrics.classLearningFailures.inc({ class: className }),
  };
}

function isOpen(state: RunState): boolean {
  return OPEN_STATES.some((each) => each === state);
}
