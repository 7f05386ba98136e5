import type { CountCheck } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Reason } from '../domain/verdict.ts';
import { rateOf } from './baseline.ts';
import type { Cause } from './cause.ts';
import type { EvidenceTest } from './evidence-test.ts';
import { type Finding, type Harm, seriesEvidence } from './finding.ts';
import type { CountPlan } from './judge-plan.ts';
import type { CountState } from './judge-state.ts';
import type { Look } from './look.ts';
import { culprit, type Moment, momentOf, type SeriesMoment } from './moment.ts';
import { isSharedExcess } from './shared-excess.ts';
import { SUSPICION } from './suspicion.ts';
import { countsOf, type Peak, type TestState } from './test-state.ts';
import { type TrackFinding, weighTracks } from './track-finding.ts';
import { certaintyText, comparisonText, rateText, sentence } from './wording.ts';

interface Played {
  readonly test: EvidenceTest;
  readonly state: TestState;
}

/**
 * Weighs the counts of a check since the sync against before and against its limit.
 * Harm is evidence beyond the check's share of the run's alpha at any minute since the sync.
 */
export function weighCounts(plan: CountPlan, state: CountState, look: Look): Finding {
  const { check, tests } = plan;
  const played = tests.map((test, at): Played => ({ test, state: state.tests[at] as TestState }));
  const harms = played.flatMap(({ test, state: { peak } }): Harm[] =>
    check.halts && peak && isBeyond(peak.logE, test, look.plan.facts.policy.alpha)
      ? [
          {
            stage: 'evidence',
            cause: causeOf(`${test.kind}/${check.signal}`, () => reasonOf(check, test, peak)),
          },
        ]
      : [],
  );
  const tracks = weighTracks(plan, state, look);
  const all = [...tracks.harms, ...harms];
  const suspect = played.find(({ test, state: { current } }) => isBeyond(current, test, SUSPICION));
  return {
    check,
    harms: all,
    ...(suspect && {
      suspicion: causeOf(`suspicion/${check.signal}`, () =>
        suspicionOf(check, suspect.test, currentPeak(suspect, look, state)),
      ),
    }),
    ...(tracks.suspicion && { suspicion: tracks.suspicion }),
    isShared: isShared(plan, state),
    wasSuspicious:
      tracks.wasSuspicious ||
      played.some(({ test, state: { peak } }) => peak !== null && isBeyond(peak.logE, test, SUSPICION)),
    text: () => all[0]?.cause.tell().text ?? quietText(plan, quietMoment(plan, state, look)),
    evidence: () => evidenceOf(plan, state, look, tracks),
  };
}

function isShared({ series }: CountPlan, state: CountState): boolean {
  return series.some((plan, at) => {
    const seen = state.series[at];
    return seen !== undefined && isSharedExcess(plan, seen);
  });
}

function causeOf(code: Reason['code'], tell: () => Reason): Cause {
  return { code, tell };
}

function isBeyond(logE: number | null, { logWeight }: EvidenceTest, chance: number): boolean {
  return logE !== null && logE + logWeight >= -Math.log(chance);
}

function reasonOf(check: CountCheck, test: EvidenceTest, peak: Peak): Reason {
  const moment = momentOf(test, peak);
  const worst = culprit(test, moment);
  return {
    code: `${test.kind}/${check.signal}`,
    text: sentence(`${claim(check, test, worst)}: ${certainty(test, moment, worst)}`),
    evidence: seriesEvidence(check.signal, worst),
  };
}

function suspicionOf(check: CountCheck, test: EvidenceTest, current: Peak): Reason {
  const moment = momentOf(test, current);
  const worst = culprit(test, moment);
  const doubt = check.halts ? 'which may still be chance' : 'and this check only holds';
  return {
    code: `suspicion/${check.signal}`,
    text: sentence(`${claim(check, test, worst)}, ${doubt}: ${certainty(test, moment, worst)}`),
    evidence: seriesEvidence(check.signal, worst),
  };
}

function claim(check: CountCheck, test: EvidenceTest, worst: SeriesMoment): string {
  const limit = test.kind === 'limit' ? `, limit ${rateText(check, worst.plan.series.limit ?? 0)}` : '';
  const controls = pairedText(check, worst);
  return `${comparisonText(check, worst)}${limit}${controls}`;
}

function pairedText(check: CountCheck, { plan, since }: SeriesMoment): string {
  if (plan.controlBefore === undefined || !('paired' in since) || since.paired.controls.exposure === 0)
    return '';
  const [before, now] = [rateOf(plan.controlBefore), rateOf(since.paired.controls)];
  return `; clusters without the change: ${rateText(check, before)} -> ${rateText(check, now)}`;
}

function certainty(test: EvidenceTest, moment: Moment, worst: SeriesMoment): string {
  const otherwise = test.kind === 'limit' ? 'it were at its limit' : 'nothing had changed';
  const assumed = worst.plan.baseline?.phiAssumed ?? true;
  return certaintyText(moment.logE + test.logWeight, otherwise, assumed);
}

/** The newest moment of a test. */
function currentPeak({ test, state }: Played, look: Look, { series }: CountState): Peak {
  const counts = test.series.map((index) => countsOf(series[index]));
  return { logE: state.current ?? 0, rho: look.rho, from: look.segmentFrom, to: look.newest, counts };
}

/** What is told while nothing is wrong: the first test's loudest series since its segment began, else the first series. */
function quietMoment(plan: CountPlan, state: CountState, look: Look): SeriesMoment | undefined {
  const [test] = plan.tests;
  const [now] = state.tests;
  if (test === undefined || now === undefined || look.minutes === 0)
    return plainMoments(plan, state, look)[0];
  return culprit(test, momentOf(test, currentPeak({ test, state: now }, look, state)));
}

function quietText({ check, preExisting }: CountPlan, moment: SeriesMoment | undefined): string {
  if (moment === undefined) return `${check.title}: it has no series`;
  const compared = comparisonText(check, moment);
  const { limit } = moment.plan.series;
  if (!preExisting || limit === undefined) return compared;
  return `${compared}; above its limit of ${rateText(check, limit)} before the sync already, so only the comparison with before decides`;
}

/** What series that no test speaks of brought since the sync. */
function plainMoments({ series }: CountPlan, state: CountState, look: Look): readonly SeriesMoment[] {
  return series.map((plan, at) => ({
    plan,
    since: state.series[at]?.clean ?? { events: 0, exposure: 0 },
    from: look.plan.first,
    to: Math.max(look.plan.first, look.newest),
    logE: 0,
  }));
}

/** One piece of evidence a series: the first moment told of it. */
function evidenceOf(
  plan: CountPlan,
  state: CountState,
  look: Look,
  tracks: TrackFinding,
): readonly Evidence[] {
  const { check, tests } = plan;
  const convicting = tests.flatMap((test, at) => {
    const peak = state.tests[at]?.peak;
    const isHarm = check.halts && peak && isBeyond(peak.logE, test, look.plan.facts.policy.alpha);
    return isHarm ? [momentOf(test, peak)] : [];
  });
  const current =
    look.minutes === 0
      ? []
      : tests.map((test, at) =>
          momentOf(test, currentPeak({ test, state: state.tests[at] as TestState }, look, state)),
        );
  const moments = [
    ...(convicting[0]?.series ?? []),
    ...current.flatMap(({ series }) => series),
    ...plainMoments(plan, state, look),
  ];
  const bySeries = new Map<string, SeriesMoment>();
  for (const moment of moments) {
    const { key } = moment.plan.series;
    if (!bySeries.has(key)) bySeries.set(key, moment);
  }
  const compared = new Map(tracks.evidence().map((each) => [each.edge, each]));
  return [...bySeries.values()].map(
    (moment) => compared.get(moment.plan.series.edge) ?? seriesEvidence(check.signal, moment),
  );
}
