import { REASONS } from '../domain/verdict.ts';
import type { AdmissionDecision } from './decide-admission.ts';
import type { GateParts } from './gate-parts.ts';
import { readOpening } from './observing.ts';
import type { Opening } from './opening.ts';
import type { Store } from './ports.ts';
import type { Standing, Target } from './standing.ts';

/**
 * Whether a change goes back: the last word on its digest here was go, and another digest was let onto the cluster
 * since. A digest that was halted after its go does not, even when a person retries it.
 */
export async function goesBack(
  store: Store,
  { app, cluster, digest }: Target,
  { own, isCurrent }: Standing,
): Promise<boolean> {
  // Of most digests it is the first attempt: nothing needs to be read.
  if (own === undefined || (own.attempt === 1 && own.state !== 'go')) return false;
  if (own.state === 'go') return !isCurrent;
  const attempts = await store.runs({ app: app.name, cluster: cluster.name, digest });
  return attempts.find(({ state }) => state === 'go' || state === 'halted')?.state === 'go';
}

/**
 * Admits a change that goes back, whatever the wave, the health and the freshness of the cluster are: it is what people
 * reach for while the cluster suffers. Without an opening, because nothing can be read, the looks open it late. The soak
 * after it is the usual one, and no go comes while an alert that can halt is firing.
 *
 * @param inherited the opening of an earlier attempt, where the digest is on the cluster already
 */
export async function admitRollback(
  parts: GateParts,
  { cluster }: Target,
  inherited: Opening | undefined,
): Promise<AdmissionDecision> {
  const opening = inherited ?? (await readOpening(parts, cluster.name, parts.clock.now())).opening;
  return {
    admits: true,
    reasons: [{ code: 'admission/rollback', text: REASONS['admission/rollback'] }],
    ...(opening && { opening }),
    skippedWaves: [],
    isLetThrough: false,
  };
}
