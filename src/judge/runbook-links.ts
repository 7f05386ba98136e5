import type { Check, CheckedAlert } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Reason } from '../domain/verdict.ts';
import type { CheckResult } from './judge-input.ts';

/** Adds runbooks to what checks and reasons show; evidence that has links of its own keeps those. */
export interface RunbookLinks {
  readonly inReason: (reason: Reason) => Reason;
  readonly inResult: (result: CheckResult) => CheckResult;
}

/** Links to the runbooks of the alerts whose limits the checks use. */
export function runbookLinks(checks: readonly Check[], alerts: readonly CheckedAlert[]): RunbookLinks {
  const urls = new Map(alerts.map(({ name, runbookUrl }) => [name, runbookUrl]));
  const bySignal = new Map(checks.map(({ signal, limitOf }) => [signal, urls.get(limitOf ?? '')]));
  const linked = (evidence: Evidence): Evidence => {
    const runbook = bySignal.get(evidence.signal);
    return runbook === undefined || evidence.links ? evidence : { ...evidence, links: { runbook } };
  };
  return {
    inReason: (reason) => (reason.evidence ? { ...reason, evidence: linked(reason.evidence) } : reason),
    inResult: (result) => ({ ...result, evidence: result.evidence.map(linked) }),
  };
}
