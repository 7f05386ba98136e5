import { isWatched } from '../run-times.ts';
import type { Finding } from './finding.ts';
import type { Place } from './preflight.ts';

/** For how long a change that asked keeps its place in the queue for a cluster without asking again, in milliseconds. */
export const QUEUE_MS = 5 * 60_000;

/**
 * One change at a time on a cluster, or nobody could tell which of them did the harm. Whoever asked first goes first.
 */
export function clusterBusy({ cluster, preflight }: Place): readonly Finding[] {
  const { neighbours, askedAt } = preflight;
  const busy = neighbours.find(({ run }) => isWatched(run));
  if (busy) {
    const { app, state, admittedAt, syncedAt, id } = busy.run;
    const since = new Date(syncedAt ?? admittedAt ?? 0).toISOString().slice(11, 16);
    return [
      {
        code: 'cluster/busy',
        text: `${app} is ${state} on ${cluster.name} since ${since} UTC (run ${id}); two changes at once could not be told apart, so this one waits for its verdict.`,
        whoCanAct: 'nobody needs to: it is asked again when the other has its verdict',
      },
    ];
  }
  // Strictly before: two that asked in the same millisecond must not wait for each other.
  const first = neighbours.find(({ run, waitsForTurn }) => waitsForTurn && run.askedAt < askedAt);
  if (first === undefined) return [];
  const { app, askedAt: since } = first.run;
  return [
    {
      code: 'cluster/busy',
      text: `${app} asked for ${cluster.name} before, at ${new Date(since).toISOString().slice(11, 16)} UTC, and comes first; it keeps its place for ${QUEUE_MS / 60_000} min after it asked last.`,
      whoCanAct: 'nobody needs to: it is asked again after the other',
    },
  ];
}
