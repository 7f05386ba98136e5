import type { Evidence } from '../domain/evidence.ts';
import type { Reason } from '../domain/verdict.ts';
import type { Cause } from './cause.ts';
import { chanceNow } from './chance-now.ts';
import type { Finding } from './finding.ts';
import type { GaugePlan } from './judge-plan.ts';
import type { GaugeState } from './judge-state.ts';
import { type Look, minuteAt } from './look.ts';
import { amountText, countText } from './numbers.ts';
import { quietWindowsText } from './quiet-text.ts';
import type { ShiftState } from './shift-evidence.ts';
import type { ShiftPlan } from './shift-plan.ts';
import { SUSPICION } from './suspicion.ts';
import type { ScorePeak } from './track-evidence.ts';
import { sentence } from './wording.ts';

/** What the comparison with quiet hours says of a gauge; undefined where there is none. */
export function weighShift(
  plan: GaugePlan,
  state: GaugeState,
  look: Look,
): Pick<Finding, 'harms' | 'suspicion' | 'wasSuspicious'> | undefined {
  const { check, shift } = plan;
  const known = state.shift;
  if (shift === undefined || known === null || known.peak === null) return undefined;
  const { peak } = known;
  const isRare = (p: number, chance: number) => p <= chance * check.weight;
  const halts = check.halts && !shift.isLone && peak.convicts && isRare(peak.p, look.plan.facts.policy.alpha);
  const wasSuspicious = isRare(peak.p, SUSPICION);
  const isOpen = wasSuspicious && isRare(chanceNow(shift, known, look.minutes), SUSPICION);
  const cause = (code: Reason['code'], doubt?: string): Cause => ({
    code,
    tell: () => reason(code, { plan, shift, state, known, peak, look }, doubt),
  });
  const doubt = shift.isLone
    ? 'no cluster without the change can be compared with, so it only holds'
    : 'which may still be chance';
  return {
    harms: halts ? [{ stage: 'evidence', cause: cause(`regression/${check.signal}`) }] : [],
    ...(isOpen && { suspicion: cause(`suspicion/${check.signal}`, doubt) }),
    wasSuspicious,
  };
}

interface Told {
  readonly plan: GaugePlan;
  readonly shift: ShiftPlan;
  readonly state: GaugeState;
  readonly known: ShiftState;
  readonly peak: ScorePeak;
  readonly look: Look;
}

function reason(
  code: Reason['code'],
  { plan, shift, state, known, peak, look }: Told,
  doubt: string | undefined,
): Reason {
  const { check } = plan;
  const mean = known.sum / Math.max(1, known.samples);
  const amount = (value: number) => amountText(value, check.unit);
  const compared =
    known.controls === null
      ? `${check.title}: ${amount(shift.start.mean)} in the hour before -> ${amount(mean)} on average since`
      : `${check.title}: ${amount(state.row.amount)}, and ${amount(known.controls.mean)} on ${countText(known.controls.clusters)} clusters without the change; the distance went from ${amount(shift.start.mean)} to ${amount(mean)}`;
  const parts = [compared, quietWindowsText(peak), doubt].filter((part) => part !== undefined);
  const evidence: Evidence = {
    signal: check.signal,
    window: { from: look.plan.first, to: minuteAt(look.plan, Math.max(0, state.row.numberAt)) },
    value: state.row.amount,
    ...(check.limit !== undefined && { limit: check.limit }),
    quiet: { p: peak.p, windows: peak.windows, reached: peak.reached, extrapolated: peak.extrapolated },
  };
  return { code, text: sentence(parts.join('; ')), evidence };
}
