import { aboutRun } from './about-run.ts';
import type { GateParts } from './gate-parts.ts';
import { decideAgain } from './ledger.ts';
import { runOf } from './persons-word.ts';
import type { LedgerRun } from './ports.ts';
import { planOf } from './rollout-plan.ts';
import { advance } from './transitions.ts';
import type { PersonsWord } from './use-cases.ts';
import { targetsByWave } from './wave-order.ts';

/** Reasons of a held run that are about the waves as they were planned. */
const ABOUT_PLAN = ['config/waves-changed', 'wave/emptied'];

/**
 * A person has seen what a run stands for, and lets the rollout go on: a sync that nobody admitted (rows 5 and 25), a
 * halt or a revoked go (it freezes the rollout no longer; later waves still wait for go), the halt of a cluster that left
 * (row 21), waves that changed (row 23). What was decided stays what it is.
 */
export function acknowledge(
  parts: GateParts,
  id: string,
  { actor, reason }: PersonsWord,
): Promise<LedgerRun> {
  return decideAgain(`run ${id}`, async () => {
    const { store, inventory, clock, ledger, holds } = parts;
    const run = await runOf(store, id);
    const now = clock.now();
    const app = inventory.app(run.app);
    const isAboutPlan = run.reasons.some(({ code }) => ABOUT_PLAN.includes(code));
    const plan = isAboutPlan && app ? { plan: planOf(targetsByWave(app, inventory)) } : {};
    const after = advance(run, { is: 'acknowledged', actor, reason, ...plan }, now);
    const data = { reason, of: run.reasons.map(({ code }) => code), ...plan };
    const audit = [aboutRun(after, { at: now, kind: 'acknowledge', actor, data })];
    const [written = after] = await ledger.write([{ before: run, after }], { audit });
    holds.clear();
    return written;
  });
}
