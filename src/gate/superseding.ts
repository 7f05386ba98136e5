import { aboutRun } from './about-run.ts';
import type { GateParts } from './gate-parts.ts';
import type { Step } from './ledger.ts';
import type { AuditDraft, LedgerRun } from './ports.ts';
import { advance } from './transitions.ts';

/** Runs in a row without a verdict from which on changes come faster than they can be judged. */
const STARVED_RUNS = 3;

/** Ends the open run of another digest because `by` was asked for: row 15. To be written before `by`. */
export async function supersede(
  { store, log }: GateParts,
  other: LedgerRun,
  by: LedgerRun,
  now: number,
): Promise<{ readonly step: Step; readonly audit: readonly AuditDraft[] }> {
  const after = advance(other, { is: 'superseded', by }, now);
  const data = { from: other.state, by: by.id, byDigest: by.digest };
  const audit = [aboutRun(after, { at: now, kind: 'superseded', actor: 'gate', data })];
  const { app, cluster } = other;
  const recent = await store.runs({ app, cluster, limit: STARVED_RUNS });
  const starved =
    recent.length === STARVED_RUNS &&
    recent.every(({ id, state }) => id === other.id || state === 'superseded');
  if (starved) {
    log.warn(
      { app, cluster, runs: recent.map(({ id }) => id) },
      'changes come faster than they can be judged',
    );
    const code = 'rollout/starved';
    audit.push(aboutRun(after, { at: now, kind: 'starved', actor: 'gate', data: { reason: code } }));
  }
  return { step: { before: other, after }, audit };
}
