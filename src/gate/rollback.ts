import { REASONS } from '../domain/verdict.ts';
import type { AdmissionDecision } from './decide-admission.ts';
import { activeFreezes, freezeReason, freezesOn } from './freezes.ts';
import type { GateParts } from './gate-parts.ts';
import { readOpening } from './observing.ts';
import { decodeOpening, type Opening } from './opening.ts';
import type { Store } from './ports.ts';
import { isRevoked } from './run-times.ts';
import type { Standing, Target } from './standing.ts';

const DAY_MS = 86_400_000;

/**
 * Whether a change goes back: the last word on its digest here was go, or it was here before the gate was, and another
 * digest was let onto the cluster since. A digest that was halted after its go, or whose go was revoked, does not, even
 * when a person retries it.
 */
export async function goesBack(
  store: Store,
  { app, cluster, digest }: Target,
  { own, isCurrent }: Standing,
): Promise<boolean> {
  if (own === undefined) return false;
  if (own.state === 'go' || own.state === 'adopted') return !isCurrent && !isRevoked(own);
  // Of most digests it is the first attempt: nothing needs to be read.
  if (own.attempt === 1) return false;
  const attempts = await store.runs({ app: app.name, cluster: cluster.name, digest });
  const last = attempts.find(({ state }) => state === 'go' || state === 'halted' || state === 'adopted');
  return last !== undefined && last.state !== 'halted' && !isRevoked(last);
}

/**
 * Admits a change that does not wait for its turn: one that goes back, or a fix. Neither the wave nor the health and the
 * freshness of the cluster are asked: it is what people reach for while the cluster suffers. A freeze stops a fix, and
 * going back where it says so. Without an opening, because nothing can be read, the looks open the run late.
 *
 * @param inherited the opening of an earlier attempt, where the digest is on the cluster already
 */
export async function admitOutOfTurn(
  parts: GateParts,
  target: Target,
  {
    intent,
    standing,
    inherited,
  }: { intent: 'rollback' | 'fix'; standing: Standing; inherited: Opening | undefined },
): Promise<AdmissionDecision> {
  const { app, cluster, policy } = target;
  const freezes = await activeFreezes(parts.store, parts.clock.now());
  const [stop, ...more] = freezesOn(freezes, { app: app.name, cluster })
    .filter(({ stopsRollbacks }) => intent === 'fix' || stopsRollbacks)
    .map(freezeReason);
  if (stop) return { admits: false, reasons: [stop, ...more] };
  const code = `admission/${intent}` as const;
  const opening = inherited ?? (await recoveryOpening(parts, target, standing));
  return {
    admits: true,
    reasons: [{ code, text: REASONS[code] }],
    ...(opening && { opening }),
    skippedWaves: [],
    isLetThrough: false,
    policy,
  };
}

/**
 * What the recovery after a bad change is judged by: the level before that change, and every alert that fires now or did
 * before it, because none of them is the doing of what is going on. A change that was on the cluster for more than a day
 * has left no level before it: then the last day is it.
 */
async function recoveryOpening(
  parts: GateParts,
  { cluster, digest }: Target,
  { applied }: Standing,
): Promise<Opening | undefined> {
  const now = parts.clock.now();
  const { opening } = await readOpening(parts, cluster.name, now);
  if (opening === undefined || applied === undefined || applied.digest === digest) return opening;
  const json = await parts.store.opening(applied.id);
  const before = json === undefined ? undefined : decodeOpening(json);
  if (before === undefined || now - before.baselineEnd > DAY_MS) return opening;
  const alertsBefore = [...new Set([...before.alertsBefore, ...opening.alertsBefore])].sort();
  return { ...before, alertsBefore };
}
