import type { Reason } from '../domain/verdict.ts';
import { aboutRun } from './about-run.ts';
import { answerOf } from './answer.ts';
import { openRun } from './attempts.ts';
import { type AdmissionDecision, decideAdmission } from './decide-admission.ts';
import type { GateParts } from './gate-parts.ts';
import type { Step } from './ledger.ts';
import { storedOpening } from './opening.ts';
import type { AuditDraft, LedgerRun } from './ports.ts';
import { admitRollback, goesBack } from './rollback.ts';
import { isWatched } from './run-times.ts';
import { NO_PROGRESS } from './settled.ts';
import { changeOf, inheritedOpening, type Standing, standingOf, type Target } from './standing.ts';
import { supersede } from './superseding.ts';
import { advance } from './transitions.ts';
import type { Answer, Caller } from './use-cases.ts';

/** For how long a hold is not decided again. */
const HOLD_MS = 10_000;

/** A PreSync hook asks whether its change may be applied: rows 1, 2 and 11 to 15. */
export async function askPreSync(parts: GateParts, target: Target, caller: Caller): Promise<Answer> {
  const standing = await standingOf(parts.store, target);
  const { own } = standing;
  if (own && (own.state === 'halted' || isWatched(own))) return answer(parts, target, own);
  if (own?.state === 'go' && standing.isCurrent) {
    if (standing.other) await replace(parts, standing.other, own);
    return answer(parts, target, own);
  }
  const held = own?.state === 'asked' ? recentHold(parts, own) : undefined;
  if (held && own && !standing.other) return answer(parts, target, { ...own, reasons: held });
  return decide(parts, target, standing, caller);
}

async function decide(parts: GateParts, target: Target, standing: Standing, caller: Caller): Promise<Answer> {
  const { store, clock, ledger } = parts;
  const { own, other } = standing;
  const isBack = await goesBack(store, target, standing);
  const change = { ...changeOf(target), ...(isBack && { intent: 'rollback' as const }) };
  const run =
    own?.state === 'asked'
      ? { ...own, ...change }
      : openRun({ ...change, policy: target.policy }, (own?.attempt ?? 0) + 1, clock.now());
  const inherited = await inheritedOpening(store, standing, run);
  const decision = isBack
    ? await admitRollback(parts, target, inherited)
    : await decideAdmission(parts, target, run, inherited);
  const now = clock.now();
  const event = decision.admits
    ? ({ is: 'admitted', reasons: decision.reasons, policy: target.policy } as const)
    : ({ is: 'held', reasons: decision.reasons } as const);
  const next = advance(run, event, now);
  const after = other ? { ...next, supersedes: other.id } : next;
  if (!decision.admits) parts.holds.set(run.id, { at: now, reasons: decision.reasons });
  // The same hold again is no news: nothing is written, and nothing audited.
  if (!decision.admits && !other && run.version > 0 && sameCodes(run.reasons, after.reasons)) {
    return answer(parts, target, after);
  }
  const superseding = other ? await supersede(parts, other, after, now) : undefined;
  const steps: Step[] = [...(superseding ? [superseding.step] : []), opened(run, after)];
  const entry = entryOf(after, decision, caller, now);
  const opening = decision.admits && decision.opening;
  const documents = decision.admits && decision.documents;
  await ledger.write(steps, {
    audit: [...(superseding?.audit ?? []), entry],
    ...(opening && { opening: storedOpening(run.id, opening) }),
    ...(documents && { documents }),
  });
  // An earlier admission of this run had another opening.
  if (decision.admits) parts.cache.drop(run.id);
  const said = answer(parts, target, after, decision.admits);
  return decision.admits && decision.isLetThrough ? { ...said, verdict: 'hold' } : said;
}

async function replace(parts: GateParts, other: LedgerRun, by: LedgerRun): Promise<void> {
  const { step, audit } = await supersede(parts, other, by, parts.clock.now());
  await parts.ledger.write([step], { audit });
}

function entryOf(run: LedgerRun, decision: AdmissionDecision, { name }: Caller, at: number): AuditDraft {
  const codes = run.reasons.map(({ code }) => code);
  if (!decision.admits) return aboutRun(run, { at, kind: 'hold', actor: name, data: { reasons: codes } });
  const { opening, skippedWaves, isLetThrough } = decision;
  const data = {
    reasons: codes,
    policy: run.policy.name,
    ...(run.intent === 'rollback' && { intent: run.intent }),
    ...(opening && {
      baselineEnd: opening.baselineEnd,
      covered: opening.covered,
      alertsBefore: opening.alertsBefore,
    }),
    ...(skippedWaves.length > 0 && { skippedWaves }),
    ...(isLetThrough && { letThrough: 'observe' }),
  };
  return aboutRun(run, { at, kind: 'admission', actor: name, data });
}

function recentHold({ holds, clock }: GateParts, run: LedgerRun): readonly Reason[] | undefined {
  const hold = holds.get(run.id);
  return hold && clock.now() - hold.at < HOLD_MS ? hold.reasons : undefined;
}

function opened(before: LedgerRun, after: LedgerRun): Step {
  return before.version === 0 ? { after } : { before, after };
}

function answer(parts: GateParts, { cluster }: Target, run: LedgerRun, justAdmitted = false): Answer {
  const { baseUrl, clock } = parts;
  const now = clock.now();
  return answerOf(run, { phase: 'PreSync', cluster, baseUrl, now, settle: NO_PROGRESS, justAdmitted });
}

function sameCodes(before: readonly Reason[], after: readonly Reason[]): boolean {
  const codes = (reasons: readonly Reason[]) => reasons.map(({ code }) => code).join(' ');
  return codes(before) === codes(after);
}
