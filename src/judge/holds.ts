import type { Reason } from '../domain/verdict.ts';
import type { AlertFindings } from './alerts.ts';
import { type Cause, told } from './cause.ts';
import type { Examined } from './check-result.ts';
import { coverageReason, uncoveredComponents } from './coverage.ts';
import { dataText } from './data-state.ts';
import type { Look } from './look.ts';
import { minutesIn, minutesText } from './numbers.ts';
import type { RunFacts } from './run-facts.ts';
import { sentence } from './wording.ts';

/** Readings older than this are no picture of now: the slowest store is final after three minutes. */
export const STALE_MS = 5 * 60_000;

/** Everything that keeps a run from going, apart from time: what is wrong, and which evidence is missing. */
export interface Holds {
  /** Wrong whatever the evidence: blindness, alerts, suspicion, a part of the change that nobody watches. */
  readonly troubles: readonly Cause[];
  readonly pending: readonly Cause[];
  /** Evidence that go still needs. */
  readonly gaps: readonly Cause[];
}

/** Collects what holds a run back. */
export function collectHolds(
  look: Look,
  examined: readonly Examined[],
  alerts: AlertFindings,
  wave: readonly Cause[],
): Holds {
  const required = examined.filter(({ plan }) => plan.check.required);
  return {
    troubles: [
      ...staleReadings(look),
      ...titled(required, 'unknown', 'data/unknown', 'The newest minute could not be read'),
      ...(alerts.unknown ? [alerts.unknown] : []),
      ...alerts.holds,
      ...examined.flatMap(({ finding }) => finding.incident ?? []),
      ...examined.flatMap(({ finding }) => finding.suspicion ?? []),
      ...wave,
      ...uncovered(look.plan.facts, required),
      ...required.filter(({ data }) => data === 'missing').map(missingReason),
      ...titled(required, 'partial', 'data/partial', 'The newest minute is incomplete'),
    ],
    pending: alerts.pending,
    gaps: required.flatMap(gapReasons),
  };
}

function staleReadings({ minutes, newest, plan, instant }: Look): readonly Cause[] {
  const since = minutes > 0 ? newest : Math.max(plan.facts.syncedAt, plan.facts.baselineEnd);
  const age = instant.now - since;
  if (age <= STALE_MS) return [];
  return [
    told({
      code: 'data/unknown',
      text: `Nothing was read for ${minutesText(minutesIn(age))}, and by then every store has its numbers.`,
    }),
  ];
}

function titled(
  required: readonly Examined[],
  state: Examined['data'],
  code: 'data/unknown' | 'data/partial',
  what: string,
): readonly Cause[] {
  const titles = required.filter(({ data }) => data === state).map(({ plan }) => plan.check.title);
  return titles.length === 0 ? [] : [told({ code, text: `${what}: ${titles.join(', ')}.` })];
}

function uncovered(facts: RunFacts, required: readonly Examined[]): readonly Cause[] {
  const components = uncoveredComponents(facts).map(coverageReason).map(told);
  if (required.length > 0 || components.length > 0) return components;
  return [told(NOTHING_REQUIRED)];
}

const NOTHING_REQUIRED: Reason = {
  code: 'coverage/none',
  text: 'This cluster delivers no required signal, so nothing can prove a go.',
};

function missingReason({ plan: { check } }: Examined): Cause {
  const code = `data/missing/${check.signal}` as const;
  return { code, tell: () => ({ code, text: sentence(`${check.title}: ${dataText(check, 'missing')}`) }) };
}

function gapReasons({ plan: { check }, data, proof }: Examined): readonly Cause[] {
  const isTold = data === 'unknown' || data === 'missing' || data === 'partial';
  if (proof === undefined || proof.proved || isTold) return [];
  const { signal, title } = check;
  if (data === 'no-traffic') {
    const code = `data/no-traffic/${signal}` as const;
    return [{ code, tell: () => ({ code, text: sentence(`${title}: ${dataText(check, data)}`) }) }];
  }
  const code = `evidence/gathering/${signal}` as const;
  return [{ code, tell: () => ({ code, text: sentence(`${title}: ${proof.text()}`) }) }];
}
