import type { Run } from '../domain/run.ts';
import { aboutRun } from './about-run.ts';
import type { GateParts } from './gate-parts.ts';
import type { Step } from './ledger.ts';
import type { AuditDraft, LedgerRun } from './ports.ts';
import { advance } from './transitions.ts';

/** Runs in a row without a verdict from which on changes come faster than they can be judged. */
const STARVED_RUNS = 3;

/** A run with the one that it ends noted in it, and how many ended so in a row. */
export function overtaking(run: LedgerRun, other: LedgerRun): LedgerRun {
  return { ...run, supersedes: other.id, overtook: (other.overtook ?? 0) + 1 };
}

/** Whether changes come faster to a run's cluster than they can be judged. */
export function isStarved({ overtook = 0 }: Pick<Run, 'overtook'>): boolean {
  return overtook >= STARVED_RUNS;
}

/** Ends the open run of another digest because `by` was asked for: row 15. To be written before `by`. */
export function supersede(
  { log }: Pick<GateParts, 'log'>,
  other: LedgerRun,
  by: LedgerRun,
  now: number,
): { readonly step: Step; readonly audit: readonly AuditDraft[] } {
  const after = advance(other, { is: 'superseded', by }, now);
  const data = { from: other.state, by: by.id, byDigest: by.digest };
  const audit = [aboutRun(after, { at: now, kind: 'superseded', actor: 'gate', data })];
  if (isStarved(by)) {
    const { app, cluster } = other;
    log.warn({ app, cluster, overtook: by.overtook }, 'changes come faster than they can be judged');
    const code = 'rollout/starved';
    audit.push(aboutRun(after, { at: now, kind: 'starved', actor: 'gate', data: { reason: code } }));
  }
  return { step: { before: other, after }, audit };
}
