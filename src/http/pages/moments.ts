import type { Run } from '../../domain/run.ts';
import type { Chart } from './chart.ts';

/** What a run's charts mark: the moments that have come. */
export function momentsOf({ syncedAt, settledAt, decidedAt, verdict }: Run): Chart['moments'] {
  return [
    ...(syncedAt === undefined ? [] : [{ label: 'synced', at: syncedAt }]),
    ...(settledAt === undefined ? [] : [{ label: 'settled', at: settledAt }]),
    ...(decidedAt === undefined ? [] : [{ label: verdict, at: decidedAt }]),
  ];
}
