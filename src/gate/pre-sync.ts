import type { Reason } from '../domain/verdict.ts';
import { aboutRun } from './about-run.ts';
import { admissionReasons, objections } from './admission.ts';
import { answerOf } from './answer.ts';
import { openRun } from './attempts.ts';
import type { GateParts } from './gate-parts.ts';
import type { Step } from './ledger.ts';
import { glance, readOpening } from './observing.ts';
import { type Opening, storedOpening } from './opening.ts';
import type { AuditDraft, LedgerRun } from './ports.ts';
import { isWatched } from './run-times.ts';
import { NO_PROGRESS } from './settled.ts';
import { changeOf, inheritedOpening, type Standing, standingOf, type Target } from './standing.ts';
import { supersede } from './superseding.ts';
import { advance } from './transitions.ts';
import type { Answer, Caller } from './use-cases.ts';

/** For how long a hold is not decided again. */
const HOLD_MS = 10_000;

/** A PreSync hook asks whether its change may be applied: rows 1, 2, 11, 12, 13 and 15. */
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

type Decision =
  | { readonly admits: true; readonly opening: Opening }
  | { readonly admits: false; readonly reasons: readonly [Reason, ...Reason[]] };

async function decide(parts: GateParts, target: Target, standing: Standing, caller: Caller): Promise<Answer> {
  const { store, clock, ledger } = parts;
  const { own, other } = standing;
  const run =
    own?.state === 'asked'
      ? { ...own, ...changeOf(target) }
      : openRun({ ...changeOf(target), policy: target.policy }, (own?.attempt ?? 0) + 1, clock.now());
  const decision = await judgeAdmission(parts, target, await inheritedOpening(store, standing, run));
  const now = clock.now();
  const event = decision.admits
    ? ({ is: 'admitted', reasons: admissionReasons(target.cluster), policy: target.policy } as const)
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
  const audit: AuditDraft[] = [...(superseding?.audit ?? []), entryOf(after, decision, caller, now)];
  const opening = decision.admits ? { opening: storedOpening(run.id, decision.opening) } : {};
  await ledger.write(steps, { audit, ...opening });
  // An earlier admission of this run had another opening.
  if (decision.admits) parts.cache.drop(run.id);
  return answer(parts, target, after, decision.admits);
}

async function judgeAdmission(
  parts: GateParts,
  { cluster, components }: Target,
  inherited: Opening | undefined,
): Promise<Decision> {
  const { checks, alerts, clock } = parts;
  const facts = { cluster, components, checks, alerts };
  const sight = await glance(parts, cluster.name);
  const first = objections({ ...facts, sight, ...(inherited && { covered: inherited.covered }) });
  if (isSome(first)) return { admits: false, reasons: first };
  if (inherited) return { admits: true, opening: inherited };
  // A day of readings is asked for only when nothing else stands against it.
  const { sight: day, opening } = await readOpening(parts, cluster.name, clock.now());
  const rest = objections({ ...facts, sight: day, ...(opening && { covered: opening.covered }) });
  if (isSome(rest)) return { admits: false, reasons: rest };
  return opening
    ? { admits: true, opening }
    : { admits: false, reasons: [{ code: 'data/unknown', text: 'The baseline could not be read.' }] };
}

async function replace(parts: GateParts, other: LedgerRun, by: LedgerRun): Promise<void> {
  const { step, audit } = await supersede(parts, other, by, parts.clock.now());
  await parts.ledger.write([step], { audit });
}

function entryOf(run: LedgerRun, decision: Decision, { name }: Caller, at: number): AuditDraft {
  const codes = run.reasons.map(({ code }) => code);
  if (!decision.admits) return aboutRun(run, { at, kind: 'hold', actor: name, data: { reasons: codes } });
  const { baselineEnd, covered, alertsBefore } = decision.opening;
  const data = { reasons: codes, policy: run.policy.name, baselineEnd, covered, alertsBefore };
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

function isSome(reasons: readonly Reason[]): reasons is readonly [Reason, ...Reason[]] {
  return reasons.length > 0;
}

function sameCodes(before: readonly Reason[], after: readonly Reason[]): boolean {
  const codes = (reasons: readonly Reason[]) => reasons.map(({ code }) => code).join(' ');
  return codes(before) === codes(after);
}
