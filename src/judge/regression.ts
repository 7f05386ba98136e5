import type { CountCheck } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Reason } from '../domain/verdict.ts';
import { type EvidenceTest, planTests } from './evidence-test.ts';
import { type Finding, type Harm, seriesEvidence } from './finding.ts';
import type { Look, SeriesView } from './look.ts';
import { type Moment, playTest, type SeriesMoment } from './sequence.ts';
import { minuteAt, valuesFrom } from './track.ts';
import { certaintyText, comparisonText, rateText, sentence } from './wording.ts';

/** At or below this chance of a false alarm the soak is extended, and go waits until it has passed. */
export const SUSPICION = 0.05;

interface Played {
  readonly test: EvidenceTest;
  readonly peak: Moment;
  readonly current: Moment;
}

/**
 * Weighs the counts of a check since the sync against before and against its limit.
 * Harm is evidence beyond the check's share of the run's alpha at any minute since the sync.
 */
export function weighCounts(check: CountCheck, views: readonly SeriesView[], look: Look): Finding {
  const { tests, preExisting } = planTests(views, check.on, check.weight);
  const played = tests.flatMap((test): Played[] => {
    const sequence = playTest(test, look);
    return sequence ? [{ test, ...sequence }] : [];
  });
  const beyond = (moment: Moment, { logWeight }: EvidenceTest, chance: number) =>
    moment.logE + logWeight >= -Math.log(chance);
  const convicting = played.filter(
    ({ test, peak }) => check.halts && beyond(peak, test, look.input.policy.alpha),
  );
  const suspect = played.find(({ test, current }) => beyond(current, test, SUSPICION));
  const told = convicting.map(({ test, peak }) => ({ test, moment: peak }));
  const first = played[0];
  const unweighed = views.map((view) => plainMoment(view, look));
  const quiet = first ? culprit(first.test, first.current) : unweighed[0];
  return {
    check,
    harms: told.map(
      ({ test, moment }): Harm => ({ stage: 'evidence', reason: reasonOf(check, test, moment) }),
    ),
    ...(suspect && { suspicion: suspicionOf(check, suspect.test, suspect.current) }),
    wasSuspicious: played.some(({ test, peak }) => beyond(peak, test, SUSPICION)),
    text: told[0] ? reasonOf(check, told[0].test, told[0].moment).text : quietText(check, quiet, preExisting),
    evidence: evidenceOf(check, [
      ...(told[0]?.moment.series ?? []),
      ...played.flatMap(({ current }) => current.series),
      ...unweighed,
    ]),
  };
}

function reasonOf(check: CountCheck, test: EvidenceTest, moment: Moment): Reason {
  const worst = culprit(test, moment);
  return {
    code: `${test.kind}/${check.signal}`,
    text: sentence(`${claim(check, test, worst)}: ${certainty(test, moment, worst)}`),
    evidence: seriesEvidence(check.signal, worst),
  };
}

function suspicionOf(check: CountCheck, test: EvidenceTest, moment: Moment): Reason {
  const worst = culprit(test, moment);
  const doubt = check.halts ? 'which may still be chance' : 'and this check only holds';
  return {
    code: `suspicion/${check.signal}`,
    text: sentence(`${claim(check, test, worst)}, ${doubt}: ${certainty(test, moment, worst)}`),
    evidence: seriesEvidence(check.signal, worst),
  };
}

function claim(check: CountCheck, test: EvidenceTest, worst: SeriesMoment): string {
  const limit = test.kind === 'limit' ? `, limit ${rateText(check, worst.view.series.limit ?? 0)}` : '';
  return `${comparisonText(check, worst)}${limit}`;
}

function certainty(test: EvidenceTest, moment: Moment, worst: SeriesMoment): string {
  const otherwise = test.kind === 'limit' ? 'it were at its limit' : 'nothing had changed';
  const assumed = worst.view.baseline?.phiAssumed ?? true;
  return certaintyText(moment.logE + test.logWeight, otherwise, assumed);
}

/** The series that speaks loudest: one worth acting on if there is any. */
function culprit(test: EvidenceTest, moment: Moment): SeriesMoment {
  const acting = moment.series.filter(({ view, since }) => test.worthActing(view, since));
  const candidates = acting.length > 0 ? acting : moment.series;
  return candidates.reduce((worst, next) => (next.logE > worst.logE ? next : worst));
}

function quietText(check: CountCheck, moment: SeriesMoment | undefined, preExisting: boolean): string {
  if (moment === undefined) return `${check.title}: it has no series`;
  const compared = comparisonText(check, moment);
  const { limit } = moment.view.series;
  if (!preExisting || limit === undefined) return compared;
  return `${compared}; above its limit of ${rateText(check, limit)} before the sync already, so only the comparison with before decides`;
}

/** What a series that no test speaks of brought since the sync. */
function plainMoment(view: SeriesView, { since }: Look): SeriesMoment {
  const to = minuteAt(since, Math.max(0, since.length - 1));
  return { view, since: valuesFrom(view.since, 0), from: since.first, to, logE: 0 };
}

/** One piece of evidence a series: the first moment told of it. */
function evidenceOf(check: CountCheck, moments: readonly SeriesMoment[]): readonly Evidence[] {
  const bySeries = new Map<string, SeriesMoment>();
  for (const moment of moments) {
    const { key } = moment.view.series;
    if (!bySeries.has(key)) bySeries.set(key, moment);
  }
  return [...bySeries.values()].map((moment) => seriesEvidence(check.signal, moment));
}
