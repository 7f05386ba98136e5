import type { Reason } from '../domain/verdict.ts';
import { told } from '../judge/cause.ts';
import type { RunRuling } from '../judge/run-judge.ts';
import type { LedgerRun } from './ports.ts';

/**
 * What a ruling means for a run that goes back: row 14. That signals are worse than before the bad change is where a
 * recovery begins and convicts nobody, and an alert that had waited for its time since then may fire only now: none of
 * that is the doing of a digest that had its go here. It is waited for until all is back, and without that the soak ends
 * undecided. How long a change may take to arrive is how long going back may take to show.
 */
export function recoveryRuling(run: LedgerRun, ruling: RunRuling, now: number): RunRuling {
  if (run.intent !== 'rollback' || ruling.verdict !== 'halt') return ruling;
  const isOver = run.state === 'soaking' && now - (run.syncedAt ?? now) >= run.policy.maxSettleMs;
  const verdict = isOver ? 'inconclusive' : 'hold';
  const reason: Reason = {
    code: 'recovery/not-back',
    text: `${run.cluster} is not back at the level before the change that was rolled back: ${ruling.reasons[0]?.tell().text ?? ''}`,
  };
  return {
    verdict,
    reasons: [told(reason), ...ruling.reasons],
    tell() {
      const judgement = ruling.tell();
      return { ...judgement, verdict, reasons: [reason, ...judgement.reasons] };
    },
  };
}

/** Whether a recovery has to begin anew: what was measured until now is the time before it. */
export function isNotBack({ verdict, reasons }: RunRuling): boolean {
  return verdict === 'hold' && reasons[0]?.code === 'recovery/not-back';
}
