import type { Policy } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { type AdmissionFacts, admissionReasons, findingsOf } from './admission.ts';
import type { GateParts } from './gate-parts.ts';
import { glance, readOpening } from './observing.ts';
import type { Opening } from './opening.ts';
import type { DocumentWrite, LedgerRun } from './ports.ts';
import { sorted } from './preflight/finding.ts';
import { readPreflight } from './preflight/read-preflight.ts';
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
 * @param asked the run as it was asked for, perhaps not written yet, and whether the rollout has come to the cluster
 * @param inherited the opening of an earlier attempt, where the digest is on the cluster already
 */
export async function decideAdmission(
  parts: GateParts,
  target: Target,
  { run, turn }: { readonly run: Pick<LedgerRun, 'id' | 'askedAt'>; readonly turn: ReadTurn },
  inherited: Opening | undefined,
): Promise<AdmissionDecision> {
  const { app, cluster, components } = target;
  const { checks, alerts, clock } = parts;
  const { preflight, takes } = await readPreflight(parts, target, run);
  const facts = { cluster, components, checks, alerts, preflight, turn };
  const found = await baselineOf(parts, facts, inherited);
  const { skippedWaves, place } = turn;
  const { shrink } = parts.inventory.waveRules(cluster.wave);
  const { policy, why } = shrunkPolicy(target.policy, shrink, turn.proved);
  const documents = [takes, ...(place ? [place] : [])];
  const granted = { admits: true, skippedWaves, policy, documents } as const;
  if ('opening' in found) {
    const [first, ...rest] = admissionReasons(cluster, turn);
    const reasons: Reasons = [first, ...rest, ...found.notes, ...(why ? [why] : [])];
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
): Promise<{ readonly opening: Opening; readonly notes: readonly Reason[] } | { readonly against: Reasons }> {
  const { name } = facts.cluster;
  const sight = await glance(parts, name);
  const covered = inherited && { covered: inherited.covered };
  const first = sorted(findingsOf({ ...facts, sight, ...covered }));
  if (isSome(first.against)) return { against: [...first.against, ...first.notes] };
  if (inherited) return { opening: inherited, notes: first.notes };
  // A day of readings is asked for only when nothing else stands against it.
  const { sight: day, opening } = await readOpening(parts, name, parts.clock.now());
  const { against, notes } = sorted(
    findingsOf({ ...facts, sight: day, ...(opening && { covered: opening.covered }) }),
  );
  if (isSome(against)) return { against: [...against, ...notes] };
  return opening
    ? { opening, notes }
    : { against: [{ code: 'data/unknown', text: 'The baseline could not be read.' }] };
}

function isSome(reasons: readonly Reason[]): reasons is Reasons {
  return reasons.length > 0;
}
