import { ConflictError } from '../domain/errors.ts';
import { aboutRun } from './about-run.ts';
import { rolloutWatch } from './after-go.ts';
import { openRun } from './attempts.ts';
import type { GateParts } from './gate-parts.ts';
import { reportedAs } from './known-as.ts';
import { readOpening } from './observing.ts';
import { type Opening, storedOpening } from './opening.ts';
import type { DocumentWrite, LedgerRun } from './ports.ts';
import { fixOpening } from './promising.ts';
import { readPlan } from './read-turn.ts';
import { isWatched } from './run-times.ts';
import { changeOf, inheritedOpening, type Standing, standingOf, type Target } from './standing.ts';
import { overtaking, supersede } from './superseding.ts';
import { advance } from './transitions.ts';
import { uninvitedWrite } from './uninvited.ts';
import type { Caller } from './use-cases.ts';

/**
 * A PostSync hook reports that its change was applied: rows 4, 5, 11, 12 and 13.
 *
 * @returns the run that the report belongs to
 * @throws ConflictError `run/digest-mismatch` when the run of another digest is open on the cluster
 */
export async function reportSync(parts: GateParts, target: Target, caller: Caller): Promise<LedgerRun> {
  const standing = await standingOf(parts.store, target);
  const { own, other, isCurrent } = standing;
  const { revision } = target.ask;
  if (own?.state === 'halted') return reportedAs(parts, own, revision);
  if (own?.state === 'go' && isCurrent) return reportedAs(parts, own, revision);
  if (other) throw mismatch(target, other);
  if (own && (own.state === 'settling' || own.state === 'soaking')) return reportedAs(parts, own, revision);
  if (own?.state === 'inconclusive' && isCurrent) return reportedAs(parts, own, revision);
  return register(parts, target, standing, caller);
}

/** A hook of phase SyncFail reports a broken sync: row 7; undefined when no run of the digest is known. */
export async function reportFailure(
  parts: GateParts,
  target: Target,
  caller: Caller,
): Promise<LedgerRun | undefined> {
  const { own } = await standingOf(parts.store, target);
  if (own === undefined || !isWatched(own)) return own;
  const now = parts.clock.now();
  const after = advance(own, { is: 'sync-failed' }, now);
  const data = { from: own.state, verdict: after.verdict, reasons: after.reasons, reportedBy: caller.name };
  const audit = [aboutRun(after, { at: now, kind: 'verdict', actor: 'gate', data })];
  const [written = after] = await parts.ledger.write([{ before: own, after }], { audit });
  return written;
}

async function register(
  parts: GateParts,
  target: Target,
  standing: Standing,
  { name }: Caller,
): Promise<LedgerRun> {
  const { own } = standing;
  const now = parts.clock.now();
  const isOpenAttempt = own?.state === 'asked' || own?.state === 'admitted';
  const run = isOpenAttempt ? own : await newAttempt(parts, target, standing, now);
  const after = advance(run, { is: 'synced' }, now);
  const opening = after.ungated ? await ungatedOpening(parts, standing, after, now) : undefined;
  const documents = after.ungated ? await ungatedDocuments(parts, after) : [];
  const data = { ungated: after.ungated, late: run.state === 'asked' && !after.ungated, from: run.state };
  const [written = after] = await parts.ledger.write([isOpenAttempt ? { before: run, after } : { after }], {
    audit: [aboutRun(after, { at: now, kind: 'sync', actor: name, data })],
    documents,
    ...(opening && { opening: storedOpening(run.id, opening) }),
  });
  return written;
}

/**
 * Registers what came to a cluster past every hook: row 25. The open run of another digest ends with it, and one of the
 * same digest is what it is.
 */
export async function registerUninvited(
  parts: GateParts,
  target: Target,
  standing: Standing,
  caller: Caller,
): Promise<LedgerRun> {
  const { own, other } = standing;
  if (own && (own.state === 'settling' || own.state === 'soaking')) return own;
  if (other === undefined) return register(parts, target, standing, caller);
  const now = parts.clock.now();
  const run = own?.state === 'asked' ? own : await newAttempt(parts, target, standing, now);
  const after = overtaking(advance(run, { is: 'synced' }, now), other);
  const { step, audit } = supersede(parts, other, after, now);
  const opening = await ungatedOpening(parts, standing, after, now);
  const data = { ungated: true, late: false, from: run.state };
  const [, written = after] = await parts.ledger.write(
    [step, run.version === 0 ? { after } : { before: run, after }],
    {
      audit: [...audit, aboutRun(after, { at: now, kind: 'sync', actor: caller.name, data })],
      documents: await ungatedDocuments(parts, after),
      ...(opening && { opening: storedOpening(run.id, opening) }),
    },
  );
  return written;
}

async function ungatedDocuments({ store }: GateParts, run: LedgerRun): Promise<readonly DocumentWrite[]> {
  const watch = await rolloutWatch(store, run);
  return [await uninvitedWrite(store, run), ...(watch ? [watch] : [])];
}

async function newAttempt(
  parts: GateParts,
  target: Target,
  { own }: Standing,
  now: number,
): Promise<LedgerRun> {
  const plan = await readPlan(parts, target);
  return openRun({ ...changeOf(target), policy: target.policy, plan }, (own?.attempt ?? 0) + 1, now);
}

// Without an admission the baseline ends at the sync. A source that can't be read now is asked again by the looks.
async function ungatedOpening(
  parts: GateParts,
  standing: Standing,
  run: LedgerRun,
  now: number,
): Promise<Opening | undefined> {
  const inherited = await inheritedOpening(parts.store, standing, run);
  const opening = inherited ?? (await readOpening(parts, run.cluster, now)).opening;
  return opening && fixOpening(parts, run, opening);
}

function mismatch({ digest, cluster }: Target, other: LedgerRun): ConflictError {
  return new ConflictError(
    'run/digest-mismatch',
    `digest ${digest} was reported as applied to ${cluster.name}, where the run of ${other.digest} (${other.id}, ${other.state}) is open; ask PreSync for the digest that is applied`,
  );
}
