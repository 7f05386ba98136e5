import type { Check } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Cause } from './cause.ts';
import type { SeriesMoment } from './moment.ts';
import { ratioOfRates } from './wording.ts';

/** The order in which harm is looked for; alerts come between `structure` and `damage`. */
export type HarmStage = 'structure' | 'damage' | 'evidence';

/** Harm that halts. */
export interface Harm {
  readonly stage: HarmStage;
  readonly cause: Cause;
}

/** What one check says about harm at a look. */
export interface Finding {
  readonly check: Check;
  readonly harms: readonly Harm[];
  /** Open suspicion: it may have got worse, and go waits. */
  readonly suspicion?: Cause;
  /** Harm that clusters without the change show too: nobody goes on beside it, and nobody is halted for it. */
  readonly incident?: Cause;
  /** Whether clusters without the change got worse by as much: then an alert on it convicts nobody. */
  readonly isShared: boolean;
  /** Whether there was suspicion at any minute since the sync, which asks for more soak. */
  readonly wasSuspicious: boolean;
  /** One sentence of what was seen. */
  text(): string;
  evidence(): readonly Evidence[];
}

/** Evidence values are cut here; beyond it the number only says "certain", and JSON has no infinity. */
const LARGEST_EVIDENCE = 1e12;

/** An e-value for people and JSON from its natural logarithm. */
export function evidenceValue(logE: number): number {
  return Math.min(LARGEST_EVIDENCE, Math.exp(logE));
}

/** What one series of a count check showed, as evidence. */
export function seriesEvidence(signal: string, moment: SeriesMoment): Evidence {
  const { plan, since, from, to, logE } = moment;
  const { series, baseline } = plan;
  const factor = baseline && ratioOfRates(since, baseline);
  return {
    signal,
    ...(series.edge !== undefined && { edge: series.edge }),
    ...(series.query !== undefined && { query: series.query }),
    window: { from, to },
    ...(baseline && { before: { events: baseline.events, exposure: baseline.exposure } }),
    since: { events: since.events, exposure: since.exposure },
    ...(factor !== undefined && { factor }),
    ...(series.limit !== undefined && { limit: series.limit }),
    e: evidenceValue(logE),
  };
}
