import type { CheckChance } from '../judge/chances.ts';
import type { GateParts } from './gate-parts.ts';
import { decodeOpening } from './opening.ts';
import { runOf } from './persons-word.ts';
import { decodeMinute } from './readings-json.ts';
import { factsOf } from './run-readings.ts';
import { momentsOf } from './run-times.ts';

/** What the judge made of one minute of a run. */
export interface JudgedMinute {
  /** Its end, epoch milliseconds. */
  readonly minute: number;
  readonly chances: readonly CheckChance[];
}

/** How a run's evidence of harm grew; `forgotten` is a run whose class's quiet hours of then are no longer kept. */
export type EvidenceOverTime =
  | { readonly is: 'judged'; readonly minutes: readonly JudgedMinute[] }
  | { readonly is: 'forgotten' };

/**
 * Judges the stored minutes of a run once more, one by one; nothing of it is kept. Without an opening, or with evidence
 * that was retired, there are no minutes.
 *
 * @throws NotFoundError `run/unknown`
 */
export async function evidenceOverTime(parts: GateParts, id: string): Promise<EvidenceOverTime> {
  const { store, clock } = parts;
  const run = await runOf(store, id);
  const [openingJson, stored] = await Promise.all([store.opening(id), store.minutes(id)]);
  if (openingJson === undefined) return { is: 'judged', minutes: [] };
  const opening = decodeOpening(openingJson);
  const learned = opening.learned && (await parts.learned.at(opening.learned));
  if (opening.learned && learned === undefined) return { is: 'forgotten' };
  const judge = parts.judge(factsOf(run, opening, parts, learned));
  const moments = momentsOf(run, clock.now());
  const minutes = stored
    .filter(({ minute }) => minute > opening.window.to)
    .map((row): JudgedMinute => {
      judge.advance(decodeMinute(row), moments);
      return { minute: row.minute, chances: judge.chances() };
    });
  return { is: 'judged', minutes };
}
