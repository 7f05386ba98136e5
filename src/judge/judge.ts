import type { Reason } from '../domain/verdict.ts';
import { type AlertFindings, weighAlerts } from './alerts.ts';
import { dataOf, type Examined, notCovered, resultOf } from './check-result.ts';
import { damageOf } from './damage.ts';
import { decide, neededSoakMs } from './decision.ts';
import type { Finding, HarmStage } from './finding.ts';
import { weighGauge } from './gauge-limit.ts';
import { proveGo } from './go-evidence.ts';
import { collectHolds } from './holds.ts';
import type { JudgeInput, Judgement } from './judge-input.ts';
import { type CheckView, type Look, openLook } from './look.ts';
import { weighCounts } from './regression.ts';
import { runbookLinks } from './runbook-links.ts';
import { weighItems } from './structure.ts';

/**
 * Judges one look at one run. Pure: the same input gives the same judgement, byte for byte.
 *
 * Harm is looked for first and in a fixed order (structure, alerts, damage, evidence); anything found halts, and all
 * of it is told. Without harm, go needs evidence of its own from every required check; what is not known is neither.
 */
export function judge(input: JudgeInput): Judgement {
  const look = openLook(input);
  const findings = look.views.map((view) => ({ view, finding: findingOf(view, look) }));
  const alerts = weighAlerts(input);
  const suspicious = findings.some(({ finding }) => finding.wasSuspicious);
  const neededMs = neededSoakMs(input.policy, suspicious);
  const examined = findings.map(
    ({ view, finding }): Examined => ({
      view,
      finding,
      data: dataOf(view, look),
      ...(view.check.required && { proof: proveGo(view, look, neededMs) }),
    }),
  );
  const harm = haltReasons(
    findings.map(({ finding }) => finding),
    alerts,
  );
  const decision =
    harm.length > 0
      ? { verdict: 'halt' as const, reasons: harm }
      : decide(input, collectHolds(look, examined, alerts), examined, neededMs);
  const bySignal = new Map(examined.map((each) => [each.view.check.signal, each]));
  const links = runbookLinks(input.checks, input.alerts);
  return {
    verdict: decision.verdict,
    reasons: decision.reasons.map(links.inReason),
    checks: input.checks.map((check) => {
      const known = bySignal.get(check.signal);
      return links.inResult(known ? resultOf(known) : notCovered(check));
    }),
    extended: suspicious || alerts.pending.length > 0,
  };
}

function findingOf(view: CheckView, look: Look): Finding {
  if ('series' in view) {
    const finding = weighCounts(view.check, view.series, look);
    const damage = damageOf(view.check, view.series, look);
    return damage ? { ...finding, harms: [damage, ...finding.harms] } : finding;
  }
  return 'gauge' in view ? weighGauge(view.check, view.gauge) : weighItems(view.check, view.items);
}

function haltReasons(findings: readonly Finding[], alerts: AlertFindings): readonly Reason[] {
  const of = (stage: HarmStage) =>
    findings.flatMap(({ harms }) => harms.filter((harm) => harm.stage === stage).map(({ reason }) => reason));
  return [...of('structure'), ...alerts.halts, ...of('damage'), ...of('evidence')];
}
