import { IdentityError } from '../domain/errors.ts';
import type { Intent } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { aboutRun } from './about-run.ts';
import { rolloutWatch } from './after-go.ts';
import { answerOf } from './answer.ts';
import { openRun } from './attempts.ts';
import { type AdmissionDecision, decideAdmission } from './decide-admission.ts';
import type { GateParts } from './gate-parts.ts';
import { joinedAs } from './known-as.ts';
import type { Step } from './ledger.ts';
import { storedOpening } from './opening.ts';
import type { AuditDraft, LedgerRun } from './ports.ts';
import { fixOpening, promisesInWords } from './promising.ts';
import { readTurn } from './read-turn.ts';
import { admitOutOfTurn, goesBack } from './rollback.ts';
import { isWatched } from './run-times.ts';
import { NO_PROGRESS } from './settled.ts';
import { changeOf, inheritedOpening, type Standing, standingOf, type Target } from './standing.ts';
import { overtaking, supersede } from './superseding.ts';
import { advance } from './transitions.ts';
import type { Answer, Caller } from './use-cases.ts';

/** For how long a hold is not decided again. */
const HOLD_MS = 10_000;

/** A PreSync hook asks whether its change may be applied: rows 1, 2 and 11 to 15. */
export async function askPreSync(parts: GateParts, target: Target, caller: Caller): Promise<Answer> {
  const standing = await standingOf(parts.store, target);
  const { own } = standing;
  if (own && (own.state === 'halted' || isWatched(own))) return joined(parts, target, own);
  if ((own?.state === 'go' || own?.state === 'adopted') && standing.isCurrent) {
    if (standing.other) await replace(parts, standing.other, own);
    return joined(parts, target, own);
  }
  const held = own?.state === 'asked' ? recentHold(parts, own) : undefined;
  if (held && own && !standing.other) return answer(parts, target, { ...own, reasons: held });
  return decide(parts, target, standing, caller);
}

async function decide(parts: GateParts, target: Target, standing: Standing, caller: Caller): Promise<Answer> {
  const { store, clock, ledger } = parts;
  const { own, other } = standing;
  const intent = await intentOf(store, target, standing);
  if (intent === 'fix') refuseWithoutRight(caller);
  const turn = await readTurn(parts, target);
  const change = { ...changeOf(target), intent };
  const run =
    own?.state === 'asked'
      ? { ...own, plan: turn.plan, ...change }
      : openRun({ ...change, policy: target.policy, plan: turn.plan }, (own?.attempt ?? 0) + 1, clock.now());
  const inherited = await inheritedOpening(store, standing, run);
  const decision =
    intent === 'change'
      ? await decideAdmission(parts, target, { run, turn }, inherited)
      : await admitOutOfTurn(parts, target, { intent, standing, inherited });
  const now = clock.now();
  const event = decision.admits
    ? ({ is: 'admitted', reasons: decision.reasons, policy: decision.policy } as const)
    : ({ is: 'held', reasons: decision.reasons } as const);
  const next = advance(run, event, now);
  const overtaken = other ? overtaking(next, other) : next;
  const opening =
    decision.admits && decision.opening && (await fixOpening(parts, overtaken, decision.opening));
  const after = opening
    ? { ...overtaken, promised: await promisesInWords(parts, overtaken, opening) }
    : overtaken;
  if (!decision.admits) parts.holds.set(run.id, { at: now, reasons: decision.reasons });
  // The same hold again is no news: nothing is written, and nothing audited.
  if (!decision.admits && !other && run.version > 0 && sameCodes(run.reasons, after.reasons)) {
    return answer(parts, target, after);
  }
  const superseding = other ? supersede(parts, other, after, now) : undefined;
  const steps: Step[] = [...(superseding ? [superseding.step] : []), opened(run, after)];
  const entry = entryOf(after, opening ? { ...decision, opening } : decision, caller, now);
  const watch = decision.admits ? await rolloutWatch(store, run) : undefined;
  const documents = [...(decision.documents ?? []), ...(watch ? [watch] : [])];
  await ledger.write(steps, {
    audit: [...(superseding?.audit ?? []), entry],
    ...(opening && { opening: storedOpening(run.id, opening) }),
    documents,
  });
  // An earlier admission of this run had another opening.
  if (decision.admits) parts.cache.drop(run.id);
  const said = answer(parts, target, after, decision.admits);
  return decision.admits && decision.isLetThrough ? { ...said, verdict: 'hold' } : said;
}

// Whether a change goes back is for the ledger to say, not for the hook.
async function intentOf(store: GateParts['store'], target: Target, standing: Standing): Promise<Intent> {
  if (await goesBack(store, target, standing)) return 'rollback';
  return target.intent === 'fix' ? 'fix' : 'change';
}

// A hook that carries the intent in its chart would let everybody who can write to Git past the waves.
function refuseWithoutRight({ name, rights }: Caller): void {
  if (rights.has('fix')) return;
  throw new IdentityError(
    'identity/right',
    `${name} has no right to let a fix past the waves: a person with the right "fix" asks first, with --intent fix, and the hook asks after that`,
    403,
  );
}

async function joined(parts: GateParts, target: Target, own: LedgerRun): Promise<Answer> {
  return answer(parts, target, await joinedAs(parts, own, target.ask.revision));
}

async function replace(parts: GateParts, other: LedgerRun, by: LedgerRun): Promise<void> {
  const { step, audit } = supersede(parts, other, by, parts.clock.now());
  await parts.ledger.write([step], { audit });
}

function entryOf(run: LedgerRun, decision: AdmissionDecision, { name }: Caller, at: number): AuditDraft {
  const codes = run.reasons.map(({ code }) => code);
  if (!decision.admits) return aboutRun(run, { at, kind: 'hold', actor: name, data: { reasons: codes } });
  const { opening, skippedWaves, isLetThrough } = decision;
  const data = {
    reasons: codes,
    policy: run.policy.name,
    ...(run.intent !== 'change' && { intent: run.intent }),
    ...(opening && {
      baselineEnd: opening.baselineEnd,
      covered: opening.covered,
      alertsBefore: opening.alertsBefore,
      ...(opening.controls && { controls: opening.controls.clusters }),
      ...(opening.learned && { learned: opening.learned }),
      ...(opening.promises && { promises: opening.promises }),
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
