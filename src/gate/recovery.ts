import type { Reason } from '../domain/verdict.ts';
import type { Judgement } from '../judge/judge-input.ts';
import type { LedgerRun } from './ports.ts';

/**
 * What a judgement means for a run that goes back: row 14. That signals are worse than before the bad change is where a
 * recovery begins and convicts nobody; it is waited for until they are back, and without that the soak ends undecided.
 * What breaks anew (an alert that did not fire before, parts that are not ready) halts as ever.
 *
 * @param soakMs soak time so far
 */
export function recoveryJudgement(run: LedgerRun, judgement: Judgement, soakMs: number): Judgement {
  if (run.intent !== 'rollback' || judgement.verdict !== 'halt') return judgement;
  if (judgement.reasons.some(({ code }) => !isComparison(code))) return judgement;
  const reason: Reason = {
    code: 'recovery/not-back',
    text: `${run.cluster} is not back at the level before the change that was rolled back: ${judgement.reasons[0]?.text ?? ''}`,
  };
  const isOver = soakMs >= run.policy.maxSoakMs;
  return {
    ...judgement,
    verdict: isOver ? 'inconclusive' : 'hold',
    reasons: [reason, ...judgement.reasons],
  };
}

function isComparison(code: string): boolean {
  return /^(regression|limit|damage)(\/|$)/.test(code);
}
