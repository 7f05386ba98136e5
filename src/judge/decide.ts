import type { Verdict } from '../domain/verdict.ts';
import { type AlertFindings, weighAlerts } from './alerts.ts';
import type { Cause } from './cause.ts';
import { dataOf, type Examined } from './check-result.ts';
import { damageOf } from './damage.ts';
import { neededSoakMs, rule } from './decision.ts';
import type { Finding, HarmStage } from './finding.ts';
import { weighGauge } from './gauge-limit.ts';
import { proveGo } from './go-evidence.ts';
import { collectHolds } from './holds.ts';
import type { CheckPlan, JudgePlan } from './judge-plan.ts';
import type { CheckState, CountState, GaugeState, ItemsState, JudgeState } from './judge-state.ts';
import { type Look, openLook } from './look.ts';
import { weighCounts } from './regression.ts';
import type { LookInstant } from './run-facts.ts';
import { weighItems } from './structure.ts';
import { weighWave } from './wave-finding.ts';

/** What a look decided. Its sentences are made when it is told, and that must be before the state grows on. */
export interface Decision {
  readonly look: Look;
  readonly verdict: Verdict;
  /** The deciding ones first. Never empty. */
  readonly reasons: readonly Cause[];
  readonly examined: readonly Examined[];
  /** Whether suspicion or a pending alert asks for more soak than the policy's least. */
  readonly extended: boolean;
}

/**
 * Decides one look at one run from what its minutes have shown. The state is left as it is.
 *
 * Harm is looked for first and in a fixed order (structure, alerts, damage, evidence); anything found halts, and all
 * of it is told. Without harm, go needs evidence of its own from every required check; what is not known is neither.
 */
export function decide(plan: JudgePlan, state: JudgeState, instant: LookInstant): Decision {
  const look = openLook(plan, state, instant);
  const { facts } = plan;
  const findings = plan.checks.map((check, at) => findingOf(check, state.checks[at] as CheckState, look));
  const alerts = weighAlerts(facts, instant, findings);
  const suspicious = findings.some((finding) => finding.wasSuspicious);
  const neededMs = neededSoakMs(facts.policy, suspicious);
  const examined = plan.checks.map((check, at): Examined => {
    const known = state.checks[at] as CheckState;
    return {
      plan: check,
      finding: findings[at] as Finding,
      data: dataOf(check, known, look),
      ...(check.check.required && { proof: proveGo(check, known, look, neededMs) }),
    };
  });
  const wave = weighWave(plan, instant.wave);
  const harm = [...haltCauses(findings, alerts), ...wave.harms];
  const ruling =
    harm.length > 0
      ? { verdict: 'halt' as const, reasons: harm }
      : rule(look, collectHolds(look, examined, alerts, wave.holds), examined, neededMs);
  return { look, ...ruling, examined, extended: suspicious || alerts.pending.length > 0 };
}

function findingOf(plan: CheckPlan, state: CheckState, look: Look): Finding {
  if (plan.kind === 'gauge') return weighGauge(plan, state as GaugeState, look);
  if (plan.kind === 'items') return weighItems(plan, state as ItemsState, look);
  const finding = weighCounts(plan, state as CountState, look);
  const damage = damageOf(plan, state as CountState, look);
  return damage ? { ...finding, harms: [damage, ...finding.harms] } : finding;
}

function haltCauses(findings: readonly Finding[], alerts: AlertFindings): readonly Cause[] {
  const of = (stage: HarmStage) =>
    findings.flatMap(({ harms }) => harms.filter((harm) => harm.stage === stage).map(({ cause }) => cause));
  return [...of('structure'), ...alerts.halts, ...of('damage'), ...of('evidence')];
}
