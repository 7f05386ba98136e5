import type { Policy } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { type AdmissionFacts, admissionReasons, objections } from './admission.ts';
import type { GateParts } from './gate-parts.ts';
import { glance, readOpening } from './observing.ts';
import type { Opening } from './opening.ts';
import type { DocumentWrite } from './ports.ts';
import type { ReadTurn } from './read-turn.ts';
import { shrunkPolicy } from './shrink.ts';
import type { Target } from './standing.ts';

/** Whether a change is let onto a cluster, and why. */
export type AdmissionDecision =
  | {
      readonly admits: true;
      readonly reasons: Reasons;
      /** Missing only when it was let through, or goes back, while the source can't be read; the looks open it then. */
      readonly opening?: Opening;
      /** Earlier waves that have no target of the app. */
      readonly skippedWaves: readonly string[];
      /** Observe mode: the reasons are those for which it would be held. */
      readonly isLetThrough: boolean;
      /** What the run is judged by from now on. */
      readonly policy: Policy;
      /** To be written with the admission. */
      readonly documents?: readonly DocumentWrite[];
    }
  | { readonly admits: false; readonly reasons: Reasons; readonly documents?: never };

type Reasons = readonly [Reason, ...Reason[]];

/**
 * Decides an admission by the rules, as the app's mode has it.
 *
 * @param turn whether the rollout has come to the cluster
 * @param inherited the opening of an earlier attempt, where the digest is on the cluster already
 */
export async function decideAdmission(
  parts: GateParts,
  target: Target,
  turn: ReadTurn,
  inherited: Opening | undefined,
): Promise<AdmissionDecision> {
  const { app, cluster, components } = target;
  const { checks, alerts, clock } = parts;
  const facts = { cluster, components, checks, alerts, turn };
  const found = await baselineOf(parts, facts, inherited);
  const { skippedWaves, place } = turn;
  const { policy, why } = shrunkPolicy(
    target.policy,
    parts.inventory.waveRules(cluster.wave).shrink,
    turn.proved,
  );
  const granted = { admits: true, skippedWaves, policy, ...(place && { documents: [place] }) } as const;
  if ('opening' in found) {
    const [first, ...rest] = admissionReasons(cluster, turn);
    const reasons: Reasons = [first, ...rest, ...(why ? [why] : [])];
    return { ...granted, reasons, opening: found.opening, isLetThrough: false };
  }
  const { against: reasons } = found;
  if (app.mode === 'enforce') return { admits: false, reasons };
  const opening = inherited ?? (await readOpening(parts, cluster.name, clock.now())).opening;
  return { ...granted, reasons, ...(opening && { opening }), isLetThrough: true };
}

/** The baseline that it would be judged by, or what stands against letting it onto the cluster. */
async function baselineOf(
  parts: GateParts,
  facts: Omit<AdmissionFacts, 'sight' | 'covered'>,
  inherited: Opening | undefined,
): Promise<{ readonly opening: Opening } | { readonly against: Reasons }> {
  const { name } = facts.cluster;
  const sight = await glance(parts, name);
  const first = objections({ ...facts, sight, ...(inherited && { covered: inherited.covered }) });
  if (isSome(first)) return { against: first };
  if (inherited) return { opening: inherited };
  // A day of readings is asked for only when nothing else stands against it.
  const { sight: day, opening } = await readOpening(parts, name, parts.clock.now());
  const rest = objections({ ...facts, sight: day, ...(opening && { covered: opening.covered }) });
  if (isSome(rest)) return { against: rest };
  return opening
    ? { opening }
    : { against: [{ code: 'data/unknown', text: 'The baseline could not be read.' }] };
}

function isSome(reasons: readonly Reason[]): reasons is Reasons {
  return reasons.length > 0;
}
