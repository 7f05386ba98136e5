import type { Reason } from '../domain/verdict.ts';
import type { Cause } from './cause.ts';
import type { CountPlan, JudgePlan } from './judge-plan.ts';
import { countText, timesText } from './numbers.ts';
import { quietWindowsText } from './quiet-text.ts';
import type { WaveEvidence, WaveSeries } from './wave-evidence.ts';
import { sentence, subjectText } from './wording.ts';

/** What the runs of a wave show together. */
interface WaveFinding {
  readonly harms: readonly Cause[];
  /** Rare enough to convict, and without controls to tell the change from an incident of the fleet. */
  readonly holds: readonly Cause[];
}

/** Weighs what the runs of a wave show together, with the share of alpha that is kept for it. */
export function weighWave({ checks }: JudgePlan, wave: WaveEvidence | undefined): WaveFinding {
  if (wave === undefined) return { harms: [], holds: [] };
  const rare = wave.series.flatMap((series): { plan: CountPlan; series: WaveSeries }[] => {
    const plan = checks.find(
      (each): each is CountPlan => each.kind === 'counts' && each.check.signal === series.signal,
    );
    if (plan === undefined || !plan.check.halts) return [];
    const weight = plan.check.weight / plan.series.length;
    return series.p <= wave.alpha * weight ? [{ plan, series }] : [];
  });
  const causes = rare
    .toSorted((a, b) => a.series.p - b.series.p)
    .map(({ plan, series }): Cause => {
      const code = `${wave.controls > 0 ? 'regression' : 'suspicion'}/${series.signal}` as const;
      return { code, tell: () => waveReason(code, plan, series, wave) };
    });
  return wave.controls > 0 ? { harms: causes, holds: [] } : { harms: [], holds: causes };
}

function waveReason(code: Reason['code'], plan: CountPlan, pooled: WaveSeries, wave: WaveEvidence): Reason {
  const found = plan.series.find(({ series }) => series.key === pooled.key);
  const { events, expected, p, windows, reached, extrapolated } = pooled;
  const subject = found ? subjectText(plan.check, found.series) : plan.check.title;
  const factor = expected > 0 ? `, ${timesText(events / expected)}` : '';
  const against =
    wave.controls > 0
      ? `${countText(wave.controls)} clusters without the change were compared with`
      : 'no cluster without the change can be compared with, so it only holds';
  const parts = [
    `${subject}: ${countText(events)} since the sync on ${wave.clusters.join(', ')} together, where ${countText(expected)} were expected${factor}`,
    against,
    quietWindowsText({ p, windows, reached, extrapolated }),
  ];
  const edge = found?.series.edge;
  return {
    code,
    text: sentence(parts.join('; ')),
    evidence: {
      signal: pooled.signal,
      ...(edge !== undefined && { edge }),
      quiet: { p, windows, reached, extrapolated },
    },
  };
}
