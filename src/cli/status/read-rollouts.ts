import type { z } from 'zod';
import { RolloutListView } from '../../http/rollout-schemas.ts';
import { FreezeListView } from '../../http/word-schemas.ts';
import { callGate, type GateAddress } from '../call-gate.ts';

/** Rollouts as the gate tells them, with its time: ages are counted by the gate's clock alone. */
export type RolloutList = z.output<typeof RolloutListView> & {
  /** What is frozen now. */
  readonly freezes: z.output<typeof FreezeListView>['freezes'];
};

/** Which rollouts, and of which gate. */
export interface RolloutQuestion extends GateAddress {
  readonly app?: string;
}

/**
 * Asks a gate for its rollouts and its freezes.
 *
 * @throws like `callGate`
 */
export async function readRollouts({ app, ...gate }: RolloutQuestion): Promise<RolloutList> {
  const [list, { freezes }] = await Promise.all([
    callGate(gate, { method: 'GET', path: '/v1/rollouts', query: { app }, answer: RolloutListView }),
    callGate(gate, { method: 'GET', path: '/v1/freezes', answer: FreezeListView }),
  ]);
  return { ...list, freezes };
}
