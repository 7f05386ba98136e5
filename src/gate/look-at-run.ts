import type { Facts } from '../domain/fact.ts';
import type { Run } from '../domain/run.ts';
import { aboutRun } from './about-run.ts';
import { mayResume, resumedRun } from './attempts.ts';
import { dueEvent } from './due-event.ts';
import { evaluateRun, isToJudge, type LookResult, passTime } from './evaluate-run.ts';
import type { GateParts } from './gate-parts.ts';
import { encodeLook, type LookRecord } from './look-record.ts';
import { readOpening } from './observing.ts';
import { decodeOpening, storedOpening } from './opening.ts';
import type { AuditDraft, LedgerRun } from './ports.ts';
import { outstandingProbes } from './probes.ts';
import { fixOpening } from './promising.ts';
import { harmFrom } from './run-times.ts';
import type { Sight } from './sight.ts';
import { advance } from './transitions.ts';

/** One watched run as a look finds it. */
interface Found {
  readonly run: LedgerRun;
  /** The last minute that is stored; undefined while the run has no opening. */
  readonly lastMinute: number | undefined;
  readonly sight: Sight;
  /** What tells whether the change has arrived; empty while it does not settle. */
  readonly facts: Facts;
  readonly now: number;
}

/** Writes what a look found out about one run, all in one transaction; what is written at once costs little more than one. */
export type LookWrite = () => Promise<unknown>;

/** Looks at one run; undefined when there is nothing to write. */
export async function lookAtRun(
  parts: GateParts,
  { run, lastMinute, sight, facts, now }: Found,
): Promise<LookWrite | undefined> {
  if (lastMinute === undefined) return openLate(parts, run, now);
  const { cache, checks } = parts;
  const held = isToJudge(sight, lastMinute) ? await cache.get(run, now) : undefined;
  const probes = held && run.state === 'soaking' ? await outstandingProbes(parts.store, run) : [];
  const result = held
    ? evaluateRun({ run, held, sight, checks, facts, probes, now })
    : passTime(run, sight, now);
  if (!isNews(run, result)) return undefined;
  const { minutes, look } = result;
  const rest = {
    audit: auditOf(run, result.run, look, now),
    ...(minutes.length > 0 && { minutes: { runId: run.id, rows: minutes } }),
    ...(look && { look: { runId: run.id, json: encodeLook(look) } }),
  };
  return () => parts.ledger.write([{ before: run, after: result.run }], rest);
}

/** Opens the next attempt of a run that ended blind, now that its cluster can be seen: row 10. */
export async function resume(
  parts: GateParts,
  ended: LedgerRun,
  now: number,
): Promise<LookWrite | undefined> {
  const { app, cluster, digest } = ended;
  const attempts = await parts.store.runs({ app, cluster, digest });
  if (!mayResume(attempts, now)) return undefined;
  const after = resumedRun(ended, now);
  const opening = await parts.store.opening(ended.id);
  const rest = {
    audit: [aboutRun(after, { at: now, kind: 'attempt', actor: 'gate', data: { after: ended.id } })],
    ...(opening !== undefined && { opening: storedOpening(after.id, decodeOpening(opening)) }),
  };
  return () => parts.ledger.write([{ after }], rest);
}

// A sync without admission, reported while the source could not be read: the baseline is still in the store. Which
// alerts fired before is not, so what fires when it can be read first counts as before: not knowing convicts nobody.
async function openLate(parts: GateParts, run: LedgerRun, now: number): Promise<LookWrite | undefined> {
  const { sight, opening } = await readOpening(parts, run.cluster, harmFrom(run));
  if (opening) {
    const after = run.blindSince === undefined ? run : advance(run, { is: 'sighted' }, now);
    const rest = { opening: storedOpening(run.id, await fixOpening(parts, run, opening)) };
    return () => parts.ledger.write([{ before: run, after }], rest);
  }
  const blind = sight.blind ? advance(run, { is: 'blind', reason: sight.blind }, now) : run;
  const due = dueEvent(blind, now);
  const after = due ? advance(blind, due, now) : blind;
  if (!isNews(run, { run: after, minutes: [] })) return undefined;
  const rest = { audit: auditOf(run, after, undefined, now) };
  return () => parts.ledger.write([{ before: run, after }], rest);
}

function isNews(before: Run, { run: after, minutes }: LookResult): boolean {
  return (
    minutes.length > 0 ||
    before.state !== after.state ||
    before.blindSince !== after.blindSince ||
    before.reasons[0]?.code !== after.reasons[0]?.code
  );
}

function auditOf(
  before: LedgerRun,
  after: LedgerRun,
  look: LookRecord | undefined,
  at: number,
): readonly AuditDraft[] {
  if (before.state === after.state && before.revokedAt === after.revokedAt) return [];
  const { verdict, reasons, state } = after;
  const data = { from: before.state, reasons: reasons.map(({ code, text }) => ({ code, text })) };
  if (state === 'soaking') return [aboutRun(after, { at, kind: 'settled', actor: 'gate', data })];
  if (state === 'asked') return [aboutRun(after, { at, kind: 'expired', actor: 'gate', data })];
  const judged = look && { at: look.at, soakMs: look.soakMs, alerts: look.alerts };
  return [
    aboutRun(after, {
      at,
      kind: before.state === 'go' ? 'revoked' : 'verdict',
      actor: 'gate',
      data: { ...data, verdict, ...(judged && { judged }) },
    }),
  ];
}
