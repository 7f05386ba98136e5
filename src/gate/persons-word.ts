import { ConflictError, NotFoundError } from '../domain/errors.ts';
import { aboutRun } from './about-run.ts';
import { retriedRun } from './attempts.ts';
import type { GateParts } from './gate-parts.ts';
import { decideAgain } from './ledger.ts';
import { decodeOpening, storedOpening } from './opening.ts';
import type { LedgerRun, Store } from './ports.ts';
import { isRevoked } from './run-times.ts';
import { advance } from './transitions.ts';
import type { PersonsWord } from './use-cases.ts';

/**
 * The run of an id.
 *
 * @throws NotFoundError `run/unknown`
 */
export async function runOf(store: Store, id: string): Promise<LedgerRun> {
  const run = await store.run(id);
  if (run) return run;
  throw new NotFoundError('run/unknown', `no run has the id "${id}"; GET /v1/runs lists them`);
}

/** A person decides a run: rows 18 and 19. */
export function override(
  parts: GateParts,
  id: string,
  verdict: 'go' | 'halt',
  { actor, reason }: PersonsWord,
): Promise<LedgerRun> {
  return decideAgain(`run ${id}`, async () => {
    const run = await runOf(parts.store, id);
    const now = parts.clock.now();
    const after = advance(run, { is: 'overridden', verdict, actor, reason }, now);
    const data = { from: run.state, verdict, reason };
    const audit = [aboutRun(after, { at: now, kind: 'override', actor, data })];
    const [written = after] = await parts.ledger.write([{ before: run, after }], { audit });
    return written;
  });
}

/** A person asks for another attempt of a run that is halted, inconclusive, adopted or revoked: row 17. */
export function retry(parts: GateParts, id: string, { actor, reason }: PersonsWord): Promise<LedgerRun> {
  return decideAgain(`run ${id}`, async () => {
    const { store, inventory, clock, ledger } = parts;
    const run = await runOf(store, id);
    await refuseUnlessEnded(store, run);
    const { app, cluster } = run;
    const [applied] = await store.runs({ app, cluster, applied: true, limit: 1 });
    const onCluster = run.syncedAt !== undefined && applied?.digest === run.digest;
    const now = clock.now();
    const policy = inventory.policyFor(app, cluster);
    const after = retriedRun(run, { actor, reason, policy, onCluster }, now);
    const opening = onCluster ? await store.opening(run.id) : undefined;
    const audit = [aboutRun(after, { at: now, kind: 'retry', actor, data: { reason, after: run.id } })];
    const [written = after] = await ledger.write([{ after }], {
      audit,
      ...(opening !== undefined && { opening: storedOpening(after.id, decodeOpening(opening)) }),
    });
    return written;
  });
}

async function refuseUnlessEnded(store: Store, run: LedgerRun): Promise<void> {
  const { id, app, cluster, digest, state } = run;
  if (state !== 'halted' && state !== 'inconclusive' && state !== 'adopted' && !isRevoked(run)) {
    throw new ConflictError(
      'run/wrong-state',
      `run ${id} is ${state}: only a halted, inconclusive or adopted run, or one whose go was revoked, can be retried`,
    );
  }
  const newest = await store.latest(app, cluster, digest);
  if (newest && newest.id !== id) {
    throw new ConflictError(
      'run/not-newest',
      `run ${id} is attempt ${run.attempt}; attempt ${newest.attempt} (${newest.id}, ${newest.state}) came after it: retry that one`,
    );
  }
  const [open] = await store.runs({ app, cluster, open: true, limit: 1 });
  if (open) {
    throw new ConflictError(
      'run/other-open',
      `run ${open.id} of digest ${open.digest} is ${open.state} on ${cluster}: wait for its end, or sync the digest you want`,
    );
  }
}
