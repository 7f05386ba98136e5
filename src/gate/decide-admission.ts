import type { Reason } from '../domain/verdict.ts';
import { type AdmissionFacts, admissionReasons, findingsOf } from './admission.ts';
import type { GateParts } from './gate-parts.ts';
import { glance, readOpening } from './observing.ts';
import type { Opening } from './opening.ts';
import type { DocumentWrite, LedgerRun } from './ports.ts';
import { sorted } from './preflight/finding.ts';
import { readPreflight } from './preflight/read-preflight.ts';
import type { Target } from './standing.ts';
import {
  type EarlierWave,
  earlierWaves,
  newestByCluster,
  skippedWaves,
  targetsByWave,
  wavesBefore,
} from './wave-order.ts';

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
      /** To be written with the admission. */
      readonly documents?: readonly DocumentWrite[];
    }
  | { readonly admits: false; readonly reasons: Reasons };

type Reasons = readonly [Reason, ...Reason[]];

/**
 * Decides an admission by the rules, as the app's mode has it.
 *
 * @param run as it was asked for, perhaps not written yet
 * @param inherited the opening of an earlier attempt, where the digest is on the cluster already
 */
export async function decideAdmission(
  parts: GateParts,
  target: Target,
  run: Pick<LedgerRun, 'id' | 'askedAt'>,
  inherited: Opening | undefined,
): Promise<AdmissionDecision> {
  const { app, cluster, components } = target;
  const { checks, alerts, clock } = parts;
  const { preflight, takes } = await readPreflight(parts, target, run);
  const earlier = await earlierWavesOf(parts, target);
  const facts = { cluster, components, checks, alerts, preflight, earlier };
  const found = await baselineOf(parts, facts, inherited);
  const granted = { admits: true, skippedWaves: skippedWaves(earlier), documents: [takes] } as const;
  if ('opening' in found) {
    const [first, ...rest] = admissionReasons(cluster, earlier);
    const reasons: Reasons = [first, ...rest, ...found.notes];
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

async function earlierWavesOf(
  { store, inventory }: GateParts,
  { app, cluster, digest }: Target,
): Promise<readonly EarlierWave[]> {
  const waves = wavesBefore(targetsByWave(app, inventory), cluster.wave);
  const isFirst = waves.every(({ clusters }) => clusters.length === 0);
  const runs = isFirst ? [] : await store.runs({ app: app.name, digest });
  return earlierWaves(waves, newestByCluster(runs));
}

function isSome(reasons: readonly Reason[]): reasons is Reasons {
  return reasons.length > 0;
}
