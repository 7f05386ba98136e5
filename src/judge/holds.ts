import type { Reason } from '../domain/verdict.ts';
import type { AlertFindings } from './alerts.ts';
import type { Examined } from './check-result.ts';
import { coverageReason, uncoveredComponents } from './coverage.ts';
import { dataText } from './data-state.ts';
import type { JudgeInput } from './judge-input.ts';
import type { Look } from './look.ts';
import { minutesIn, minutesText } from './numbers.ts';
import { minuteAt } from './track.ts';
import { sentence } from './wording.ts';

/** Readings older than this are no picture of now: the slowest store is final after three minutes. */
export const STALE_MS = 5 * 60_000;

/** Everything that keeps a run from going, apart from time: what is wrong, and which evidence is missing. */
export interface Holds {
  /** Wrong whatever the evidence: blindness, alerts, suspicion, a part of the change that nobody watches. */
  readonly troubles: readonly Reason[];
  readonly pending: readonly Reason[];
  /** Evidence that go still needs. */
  readonly gaps: readonly Reason[];
}

/** Collects what holds a run back. */
export function collectHolds(look: Look, examined: readonly Examined[], alerts: AlertFindings): Holds {
  const required = examined.filter(({ view }) => view.check.required);
  return {
    troubles: [
      ...staleReadings(look),
      ...titled(required, 'unknown', 'data/unknown', 'The newest minute could not be read'),
      ...(alerts.unknown ? [alerts.unknown] : []),
      ...alerts.holds,
      ...examined.flatMap(({ finding }) => finding.suspicion ?? []),
      ...uncovered(look.input, required),
      ...required.filter(({ data }) => data === 'missing').map(missingReason),
      ...titled(required, 'partial', 'data/partial', 'The newest minute is incomplete'),
    ],
    pending: alerts.pending,
    gaps: required.flatMap(gapReasons),
  };
}

function staleReadings(look: Look): readonly Reason[] {
  const { since, input } = look;
  const newest =
    since.length > 0 ? minuteAt(since, since.length - 1) : Math.max(input.syncedAt, input.baselineEnd);
  const age = input.now - newest;
  if (age <= STALE_MS) return [];
  return [
    {
      code: 'data/unknown',
      text: `Nothing was read for ${minutesText(minutesIn(age))}, and by then every store has its numbers.`,
    },
  ];
}

function titled(
  required: readonly Examined[],
  state: Examined['data'],
  code: 'data/unknown' | 'data/partial',
  what: string,
): readonly Reason[] {
  const titles = required.filter(({ data }) => data === state).map(({ view }) => view.check.title);
  return titles.length === 0 ? [] : [{ code, text: `${what}: ${titles.join(', ')}.` }];
}

function uncovered(input: JudgeInput, required: readonly Examined[]): readonly Reason[] {
  const components = uncoveredComponents(input).map(coverageReason);
  if (required.length > 0 || components.length > 0) return components;
  return [
    { code: 'coverage/none', text: 'This cluster delivers no required signal, so nothing can prove a go.' },
  ];
}

function missingReason({ view: { check } }: Examined): Reason {
  const text = sentence(`${check.title}: ${dataText(check, 'missing')}`);
  return { code: `data/missing/${check.signal}`, text };
}

function gapReasons({ view, data, proof }: Examined): readonly Reason[] {
  const isTold = data === 'unknown' || data === 'missing' || data === 'partial';
  if (proof === undefined || proof.proved || isTold) return [];
  const { signal, title } = view.check;
  if (data === 'no-traffic') {
    const text = sentence(`${title}: ${dataText(view.check, data)}`);
    return [{ code: `data/no-traffic/${signal}`, text }];
  }
  return [{ code: `evidence/gathering/${signal}`, text: sentence(`${title}: ${proof.text}`) }];
}
