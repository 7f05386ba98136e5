import type { GaugeCheck } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import { isBeyondNow, lastsUntilNow } from './breach.ts';
import type { Cause } from './cause.ts';
import type { Finding, Harm } from './finding.ts';
import type { GaugePlan } from './judge-plan.ts';
import type { GaugeState } from './judge-state.ts';
import { type Look, minuteAt } from './look.ts';
import { amountText, minutesText } from './numbers.ts';
import { weighShift } from './shift-finding.ts';
import { sentence } from './wording.ts';

/**
 * Judges a gauge by its limit (beyond it for as long as the check says, and not so before the sync, halts), and by quiet
 * hours where they are known.
 */
export function weighGauge(plan: GaugePlan, state: GaugeState, look: Look): Finding {
  const { check, wasBeyond } = plan;
  const mayHalt = check.halts && check.limit !== undefined && !wasBeyond;
  const forMinutes = Math.max(1, check.forMinutes);
  const lasts = mayHalt && lastsUntilNow(state.breach, forMinutes);
  const isShared = state.sharedAt >= Math.max(0, look.minutes - forMinutes);
  const halts = lasts && !isShared;
  const suspected = mayHalt && !lasts && isBeyondNow(state.breach, state.row);
  const text = () => gaugeText(plan, state);
  const evidence = () => gaugeEvidence(check, state, look);
  const cause = <C extends 'limit' | 'suspicion'>(stage: C) => {
    const code = `${stage}/${check.signal}` as const;
    return { code, tell: () => ({ code, text: sentence(text()), evidence: evidence() }) };
  };
  const compared = weighShift(plan, state, look);
  const harms: readonly Harm[] = [
    ...(halts ? [{ stage: 'evidence', cause: cause('limit') } as const] : []),
    ...(compared?.harms ?? []),
  ];
  const suspicion = suspected ? cause('suspicion') : compared?.suspicion;
  return {
    check,
    harms,
    ...(lasts && isShared && { incident: incidentOf(plan, state, look) }),
    isShared,
    ...(suspicion && { suspicion }),
    wasSuspicious: suspected || (compared?.wasSuspicious ?? false),
    text: () => harms[0]?.cause.tell().text ?? text(),
    evidence: () => (state.row.numberAt < 0 ? [] : [evidence()]),
  };
}

function incidentOf(plan: GaugePlan, state: GaugeState, look: Look): Cause {
  const code = 'fleet/incident';
  const text = () => sentence(`${gaugeText(plan, state)}; clusters without the change are beyond it too`);
  return { code, tell: () => ({ code, text: text(), evidence: gaugeEvidence(plan.check, state, look) }) };
}

/** "the limit of 0.9" with the unit. */
export function gaugeLimitText(check: GaugeCheck): string {
  return `its limit of ${amountText(check.limit ?? 0, check.unit)}`;
}

function gaugeEvidence(check: GaugeCheck, { row }: GaugeState, look: Look): Evidence {
  return {
    signal: check.signal,
    ...(row.numberAt >= 0 && {
      window: { from: look.plan.first, to: minuteAt(look.plan, row.numberAt) },
      value: row.amount,
    }),
    ...(check.limit !== undefined && { limit: check.limit }),
  };
}

function gaugeText({ check, wasBeyond }: GaugePlan, { row, breach }: GaugeState): string {
  if (row.numberAt < 0) return `${check.title}: nothing read since the sync`;
  const now = `${check.title}: ${amountText(row.amount, check.unit)}`;
  if (check.limit === undefined) return now;
  if (!isBeyondNow(breach, row)) return `${now}, within ${gaugeLimitText(check)}`;
  const side = check.worse === 'up' ? 'above' : 'below';
  const minutes = minutesText(Math.max(1, breach.row));
  const before = wasBeyond ? 'and before the sync already' : 'and not before the sync';
  return `${now}, ${side} ${gaugeLimitText(check)} for ${minutes} in a row ${before}`;
}
