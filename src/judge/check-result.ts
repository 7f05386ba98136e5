import type { Check } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import { type DataState, dataState, dataText } from './data-state.ts';
import { evidenceValue, type Finding } from './finding.ts';
import { goRow } from './go-evidence.ts';
import type { GoProof } from './go-proof.ts';
import type { CheckResult } from './judge-input.ts';
import type { CheckPlan } from './judge-plan.ts';
import type { CheckState } from './judge-state.ts';
import type { Look } from './look.ts';
import { visibilityText } from './visibility.ts';
import { sentence } from './wording.ts';

/** All that one look found out about one covered check. */
export interface Examined {
  readonly plan: CheckPlan;
  readonly finding: Finding;
  readonly data: DataState;
  /** Of required checks only. */
  readonly proof?: GoProof;
}

const OUTCOME_OF_DATA = {
  unknown: 'unknown',
  missing: 'no-data',
  'no-traffic': 'no-traffic',
} as const satisfies Partial<Record<DataState, CheckResult['outcome']>>;

/** State of a covered check's data. */
export function dataOf(plan: CheckPlan, state: CheckState, look: Look): DataState {
  const row = goRow(plan, state);
  return row === undefined ? 'missing' : dataState(row, look);
}

/** A covered check as people and the page see it. */
export function resultOf({ plan, finding, data, proof }: Examined, look: Look): CheckResult {
  const harmed = finding.harms.length > 0;
  const more = data === 'fresh' ? proof?.text() : dataText(plan.check, data);
  const notes = harmed || more === undefined ? [finding.text()] : [finding.text(), more];
  return {
    signal: plan.check.signal,
    outcome: outcomeOf(finding, data, proof),
    text: sentence(notes.join('; ')),
    ...(proof && { promise: promiseText(plan, proof, look) }),
    evidence: withProof(finding.evidence(), plan, proof),
  };
}

// Both parts are told from what was before the sync alone, so they say the same before the soak and after it.
function promiseText(plan: CheckPlan, proof: GoProof, look: Look): string {
  const sees = plan.kind === 'counts' ? visibilityText(look.plan, plan) : undefined;
  return sentence([proof.promise(), sees].filter((part) => part !== undefined).join('; '));
}

/** A check that this cluster does not deliver. */
export function notCovered(check: Check): CheckResult {
  return {
    signal: check.signal,
    outcome: 'not-covered',
    text: `${check.title}: not covered, this cluster did not deliver it before the run opened.`,
    evidence: [],
  };
}

function outcomeOf(finding: Finding, data: DataState, proof: GoProof | undefined): CheckResult['outcome'] {
  if (finding.harms.length > 0) return 'harm';
  if (finding.suspicion) return 'suspicion';
  if (data !== 'fresh' && data !== 'partial') return OUTCOME_OF_DATA[data];
  if (proof === undefined) return 'shown';
  return proof.proved ? 'proved' : 'gathering';
}

function withProof(
  evidence: readonly Evidence[],
  plan: CheckPlan,
  proof: GoProof | undefined,
): readonly Evidence[] {
  if (proof === undefined) return evidence;
  const { logE, progress } = proof;
  const go = { ...(logE !== undefined && { eGo: evidenceValue(logE) }), progress };
  const edge = plan.kind === 'counts' ? plan.series[plan.goIndex]?.series.edge : undefined;
  const at = Math.max(
    0,
    evidence.findIndex((each) => each.edge === edge),
  );
  if (evidence.length === 0) return [{ signal: plan.check.signal, ...go }];
  return evidence.map((each, i) => (i === at ? { ...each, ...go } : each));
}
