import { notCovered, resultOf } from './check-result.ts';
import type { Decision } from './decide.ts';
import type { Judgement } from './judge-input.ts';
import { runbookLinks } from './runbook-links.ts';

/** A decision in words, with what every check saw: for a final verdict, and for the page. */
export function tell({ look, verdict, reasons, examined, extended }: Decision): Judgement {
  const { checks, alerts } = look.plan.facts;
  const bySignal = new Map(examined.map((each) => [each.plan.check.signal, each]));
  const links = runbookLinks(checks, alerts);
  return {
    verdict,
    reasons: reasons.map((cause) => links.inReason(cause.tell())),
    checks: checks.map((check) => {
      const known = bySignal.get(check.signal);
      return links.inResult(known ? resultOf(known, look) : notCovered(check));
    }),
    extended,
  };
}
