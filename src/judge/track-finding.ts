import type { Evidence } from '../domain/evidence.ts';
import type { Reason } from '../domain/verdict.ts';
import type { Cause } from './cause.ts';
import { chanceNow } from './chance-now.ts';
import { type Finding, type Harm, seriesEvidence } from './finding.ts';
import type { CountPlan, SeriesPlan } from './judge-plan.ts';
import type { CountState } from './judge-state.ts';
import type { Look } from './look.ts';
import type { SeriesMoment } from './moment.ts';
import { controlsText, quietWindowsText } from './quiet-text.ts';
import type { SeriesState } from './series-state.ts';
import { SUSPICION } from './suspicion.ts';
import { lostControls, type ScorePeak, type TrackState } from './track-evidence.ts';
import { type TrackPlan, windowsOf } from './track-plan.ts';
import { comparisonText, sentence } from './wording.ts';

/** A series that is compared with quiet hours. */
interface Tracked {
  readonly plan: SeriesPlan;
  readonly track: TrackPlan;
  readonly state: TrackState;
  readonly series: SeriesState;
}

/** What the comparison with quiet hours says of a check. */
export interface TrackFinding extends Pick<Finding, 'harms' | 'suspicion' | 'wasSuspicious'> {
  /** Of the series that are compared. */
  evidence(): readonly Evidence[];
}

/**
 * Weighs the series of a check that are compared with quiet hours. A score that is rare enough halts; without controls
 * only a patient rise does, and any other only holds.
 */
export function weighTracks(plan: CountPlan, state: CountState, look: Look): TrackFinding {
  const { check, trackWeight } = plan;
  const isQuiet = !state.tracks.some((known) => known?.peak && known.peak.p <= SUSPICION * trackWeight);
  if (isQuiet) return quietFinding(plan, state, look);
  const tracked = trackedOf(plan, state);
  const isRare = (p: number, chance: number) => p <= chance * trackWeight;
  const convicted = tracked.flatMap((each): { each: Tracked; peak: ScorePeak }[] => {
    const peak = each.track.isLone ? each.state.patientPeak : each.state.peak;
    const halts = check.halts && peak?.convicts && isRare(peak.p, look.plan.facts.policy.alpha);
    return halts ? [{ each, peak }] : [];
  });
  convicted.sort((a, b) => a.peak.p - b.peak.p || b.peak.score - a.peak.score);
  const suspected = tracked.filter(({ state: { peak } }) => peak && isRare(peak.p, SUSPICION));
  const open = suspected.find((each) => isRare(chanceNow(each.track, each.state, look.minutes), SUSPICION));
  const [worst] = convicted;
  return {
    harms: worst ? [harmOf(plan, worst.each, worst.peak, look)] : [],
    ...(open && { suspicion: suspicionOf(plan, open, look) }),
    wasSuspicious: suspected.length > 0,
    evidence: () => tracked.map((each) => evidenceOf(plan, each, look)),
  };
}

// Nearly every look ends here: nothing is rare, so nothing is gathered before somebody asks.
function quietFinding(plan: CountPlan, state: CountState, look: Look): TrackFinding {
  const evidence = () => trackedOf(plan, state).map((each) => evidenceOf(plan, each, look));
  return { harms: [], wasSuspicious: false, evidence };
}

function trackedOf({ series }: CountPlan, state: CountState): readonly Tracked[] {
  return series.flatMap((plan, at): Tracked[] => {
    const known = state.tracks[at];
    return plan.track && known
      ? [{ plan, track: plan.track, state: known, series: state.series[at] as SeriesState }]
      : [];
  });
}

function harmOf(plan: CountPlan, each: Tracked, peak: ScorePeak, look: Look): Harm {
  const code = `regression/${plan.check.signal}` as const;
  return {
    stage: 'evidence',
    cause: { code, tell: () => reason(code, plan, each, peak, look) },
  };
}

function suspicionOf(plan: CountPlan, each: Tracked, look: Look): Cause {
  const code = `suspicion/${plan.check.signal}` as const;
  const { halts } = plan.check;
  const doubt = () => {
    if (!halts) return 'this check only holds';
    if (each.track.isLone)
      return 'no cluster without the change can be compared with, so it may be more than this one';
    if (lostControls(each.state))
      return 'the clusters without the change fell silent, so it may be more than this one';
    return 'which may still be chance';
  };
  return { code, tell: () => reason(code, plan, each, each.state.peak as ScorePeak, look, doubt()) };
}

function reason(
  code: Reason['code'],
  plan: CountPlan,
  each: Tracked,
  peak: ScorePeak,
  look: Look,
  doubt?: string,
): Reason {
  const compared = comparisonText(plan.check, momentOf(each, look));
  const controls = controlsText(plan.check, each.plan, each.series);
  const parts = [compared, controls, quietWindowsText(peak), doubt].filter((part) => part !== undefined);
  return { code, text: sentence(parts.join('; ')), evidence: evidenceOf(plan, each, look, peak) };
}

function momentOf({ plan, series }: Tracked, look: Look): SeriesMoment {
  return { plan, since: series.segment, from: look.segmentFrom, to: look.newest, logE: 0 };
}

function evidenceOf(
  { check }: CountPlan,
  each: Tracked,
  look: Look,
  peak: ScorePeak | null = each.state.peak,
): Evidence {
  const { e: _, ...evidence } = seriesEvidence(check.signal, momentOf(each, look));
  const { controls, controlClusters } = each.series;
  return {
    ...evidence,
    ...(controlClusters > 0 && {
      controls: { clusters: controlClusters, events: controls.events, exposure: controls.exposure },
    }),
    quiet: {
      p: peak?.p ?? 1,
      windows: peak?.windows ?? windowsOf(each.track.quiet),
      reached: peak?.reached ?? 0,
      extrapolated: peak?.extrapolated ?? false,
    },
  };
}
